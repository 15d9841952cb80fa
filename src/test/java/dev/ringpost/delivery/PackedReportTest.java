package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.DeliveryReport.Looked;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.testing.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A packed report, which is told again word by word. */
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

    assertKept(new DeliveryReport(List.of(), new Looked(1, 2, 3, 4, 5, dead), true));
    assertKept(new DeliveryReport(List.of(), new Looked(1, 2, 3, 4, 5, List.of()), false));
  }

  @Test
  void whyNobodyWasLookedUpIsKept() {
    for (DeliveryReport.Skip skip : DeliveryReport.Skip.values()) {
      assertKept(DeliveryReport.skipped(skip));
    }
    assertKept(DeliveryReport.nothing());
  }

  private static void assertKept(DeliveryReport report) {
    Instant decidedAt = Samples.NOW.plusNanos(123_456_789);
    PackedReport packed = PackedReport.of(report, decidedAt);

    assertThat(packed.report()).isEqualTo(report);
    assertThat(packed.decidedAt()).isEqualTo(decidedAt);
  }
}
