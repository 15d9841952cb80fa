package dev.ringpost.delivery;

import static dev.ringpost.delivery.PackedReport.MAX_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.DeliveryReport.Looked;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.testing.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A packed report, which is told again word by word. */
@Timeout(30)
class PackedReportTest {

  private static final Device PHONE = Samples.device("Alice's phone, \uD83D\uDCF1, \u00FC");

  static Stream<PushOutcome> outcomes() {
    List<PushOutcome> outcomes = new ArrayList<>();
    outcomes.add(new PushOutcome.Accepted());
    outcomes.add(new PushOutcome.Unregistered(Optional.empty()));
    outcomes.add(new PushOutcome.Unregistered(Optional.of(Instant.MAX)));
    Arrays.stream(PushOutcome.RetryReason.values())
        .map(PushOutcome.TryAgain::new)
        .forEach(outcomes::add);
    Arrays.stream(PushOutcome.RejectionReason.values())
        .map(why -> new PushOutcome.Refused(why, "in words, \u00FC"))
        .forEach(outcomes::add);
    Arrays.stream(PushOutcome.NotSentReason.values())
        .map(PushOutcome.NotSent::new)
        .forEach(outcomes::add);
    return outcomes.stream();
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void eachOutcomeIsKept(PushOutcome outcome) {
    assertKept(
        Samples.pushes(
            Samples.answered(PHONE, outcome, 410, "Unregistered"),
            Samples.unanswered(PHONE, outcome),
            Samples.from(Environment.SANDBOX, Samples.accepted(PHONE))));
  }

  @Test
  void whatWasLookedAtIsKept() {
    List<DeadDevice> dead =
        List.of(new DeadDevice(PHONE, Instant.MIN), new DeadDevice(PHONE, Samples.NOW));

    assertKept(new DeliveryReport(List.of(), new Looked(1, 2, 3, 4, 5, 6, dead), true));
    assertKept(new DeliveryReport(List.of(), new Looked(1, 2, 3, 4, 5, 6, List.of()), false));
  }

  @Test
  void whyNobodyWasLookedUpIsKept() {
    for (DeliveryReport.Skip skip : DeliveryReport.Skip.values()) {
      assertKept(DeliveryReport.skipped(skip));
    }
    assertKept(DeliveryReport.nothing());
  }

  @Test
  void theKeyThatADeviceIsSealedToIsKept() {
    var sealed =
        new Device(
            PHONE.id(),
            PHONE.token(),
            PHONE.app(),
            PHONE.environment(),
            PHONE.registeredAt(),
            Optional.of(SealKey.ofBytes(PHONE.token().bytes())));

    assertKept(Samples.pushes(Samples.accepted(sealed)));
  }

  /** As many devices as a setting allows, each with the longest names. */
  @Test
  void theLargestReportIsKeptWithinTheBound() {
    Device longest =
        new Device(
            new DeviceId("\uD83D\uDCF1".repeat(DeviceId.MAX_LENGTH / 2)),
            VoipToken.ofBytes(new byte[VoipToken.MAX_BYTES]),
            new BundleId("\u20AC".repeat(BundleId.MAX_LENGTH)),
            Environment.PRODUCTION,
            Samples.NOW);
    PushReport[] pushes =
        Stream.generate(() -> Samples.accepted(longest)).limit(1_000).toArray(PushReport[]::new);

    assertKept(Samples.pushes(pushes));
  }

  @Test
  void whatIsBeyondTheBoundIsRefusedByName() {
    var endless = new PushOutcome.Refused(RejectionReason.BAD_REQUEST, "x".repeat(MAX_BYTES));

    assertThatIllegalStateException()
        .isThrownBy(
            () -> PackedReport.of(Samples.pushes(Samples.unanswered(PHONE, endless)), Samples.NOW))
        .withMessageContaining(Integer.toString(MAX_BYTES));
  }

  private static void assertKept(DeliveryReport report) {
    Instant decidedAt = Samples.NOW.plusNanos(123_456_789);
    PackedReport packed = PackedReport.of(report, decidedAt);

    assertThat(packed.report()).isEqualTo(report);
    assertThat(packed.decidedAt()).isEqualTo(decidedAt);
  }
}
