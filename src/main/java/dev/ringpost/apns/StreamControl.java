package dev.ringpost.apns;

import dev.ringpost.apns.wire.FrameInterceptor;
import dev.ringpost.apns.wire.ResponseReader;
import dev.ringpost.apns.wire.TimelyFlush;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The control over a connection's streams that Pushy does not offer. Pushy hands headers and body
 * over together, but Netty keeps a body for as long as APNs grants no window for it; the write
 * guard knows nothing of that. So a stream whose body must not go out any more is reset. Lives on
 * the loop.
 */
final class StreamControl implements FrameInterceptor.Streams {

  /** HTTP/2 of the connection, once that speaks it. */
  private @Nullable Http2 wire;

  private @Nullable PushTry writing; // its headers are about to be

  /** Pushes whose headers were written and whose body was not, by stream; nearly always empty. */
  private final Map<Integer, PushTry> bodies = new HashMap<>();

  /** Whether a body went out since the last look. */
  private boolean wroteBody;

  private record Http2(ChannelHandlerContext context, Http2ConnectionHandler handler) {

    boolean hasWindow() {
      Http2RemoteFlowController flow = handler.connection().remote().flowController();
      return flow.initialWindowSize() > 0
          && flow.windowSize(handler.connection().connectionStream()) > 0;
    }

    void reset(int stream) {
      var _ = handler.resetStream(context, stream, Http2Error.CANCEL.code(), context.newPromise());
      handler.flush(context);
    }
  }

  /** The connection is about to speak HTTP/2. */
  void connected(ChannelHandlerContext context, Http2ConnectionHandler handler) {
    wire = new Http2(context, handler);
    TimelyFlush.install(context.channel());
  }

  /** Whether APNs lets bodies be written now, as far as known. */
  boolean hasWindow() {
    return wire == null || wire.hasWindow();
  }

  /**
   * Whether bodies find no window, and none went out since the last look. A window that is used up
   * and opened again and again is how a full connection looks.
   */
  boolean holdsBack() {
    return !wroteBody && !hasWindow();
  }

  /** Asks APNs whether it is there. */
  void ping() {
    if (wire != null) {
      ChannelHandlerContext context = wire.context();
      var _ =
          wire.handler()
              .encoder()
              .writePing(context, false, ResponseReader.PING, context.newPromise());
      wire.handler().flush(context);
    }
  }

  /** A push is about to be written. */
  void writes(PushTry pushTry) {
    writing = pushTry;
  }

  @Override
  public void headersWritten(int stream) {
    PushTry pushTry = writing;
    writing = null;
    if (pushTry != null && wire != null) {
      bodies.put(stream, pushTry);
    }
  }

  @Override
  public void bodyWritten(int stream) {
    bodies.remove(stream);
    wroteBody = true;
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
    wroteBody = false;
    resetIf(push -> push.isDone() || push.refusal() != null);
  }

  /** Resets the streams whose body is still here: the connection is left, and others are tried. */
  void leave() {
    resetIf(_ -> true);
  }

  private void resetIf(Predicate<PendingPush> such) {
    if (wire == null || bodies.isEmpty()) {
      return;
    }
    for (Map.Entry<Integer, PushTry> body : List.copyOf(bodies.entrySet())) {
      if (such.test(body.getValue().push())) {
        bodies.remove(body.getKey());
        wire.reset(body.getKey());
      }
    }
  }
}
