package dev.ringpost.delivery;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rule of which tokens an attempt has shown to be dead. APNs' word counts, but not for a device
 * that has registered since, and not while the {@link TokenFuse} is blown. Safe for many threads.
 */
public final class DeadTokens {

  /** The meaning of a push's outcome for its token. */
  private enum TokenSign {
    ALIVE,
    DEAD,
    /** {@code BadDeviceToken}: dead only where the setting says so, but a sign for the fuse. */
    BAD,
    NOTHING
  }

  private final TokenFuse fuse;
  private final boolean invalidateBad;

  /**
   * @param fuse when APNs' word is not believed
   * @param invalidateBad {@code tokens.invalidate-bad}: whether {@code BadDeviceToken} counts
   */
  public DeadTokens(TokenFuse fuse, boolean invalidateBad) {
    this.fuse = fuse;
    this.invalidateBad = invalidateBad;
  }

  /** The tokens that are dead by the answers to an attempt, as of {@code now}. */
  public List<TokenInvalidation> of(
      Origin origin, Attempt attempt, DeliveryReport report, Instant now) {
    List<TokenInvalidation> dead = new ArrayList<>();
    for (PushReport push : report.pushes()) {
      Device device = push.device();
      TokenSign word = sign(push.outcome());
      if (word == TokenSign.NOTHING) {
        continue;
      }
      boolean believed =
          fuse.believes(device.app(), device.environment(), word != TokenSign.ALIVE, now);
      boolean gone = word == TokenSign.DEAD || (word == TokenSign.BAD && invalidateBad);
      Instant since = since(push, now);
      if (gone && believed && !device.registeredAt().isAfter(since)) {
        dead.add(
            new TokenInvalidation(origin, attempt.invite().callee(), device, since, reason(push)));
      }
    }
    return dead;
  }

  private static TokenSign sign(PushOutcome outcome) {
    return switch (outcome) {
      case Accepted() -> TokenSign.ALIVE;
      case Unregistered _ -> TokenSign.DEAD;
      case Refused(PushOutcome.RejectionReason refusal, String _) ->
          refusal == PushOutcome.RejectionReason.BAD_DEVICE_TOKEN
              ? TokenSign.BAD
              : TokenSign.NOTHING;
      case TryAgain _, NotSent _ -> TokenSign.NOTHING;
    };
  }

  /**
   * When the token was dead at the latest: by APNs' time, but never later than the push was written
   * that the answer is about. What the phone registers after that, the answer does not know, and a
   * time that lies ahead is some clock's mistake.
   */
  private static Instant since(PushReport push, Instant now) {
    Instant asked = push.writtenAt().filter(written -> written.isBefore(now)).orElse(now);
    return push.outcome() instanceof Unregistered(Optional<Instant> told)
        ? told.filter(time -> time.isBefore(asked)).orElse(asked)
        : asked;
  }

  private static String reason(PushReport push) {
    return push.answer()
        .map(ApnsResponse::reason)
        .filter(reason -> !reason.isEmpty())
        .orElse(push.outcome().code());
  }
}
