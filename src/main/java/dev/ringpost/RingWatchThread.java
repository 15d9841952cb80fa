package dev.ringpost;

import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.delivery.DeadTokens;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.DeliverySettings;
import dev.ringpost.delivery.PushSender;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.rings.RingAgain;
import dev.ringpost.delivery.rings.RingOutbox;
import dev.ringpost.delivery.rings.RingWatch;
import dev.ringpost.directory.Directory;
import dev.ringpost.live.LiveView;
import dev.ringpost.outbox.KafkaOutbox;
import dev.ringpost.telemetry.DeliveryMeters;
import dev.ringpost.telemetry.spans.CallSpans;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The thread that looks whether phones rang. */
final class RingWatchThread implements AutoCloseable {

  /**
   * The time between two looks: so late a phone that rings is told of once its call is committed.
   */
  static final Duration LOOK = Duration.ofMillis(200);

  private final RingWatch watch;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("ring-watch").unstarted(this::run);

  private RingWatchThread(RingWatch watch) {
    this.watch = watch;
  }

  /** The watch of a worker on the phones of accepted calls; nobody looks yet. */
  static RingWatch watch(
      RingpostConfig config,
      Directory directory,
      KafkaOutbox outbox,
      PushSender sender,
      DecisionThread decisions,
      TokenFuse fuse,
      DeliveryMeters meters,
      Optional<LiveView> live,
      InstantSource clock) {
    DeliverySettings settings = new RoomSettings(config).delivery();
    var again =
        new RingAgain.Ports(
            directory,
            directory.calls(),
            sender,
            new DeadTokens(fuse, settings.invalidateBad()),
            dead -> {
              var _ = outbox.store(dead);
            },
            meters,
            clock);
    return new RingWatch(
        directory.calls(),
        directory::signalsBehind,
        live.<RingOutbox>map(it -> it.ringsTo(outbox)).orElse(outbox),
        meters,
        CallSpans.before(
            live.<DeliveryListener>map(it -> it.decisionsTo(meters)).orElse(meters),
            new CallSpans.Groups(config.intake().group(), config.retry().group()),
            Worker.version()),
        config.ring().silentAfter(),
        clock,
        config.ring().pushAgain()
            ? Optional.of(new RingAgain(again, settings.maxDevices(), decisions))
            : Optional.empty());
  }

  static RingWatchThread start(RingWatch watch) {
    var looking = new RingWatchThread(watch);
    looking.thread.start();
    return looking;
  }

  private void run() {
    try {
      while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        watch.look();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is watched now is told by nobody: the docs say that a second verdict may be missing. */
  @Override
  public void close() {
    closing.countDown();
  }
}
