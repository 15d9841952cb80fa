package dev.ringpost.apns;

import dev.ringpost.apns.wire.ResponseReader;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What Ringpost does to a connection's streams past Pushy. Pushy hands headers and body over
 * together, but Netty keeps a body for as long as APNs grants no window for it; the write guard
 * knows nothing of that. So a stream whose body must not go out any more is reset. Lives on the
 * loop.
 */
final class StreamControl {

  private final ChannelHandlerContext context;
  private final Http2ConnectionHandler http2;

  /** Pushes whose headers were written and whose body was not, by stream; nearly always empty. */
  private final Map<Integer, PushTry> bodies = new HashMap<>();

  StreamControl(ChannelHandlerContext context, Http2ConnectionHandler http2) {
    this.context = context;
    this.http2 = http2;
  }

  /** Whether APNs lets bodies be written now. */
  boolean hasWindow() {
    Http2RemoteFlowController flow = http2.connection().remote().flowController();
    return flow.initialWindowSize() > 0
        && flow.windowSize(http2.connection().connectionStream()) > 0;
  }

  /** Asks APNs whether it is there. */
  void ping() {
    var _ = http2.encoder().writePing(context, false, ResponseReader.PING, context.newPromise());
    http2.flush(context);
  }

  void headersWritten(int stream, PushTry pushTry) {
    bodies.put(stream, pushTry);
  }

  void bodyWritten(int stream) {
    bodies.remove(stream);
  }

  void ended(PushTry pushTry) {
    if (!bodies.isEmpty()) {
      bodies.values().remove(pushTry);
    }
  }

  boolean holdsBodies() {
    return !bodies.isEmpty();
  }

  /** Resets the streams whose push is over or must not be written any more. */
  void look() {
    resetIf(push -> push.isDone() || push.refusal() != null);
  }

  /** Resets the streams whose body is still here: the connection is left, and others are tried. */
  void leave() {
    resetIf(_ -> true);
  }

  private void resetIf(Predicate<PendingPush> such) {
    if (bodies.isEmpty()) {
      return;
    }
    for (Map.Entry<Integer, PushTry> body : List.copyOf(bodies.entrySet())) {
      if (such.test(body.getValue().push())) {
        bodies.remove(body.getKey());
        var _ =
            http2.resetStream(
                context, body.getKey(), Http2Error.CANCEL.code(), context.newPromise());
        http2.flush(context);
      }
    }
  }
}
