package dev.ringpost.outbox;

import static dev.ringpost.outbox.OutboxFixture.assertStored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Outbox;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TestingOutbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of an outbox, held against the one on Kafka and the tests' own alike. */
@Timeout(60)
class OutboxContractTest {

  private final OutboxFixture fixture = new OutboxFixture();

  enum Kind {
    ON_KAFKA,
    OF_THE_TESTS
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Outbox outbox(Kind kind) {
    return switch (kind) {
      case ON_KAFKA -> fixture.open(ScriptedProducer.willing());
      case OF_THE_TESTS -> new TestingOutbox();
    };
  }

  record Case(Kind kind, Disposition disposition, boolean stored) {}

  static Stream<Case> cases() {
    CallInvite invite = Samples.invite();
    RetryLadder.Next next =
        new RetryLadder(List.of(Duration.ofSeconds(1)))
            .after(1, Samples.NOW, invite.deadline())
            .orElseThrow();
    Attempt second = Attempt.first(invite).next(Optional.empty(), 0);
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                Stream.of(
                    new Case(kind, new Disposition.Final(Verdict.ACCEPTED), true),
                    new Case(kind, new Disposition.Retry(second, next), true),
                    new Case(kind, new Disposition.DeadLetter(OutboxFixture.FLAW), true),
                    new Case(kind, new Disposition.Abandoned(), false)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everythingIsStoredButWhatIsAbandonedWhichNeverCompletes(Case each) {
    Outbox outbox = outbox(each.kind());

    CompletableFuture<Void> stored = outbox.store(settlement(each.disposition()));

    assertStored(outbox.store(settlement(new Disposition.Final(Verdict.ACCEPTED))));
    if (each.stored()) {
      assertStored(stored);
    } else {
      assertThat(stored).isNotDone();
    }
  }

  private static Decision settlement(Disposition disposition) {
    return new Decision(Samples.invited(), Samples.pushes(), disposition, Samples.NOW);
  }
}
