package dev.ringpost.apns.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * The collector of each answer of APNs, which it gives to Pushy whole, in the one form that Pushy
 * reads. Pushy by itself closes the connection, with all that is on it, after an answer with
 * trailers, and loses the reason of one whose body comes in two frames. What not even so can be
 * read costs its own stream and nothing else. Lives on the loop.
 */
public final class ResponseReader extends Http2FrameListenerDecorator {

  /** Bound on the body of an answer, in bytes; Apple's have less than 100. What is more is cut. */
  static final int MAX_BODY = 4096;

  /** The data of our own PINGs, by which they are told from Pushy's. */
  public static final long PING = 0x52494e47504f5354L;

  private static final byte[] NO_BODY = "{}".getBytes(US_ASCII);

  private final Http2Connection connection;
  private final Http2Connection.PropertyKey answerKey;
  private final Runnable whenPingAnswered;

  /** An answer that has begun. */
  private static final class Partial {
    private @Nullable Http2Headers headers;
    private ByteBuf body = Unpooled.EMPTY_BUFFER;

    void append(ByteBuf data) {
      if (!body.isWritable() && body.maxCapacity() == 0) {
        body = Unpooled.buffer(Math.min(data.readableBytes(), MAX_BODY), MAX_BODY);
      }
      body.writeBytes(data, Math.min(data.readableBytes(), body.maxWritableBytes()));
    }
  }

  private ResponseReader(
      Http2FrameListener pushy, Http2Connection connection, Runnable whenPingAnswered) {
    super(pushy);
    this.connection = connection;
    this.answerKey = connection.newKey();
    this.whenPingAnswered = whenPingAnswered;
  }

  /** Reads for Pushy from now on; before the first frame arrives. */
  public static void install(Http2ConnectionHandler pushy, Runnable whenPingAnswered) {
    pushy
        .decoder()
        .frameListener(
            new ResponseReader(
                pushy.decoder().frameListener(), pushy.connection(), whenPingAnswered));
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    onHeadersRead(context, streamId, headers, padding, last);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean last)
      throws Http2Exception {
    boolean interim = headers.status() != null && headers.status().charAt(0) == '1';
    Partial answer = answer(streamId);
    if (answer.headers == null && !interim) {
      answer.headers = headers; // any later ones are trailers
    }
    if (last) {
      deliver(context, streamId, answer);
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean last)
      throws Http2Exception {
    int bytes = data.readableBytes() + padding;
    Partial answer = answer(streamId);
    answer.append(data);
    if (last) {
      deliver(context, streamId, answer);
    }
    return bytes;
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
    if (data == PING) {
      whenPingAnswered.run();
    } else {
      super.onPingAckRead(context, data);
    }
  }

  private Partial answer(int streamId) {
    Http2Stream stream = connection.stream(streamId);
    Partial answer = stream.getProperty(answerKey);
    if (answer == null) {
      answer = new Partial();
      stream.setProperty(answerKey, answer);
    }
    return answer;
  }

  private void deliver(ChannelHandlerContext context, int streamId, Partial answer)
      throws Http2Exception {
    Http2Headers headers = answer.headers;
    try {
      if (headers == null || headers.status() == null) {
        throw new IllegalStateException("it has no status");
      }
      if (headers.status().toString().equals("200")) {
        super.onHeadersRead(context, streamId, headers, 0, true);
      } else {
        ByteBuf body = answer.body.isReadable() ? answer.body : Unpooled.wrappedBuffer(NO_BODY);
        super.onHeadersRead(context, streamId, headers, 0, false);
        int _ = super.onDataRead(context, streamId, body, 0, true);
      }
    } catch (RuntimeException e) {
      throw Http2Exception.streamError(
          streamId, Http2Error.PROTOCOL_ERROR, e, "an answer that cannot be read");
    }
  }
}
