package dev.ringpost.apns;

import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.Answer;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What of a ring reached a connection, for its report. Lives on the loop. */
final class WrittenTries {

  /** The try that brought the answer, else the last one that was written. */
  private @Nullable GuardedPush carrier;

  private int tries;
  private @Nullable Instant firstAt;

  boolean any() {
    return tries > 0;
  }

  void wrote(GuardedPush push, Instant now) {
    tries++;
    carrier = push;
    if (firstAt == null) {
      firstAt = now;
    }
  }

  /** A try of the attempt before goes on; it counts there. */
  void continues(WrittenTries before, GuardedPush push) {
    firstAt = before.firstAt;
    carrier = push;
  }

  void answeredBy(GuardedPush push) {
    carrier = push;
  }

  PushReport report(
      Device device,
      PushOutcome outcome,
      UUID apnsId,
      Optional<Answer> answer,
      Duration took,
      Environment environment) {
    return new PushReport(
        device,
        outcome,
        apnsId,
        answer,
        carrier == null ? "" : carrier.lane(),
        tries,
        Optional.ofNullable(firstAt),
        took,
        answer.isPresent() && carrier != null
            ? Optional.of(carrier.sinceWritten())
            : Optional.empty(),
        environment);
  }
}
