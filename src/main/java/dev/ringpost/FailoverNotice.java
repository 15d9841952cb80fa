package dev.ringpost;

import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.topics.FailoverTime;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The line of the log that tells after which time a dead worker is replaced. */
final class FailoverNotice {

  /** Bound on waiting for the broker to tell the group's session time-out, at start. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Logger log = LoggerFactory.getLogger(FailoverNotice.class);

  private FailoverNotice() {}

  /** Prints how long partitions really have no owner after a crash: it decides which calls ring. */
  static void tell(RingpostConfig config) {
    Optional<FailoverTime> time =
        FailoverTime.of(config.kafka(), config.intake().group(), PATIENCE);
    if (time.isEmpty()) {
      log.atWarn()
          .log(
              "the broker does not say how long the group takes to replace a dead worker; check"
                  + " group.consumer.session.timeout.ms");
      return;
    }
    boolean slow = time.get().isSlow(config.ring().byDefault());
    log.atLevel(slow ? Level.WARN : Level.INFO)
        .addKeyValue("seconds", time.get().session().toMillis() / 1000.0)
        .log(
            slow
                ? "a dead worker is replaced after more than a third of the time that a call rings;"
                    + " lower the group's session time-out or use kafka.group-protocol: classic"
                : "a dead worker is replaced after this time");
  }
}
