package dev.ringpost.apns.wire;

import dev.ringpost.apns.credentials.ProviderToken;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.logging.LogLevel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A listener for what Pushy does not report: the stream limit that APNs announces, GOAWAY, streams
 * that APNs refuses, and which headers and bodies have really gone out. A frame logger is the one
 * place where Pushy lets others look at frames; Netty asks it about every frame before it acts on
 * it, on the loop. It logs nothing: frames hold tokens, keys and payloads.
 */
public final class FrameInterceptor extends Http2FrameLogger {

  /** The listener to what a connection does, called on the loop. */
  public interface Listener {

    /** A connection is about to speak HTTP/2. */
    void connected(Channel connection);

    /** APNs announced settings, the first ones when a connection is new. */
    void announced(Channel connection, Http2Settings settings);

    /**
     * APNs accepts no more pushes on the connection and closes it.
     *
     * @param reason of Apple's table, {@link ReasonTable#OTHER} or {@link ReasonTable#NONE}
     */
    void goingAway(long errorCode, String reason);

    /** APNs lets more bodies be written. */
    void windowOpened();

    /** Who is told of its streams. */
    Streams streams();
  }

  /** The listener to what is written to the streams of a connection, called on the loop. */
  public interface Streams {

    /** The headers of a push are being written. */
    void headersWritten(int stream);

    /** The body of a push is being written, its end with it. */
    void bodyWritten(int stream);
  }

  private static final Pattern REASON = Pattern.compile("\"reason\"\\s*:\\s*\"([^\"]{0,64})\"");

  private final Listener listener;
  private final Optional<Supplier<CharSequence>> token;

  /**
   * @param token what pushes show instead of the token that Pushy signs for each connection
   */
  public FrameInterceptor(Listener listener, Optional<Supplier<CharSequence>> token) {
    super(LogLevel.TRACE, FrameInterceptor.class);
    this.listener = listener;
    this.token = token;
  }

  /** Never: what is not overridden here logs nothing. */
  @Override
  public boolean isEnabled() {
    return false;
  }

  @Override
  public void logSettings(
      Direction direction, ChannelHandlerContext context, Http2Settings settings) {
    switch (direction) {
      case OUTBOUND -> listener.connected(context.channel());
      case INBOUND -> listener.announced(context.channel(), settings);
    }
  }

  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endStream) {
    if (direction == Direction.OUTBOUND) {
      token.ifPresent(shared -> headers.set(ProviderToken.AUTHORIZATION, shared.get()));
      listener.streams().headersWritten(streamId);
    }
  }

  @Override
  public void logHeaders(
      Direction direction,
      ChannelHandlerContext context,
      int streamId,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endStream) {
    logHeaders(direction, context, streamId, headers, padding, endStream);
  }

  @Override
  public void logData(
      Direction direction,
      ChannelHandlerContext context,
      int streamId,
      ByteBuf data,
      int padding,
      boolean endStream) {
    if (direction == Direction.OUTBOUND && endStream) {
      listener.streams().bodyWritten(streamId);
    }
  }

  @Override
  public void logWindowsUpdate(
      Direction direction, ChannelHandlerContext context, int streamId, int increment) {
    if (direction == Direction.INBOUND && streamId == 0) {
      listener.windowOpened();
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
      listener.goingAway(errorCode, reason(debugData));
    }
  }

  /** Apple puts JSON into GOAWAY: {@code {"reason": "BadCertificate"}}. */
  private static String reason(ByteBuf debugData) {
    if (!debugData.isReadable()) {
      return ReasonTable.NONE;
    }
    Matcher reason = REASON.matcher(debugData.toString(StandardCharsets.UTF_8));
    return reason.find() ? ReasonTable.tag(reason.group(1)) : ReasonTable.OTHER;
  }

  /**
   * Closes a stream that APNs refused, before Pushy hears of it: Pushy fails the push then, instead
   * of writing it again at once and without end, behind the limit and the write guard.
   */
  @Override
  public void logRstStream(
      Direction direction, ChannelHandlerContext context, int streamId, long errorCode) {
    if (direction == Direction.INBOUND
        && errorCode == Http2Error.REFUSED_STREAM.code()
        && context.handler() instanceof Http2ConnectionHandler http2) {
      Http2Stream refused = http2.connection().stream(streamId);
      if (refused != null) {
        http2.closeStream(refused, context.newSucceededFuture());
      }
    }
  }
}
