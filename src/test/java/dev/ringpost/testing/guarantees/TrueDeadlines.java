package dev.ringpost.testing.guarantees;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Origin;
import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The deadlines of calls as their invites say and Kafka dated them: what a push is held against,
 * for the worker's own word may be wrong. Of a call with several invites the last deadline counts.
 * An invite that says its times in another form than a number of seconds has none here.
 */
public final class TrueDeadlines implements Function<String, Optional<Instant>> {

  /** {@code ring.max} by default. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final CallPlatform platform;
  private final Set<Origin> seen = new HashSet<>();
  private final Map<String, Instant> deadlines = new ConcurrentHashMap<>();

  public TrueDeadlines(CallPlatform platform) {
    this.platform = platform;
  }

  /** The deadline of a call; empty if no invite says it in a form that is read here. */
  @Override
  public Optional<Instant> apply(String callId) {
    return Optional.ofNullable(deadlines.get(callId));
  }

  /** Reads the invites that have come since the last time. */
  synchronized void look() {
    platform
        .invited()
        .forEach(
            (origin, value) -> {
              if (seen.add(origin)) {
                add(origin, value);
              }
            });
  }

  private void add(Origin origin, String value) {
    JsonNode invite;
    try {
      invite = CallPlatform.json(value);
    } catch (IllegalArgumentException _) {
      return; // it rings nobody
    }
    JsonNode seconds = invite.path("ringSeconds");
    if (invite.path("callId").isTextual() && seconds.isNumber()) {
      Duration ring = Duration.ofMillis(Math.round(seconds.asDouble() * 1000));
      Instant deadline = origin.timestamp().plus(ring.compareTo(LONGEST) < 0 ? ring : LONGEST);
      deadlines.merge(
          invite.path("callId").asText(),
          deadline,
          (one, other) -> one.isAfter(other) ? one : other);
    }
  }
}
