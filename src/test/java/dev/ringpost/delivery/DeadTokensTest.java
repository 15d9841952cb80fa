package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeadTokensTest {

  private static final Origin ORIGIN = Samples.envelope().origin();
  private static final Attempt ATTEMPT = Attempt.first(Samples.invite());
  private static final Instant REGISTERED = Samples.NOW.minusSeconds(60);

  /** When {@link Samples} writes its pushes. */
  private static final Instant WRITTEN = Samples.NOW.plusMillis(20);

  private static final Instant ANSWERED = WRITTEN.plusSeconds(3);

  private static final Device PHONE = Samples.device("phone", Samples.APP, REGISTERED);

  private final TokenFuse fuse =
      new TokenFuse(new DeliverySettings.Fuse(20, 0.5, Duration.ofSeconds(60)));
  private final DeadTokens deadTokens = new DeadTokens(fuse, false);

  @Test
  void apnsTimeIsTheTimeOfDeath() {
    assertThat(dead(gone(Optional.of(REGISTERED.plusSeconds(1)))))
        .extracting(TokenInvalidation::invalidAt)
        .containsExactly(REGISTERED.plusSeconds(1));
  }

  @Test
  void withoutItTheMomentOfTheWritingIs() {
    assertThat(dead(gone(Optional.empty()), ANSWERED))
        .extracting(TokenInvalidation::invalidAt)
        .containsExactly(WRITTEN);
  }

  @Test
  void aTimeAfterTheWritingIsSomeClocksMistake() {
    for (Instant told : List.of(WRITTEN.plusMillis(1), ANSWERED, ANSWERED.plusSeconds(1L << 31))) {
      assertThat(dead(gone(Optional.of(told)), ANSWERED))
          .extracting(TokenInvalidation::invalidAt)
          .containsExactly(WRITTEN);
    }
  }

  @Test
  void aDeviceThatRegisteredBetweenTheWritingAndTheAnswerLives() {
    Device again = Samples.device("phone", Samples.APP, WRITTEN.plusMillis(1));
    for (Optional<Instant> told : List.of(Optional.<Instant>empty(), Optional.of(ANSWERED))) {
      PushReport push = Samples.answered(again, new PushOutcome.Unregistered(told), 410, "");
      assertThat(dead(push, ANSWERED)).isEmpty();
    }
  }

  @Test
  void aBadDeviceTokenIsDeadSinceTheWritingToo() {
    PushReport bad =
        Samples.answered(
            PHONE,
            new PushOutcome.Refused(PushOutcome.RejectionReason.BAD_DEVICE_TOKEN, "told"),
            400,
            "BadDeviceToken");
    assertThat(new DeadTokens(fuse, true).of(ORIGIN, ATTEMPT, Samples.pushes(bad), ANSWERED))
        .extracting(TokenInvalidation::invalidAt)
        .containsExactly(WRITTEN);
  }

  @Test
  void aDeviceThatRegisteredAfterItsTokenDiedLives() {
    assertThat(dead(gone(Optional.of(REGISTERED.minusNanos(1))))).isEmpty();
    assertThat(dead(gone(Optional.of(REGISTERED)))).hasSize(1);
  }

  @Test
  void aBadDeviceTokenIsDeadOnlyWhereTheSettingSaysSo() {
    PushReport bad =
        Samples.answered(
            PHONE,
            new PushOutcome.Refused(PushOutcome.RejectionReason.BAD_DEVICE_TOKEN, "told"),
            400,
            "BadDeviceToken");
    assertThat(dead(bad)).isEmpty();
    assertThat(new DeadTokens(fuse, true).of(ORIGIN, ATTEMPT, Samples.pushes(bad), Samples.NOW))
        .extracting(TokenInvalidation::reason)
        .containsExactly("BadDeviceToken");
  }

  @Test
  void whatSaysNothingOfTheTokenKillsNothing() {
    for (PushOutcome outcome :
        List.of(
            new PushOutcome.Accepted(),
            new PushOutcome.TryAgain(PushOutcome.RetryReason.CREDENTIAL),
            new PushOutcome.NotSent(PushOutcome.NotSentReason.LATE),
            new PushOutcome.Refused(PushOutcome.RejectionReason.WRONG_TOPIC, "told"))) {
      assertThat(dead(Samples.unanswered(PHONE, outcome))).isEmpty();
    }
  }

  @Test
  void whenDeadTokensAreTooManyNoneIsBelievedUntilTheyAreForgotten() {
    for (int n = 0; n < 10; n++) {
      assertThat(dead(gone(Optional.empty()))).hasSize(1);
    }
    assertThat(dead(gone(Optional.empty()))).as("the eleventh of twenty").isEmpty();
    assertThat(fuse.blown(Samples.APP, Environment.PRODUCTION, Samples.NOW)).isTrue();

    Instant later = Samples.NOW.plusSeconds(61);
    assertThat(fuse.blown(Samples.APP, Environment.PRODUCTION, later)).isFalse();
    assertThat(deadTokens.of(ORIGIN, ATTEMPT, Samples.pushes(gone(Optional.empty())), later))
        .hasSize(1);
  }

  @Test
  void anHourOfGoodAnswersDoesNotHideThatAllAreDeadNow() {
    for (int n = 0; n < 1_000; n++) {
      assertThat(dead(Samples.accepted(PHONE))).isEmpty();
    }
    int believed = 0;
    for (int n = 0; n < 100; n++) {
      believed += dead(gone(Optional.empty())).size();
    }
    assertThat(believed).isEqualTo(10);
  }

  @Test
  void goodAnswersMendTheFuse() {
    for (int n = 0; n < 20; n++) {
      dead(gone(Optional.empty()));
    }
    for (int n = 0; n < 11; n++) {
      dead(Samples.accepted(PHONE));
    }
    assertThat(dead(gone(Optional.empty()))).hasSize(1);
  }

  @Test
  void aFewDeadAmongManyLivingBlowNothing() {
    for (int n = 0; n < 100; n++) {
      assertThat(dead(Samples.accepted(PHONE))).isEmpty();
      assertThat(dead(Samples.accepted(PHONE))).isEmpty();
      assertThat(dead(gone(Optional.empty()))).hasSize(1);
    }
  }

  @Test
  void oneAppsFuseIsNotAnothers() {
    for (int n = 0; n < 20; n++) {
      dead(gone(Optional.empty()));
    }
    Device desk = Samples.device("desk", new BundleId("com.example.desk"), REGISTERED);
    assertThat(dead(Samples.unanswered(desk, new PushOutcome.Unregistered(Optional.empty()))))
        .hasSize(1);
    assertThat(fuse.blown(Samples.APP, Environment.SANDBOX, Samples.NOW)).isFalse();
  }

  private List<TokenInvalidation> dead(PushReport push) {
    return dead(push, Samples.NOW);
  }

  private List<TokenInvalidation> dead(PushReport push, Instant now) {
    return deadTokens.of(ORIGIN, ATTEMPT, Samples.pushes(push), now);
  }

  private static PushReport gone(Optional<Instant> since) {
    return Samples.answered(PHONE, new PushOutcome.Unregistered(since), 410, "Unregistered");
  }
}
