package dev.ringpost.testing.guarantees;

import dev.ringpost.testing.apns.LocalApns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * No push is handed to a connection after its deadline. Seen from the local APNs, on the same
 * clock: none arrives later than its deadline and the time that the machine needs to carry it.
 */
public final class NothingLateRings implements Guarantee {

  /** What a loaded machine may need between the writing and the reading of a push. */
  private static final Duration CARRIAGE = Duration.ofMillis(500);

  private final LocalApns apns;

  public NothingLateRings(LocalApns apns) {
    this.apns = apns;
  }

  @Override
  public List<String> breaches() {
    return apns.pushes().stream()
        .filter(
            push -> {
              Instant deadline = Instant.parse(push.json().at("/call/expiresAt").asText());
              return push.arrivedAt().isAfter(deadline.plus(CARRIAGE));
            })
        .map(push -> push.header("apns-id") + " arrived after its deadline")
        .toList();
  }
}
