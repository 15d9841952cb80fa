package dev.ringpost.testing.apns;

import io.netty.handler.codec.http2.Http2Error;

/** A fault that ends a connection in a moment. */
public sealed interface ConnectionFault {

  /** TCP's RST, without a word of TLS or HTTP/2. */
  record TcpReset() implements ConnectionFault {}

  /**
   * A GOAWAY. Streams up to now stay open and may have their answers, for clients that wait for
   * them; Pushy does not.
   *
   * @param code the HTTP/2 error code
   * @param reason Apple's word for it, sent as the JSON that Apple sends
   */
  record GoAway(Http2Error code, String reason) implements ConnectionFault {}

  /** TCP's RST. */
  static ConnectionFault tcpReset() {
    return new TcpReset();
  }

  /** GOAWAY without an error, as before a server goes down. */
  static ConnectionFault goAway(String reason) {
    return new GoAway(Http2Error.NO_ERROR, reason);
  }
}
