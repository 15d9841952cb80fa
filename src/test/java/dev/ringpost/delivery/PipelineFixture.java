package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.TestingCallStates;
import dev.ringpost.testing.TestingOutbox;
import dev.ringpost.testing.TestingPushSender;
import dev.ringpost.testing.TestingTokenDirectory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A pipeline between fakes, whose decisions are made at once. */
final class PipelineFixture {

  static final int MAX_DEVICES = 20;
  static final DeliverySettings SETTINGS =
      new DeliverySettings(
          MAX_DEVICES,
          new RetryLadder(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2))),
          Duration.ofMinutes(2),
          false,
          new DeliverySettings.Fuse(50, 0.5, Duration.ofMinutes(1)));

  /** Longer than any test. */
  private static final Duration ATTEMPT_MAX = Duration.ofMinutes(1);

  final TestingTokenDirectory directory = new TestingTokenDirectory();
  final TestingCallStates calls = new TestingCallStates();
  final SettableClock clock = new SettableClock(Samples.NOW);
  final TestingPushSender sender = new TestingPushSender(clock, ATTEMPT_MAX);
  final TestingOutbox outbox = new TestingOutbox();
  final List<Decision> heard = new CopyOnWriteArrayList<>();

  /** The claims of records that were settled by what was known of them. */
  final List<Arrival.Claim> readAgain = new CopyOnWriteArrayList<>();

  /** How many records were settled by what was known of them. */
  final AtomicInteger settledAgain = new AtomicInteger();

  /** What the limit says of each fresh invite. */
  Optional<DeliveryReport.Skip> flooded = Optional.empty();

  final InvitePipeline pipeline = pipeline(heard::add, Runnable::run);

  /** Delivers something from a partition that is held, through an outbox that stores at once. */
  void deliver(Arrival arrival) {
    assertThat(pipeline.deliver(arrival, Arrival.Claim.ALONE, () -> {})).isCompleted();
  }

  InvitePipeline pipeline(Consumer<Decision> decided, Executor decisions) {
    var listener =
        new DeliveryListener() {
          @Override
          public void decided(Decision decision) {
            decided.accept(decision);
          }

          @Override
          public void settledAgain(Arrival arrival, Arrival.Claim claim) {
            settledAgain.incrementAndGet();
            readAgain.add(claim);
          }
        };
    return new InvitePipeline(
        directory,
        calls,
        sender,
        outbox,
        listener,
        clock,
        SETTINGS,
        new TokenFuse(SETTINGS.fuse()),
        _ -> flooded,
        decisions);
  }

  /** The invite as it stands at an offset. */
  static Arrival.Invited at(long offset, CallInvite invite) {
    Envelope sample = Samples.envelope();
    var origin = new Origin("call-invites", 3, offset, Samples.NOW);
    return new Arrival.Invited(
        new Envelope(origin, sample.key(), sample.value(), List.of()), Attempt.first(invite));
  }

  Decision onlyDecision() {
    assertThat(heard).isEqualTo(outbox.decisions()).hasSize(1);
    return heard.getFirst();
  }

  Disposition onlyDisposition() {
    return onlyDecision().disposition();
  }
}
