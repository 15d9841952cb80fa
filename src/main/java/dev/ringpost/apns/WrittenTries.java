package dev.ringpost.apns;

import dev.ringpost.call.Environment;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tries of a push that reached a connection, for its report. Lives on the loop. */
final class WrittenTries {

  /** The try that brought the answer, else the last one that was written. */
  private @Nullable PushTry carrier;

  private int tries;
  private @Nullable Instant firstAt;

  boolean any() {
    return tries > 0;
  }

  void wrote(PushTry pushTry, Instant now) {
    tries++;
    carrier = pushTry;
    if (firstAt == null) {
      firstAt = now;
    }
  }

  /** A try of the attempt before goes on; it counts there. */
  void continues(WrittenTries before, PushTry pushTry) {
    firstAt = before.firstAt;
    carrier = pushTry;
  }

  void answeredBy(PushTry pushTry) {
    carrier = pushTry;
  }

  PushReport report(
      PushRequest request,
      PushOutcome outcome,
      UUID apnsId,
      Optional<ApnsResponse> answer,
      Duration took,
      Environment environment) {
    return new PushReport(
        request.device(),
        outcome,
        apnsId,
        answer,
        carrier == null ? "" : carrier.connectionNumber(),
        tries,
        Optional.ofNullable(firstAt),
        request.orderedAt(),
        took,
        answer.isPresent() && carrier != null ? Optional.of(carrier.took()) : Optional.empty(),
        environment);
  }
}
