package dev.ringpost.testing.apns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.logging.LogLevel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The frames that a client hears from the server: resets and goodbyes as words, and the stream
 * limits. Safe for many threads.
 */
final class Frames extends Http2FrameLogger {

  final List<String> seen = new CopyOnWriteArrayList<>();
  final List<Long> limits = new CopyOnWriteArrayList<>();

  Frames() {
    super(LogLevel.TRACE, Frames.class);
  }

  @Override
  public void logSettings(
      Direction direction, ChannelHandlerContext context, Http2Settings settings) {
    if (direction == Direction.INBOUND && settings.maxConcurrentStreams() != null) {
      limits.add(settings.maxConcurrentStreams());
    }
  }

  @Override
  public void logRstStream(
      Direction direction, ChannelHandlerContext context, int streamId, long errorCode) {
    if (direction == Direction.INBOUND) {
      seen.add("RST_STREAM " + errorCode);
    }
  }

  @Override
  public void logGoAway(
      Direction direction,
      ChannelHandlerContext context,
      int lastStreamId,
      long errorCode,
      ByteBuf debugData) {
    if (direction == Direction.INBOUND) {
      seen.add(
          "GOAWAY %d %d %s"
              .formatted(errorCode, lastStreamId, debugData.toString(StandardCharsets.UTF_8)));
    }
  }
}
