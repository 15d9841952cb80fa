package dev.ringpost.simulation;

import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** APNs of a simulated run: it knows which tokens are dead since when, and has its bad moments. */
final class SimulatedApns {

  /** A mood that lasts for a while. */
  enum Mood {
    WELL,
    /** It takes pushes, and its answers do not arrive. */
    ANSWERS_LOST,
    /** It answers 503. */
    OUT_OF_ORDER,
    /** It does not accept the credential, which is being exchanged. */
    LOCKED
  }

  private final Map<VoipToken, Instant> dead = new HashMap<>();
  private Mood mood = Mood.WELL;

  void is(Mood now) {
    mood = now;
  }

  void dies(VoipToken token, Instant at) {
    dead.put(token, at);
  }

  void lives(VoipToken token) {
    dead.remove(token);
  }

  /** Its outcome of a push that arrives now; null if nobody hears of it. */
  @Nullable PushOutcome takes(VoipToken token) {
    return switch (mood) {
      case ANSWERS_LOST -> null;
      case OUT_OF_ORDER -> new PushOutcome.TryAgain(RetryReason.SERVER);
      case LOCKED -> new PushOutcome.TryAgain(RetryReason.CREDENTIAL);
      case WELL ->
          Optional.ofNullable(dead.get(token))
              .<PushOutcome>map(since -> new PushOutcome.Unregistered(Optional.of(since)))
              .orElseGet(PushOutcome.Accepted::new);
    };
  }
}
