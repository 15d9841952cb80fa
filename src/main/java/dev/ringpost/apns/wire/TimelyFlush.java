package dev.ringpost.apns.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A gatherer of what is written to a connection, so that many pushes share a packet, with a bound
 * in time. Pushy's own has a bound in pushes alone: it hands over what it has when the loop has
 * nothing else to do, or after 256. A loop that has just started, on a machine that is busy, needs
 * a second for those, and a push whose guard was asked at its beginning would go out when it may
 * not ring any more. Lives on the loop.
 */
public final class TimelyFlush extends FlushConsolidationHandler {

  /** Bound on gathering while pushes are written one after the other, beside the last one's own. */
  static final Duration BOUND = Duration.ofMillis(5);

  private final LongSupplier nanoTime;
  private long flushedAt;

  private TimelyFlush(LongSupplier nanoTime) {
    super(DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true);
    this.nanoTime = nanoTime;
    this.flushedAt = nanoTime.getAsLong();
  }

  /** Gathers in place of Pushy's own from now on. */
  public static void install(Channel connection) {
    var pipeline = connection.pipeline();
    if (pipeline.context(FlushConsolidationHandler.class) != null
        && pipeline.get(TimelyFlush.class) == null) {
      var _ =
          pipeline.replace(
              FlushConsolidationHandler.class, "timely-flush", new TimelyFlush(System::nanoTime));
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) throws Exception {
    long now = nanoTime.getAsLong();
    if (now - flushedAt >= BOUND.toNanos()) {
      flushedAt = now;
      context.flush();
    } else {
      super.flush(context);
    }
  }
}
