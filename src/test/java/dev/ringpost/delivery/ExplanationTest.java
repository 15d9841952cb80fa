package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.DeliveryReport.Looked;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The numbers of what an attempt looked at, and the words that its result has for them. */
class ExplanationTest {

  private static final BundleId OTHER = new BundleId("com.example.desk");

  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void whatWasLookedAtIsCounted() {
    Device rings = Samples.device("rings");
    Device dead = Samples.device("dead");
    Device desk = Samples.device("desk", OTHER, Samples.NOW.minus(Duration.ofDays(1)));
    Device deadDesk = Samples.device("dead-desk", OTHER, Samples.NOW.minus(Duration.ofDays(1)));
    fixture.directory.put(
        Samples.ALICE,
        new DeviceLookup(
            List.of(rings, Samples.device("phone"), desk),
            List.of(since(dead), since(deadDesk)),
            List.of(
                Samples.device("sold"),
                Samples.device("given"),
                Samples.device("sold-desk", OTHER, Samples.NOW)),
            3,
            false));

    fixture.deliver(Samples.invited(Samples.invite(Optional.of(Samples.APP), Set.of(rings.id()))));

    assertThat(fixture.onlyDecision().report().looked())
        .hasValue(new Looked(5, 2, 2, 1, 3, 1, List.of(since(dead))));
    assertThat(explained()).isEmpty();
  }

  @Test
  void whoHasDevicesOfAnotherAppOnlyIsToldSo() {
    fixture.directory.put(Samples.ALICE, Samples.device("phone"));

    fixture.deliver(Samples.invited(Samples.invite(Optional.of(OTHER), Set.of())));

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NO_DEVICES));
    assertThat(explained()).contains("other_app");
  }

  @Test
  void whoseTokenAnotherUserHasIsToldSo() {
    fixture.directory.put(
        Samples.ALICE,
        new DeviceLookup(List.of(), List.of(), List.of(Samples.device("sold")), 1, false));

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NO_DEVICES));
    assertThat(explained()).contains("other_user");
  }

  @Test
  void aTokenOfAnotherAppThatAnotherUserHasExplainsNothing() {
    fixture.directory.put(
        Samples.ALICE,
        new DeviceLookup(
            List.of(), List.of(), List.of(Samples.device("desk", OTHER, Samples.NOW)), 0, false));

    fixture.deliver(Samples.invited(Samples.invite(Optional.of(Samples.APP), Set.of())));

    assertThat(explained()).isEmpty();
  }

  @Test
  void whoseRegistrationCannotBeReadIsToldSo() {
    fixture.directory.put(
        Samples.ALICE, new DeviceLookup(List.of(), List.of(), List.of(), 1, false));

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NO_DEVICES));
    assertThat(explained()).contains("unreadable_registration");
  }

  @Test
  void whoHasNoDeviceAtAllNeedsNoWords() {
    fixture.deliver(Samples.invited());

    assertThat(explained()).isEmpty();
  }

  @Test
  void everyFailureHasAReasonAndWords() {
    var outcomes =
        List.of(
            new PushOutcome.Refused(PushOutcome.RejectionReason.NO_ROUTE, "add it to apps"),
            new PushOutcome.Refused(PushOutcome.RejectionReason.WRONG_TOPIC, "not this topic"),
            new PushOutcome.TryAgain(PushOutcome.RetryReason.NO_ANSWER),
            new PushOutcome.TryAgain(PushOutcome.RetryReason.CONNECTION));
    for (PushOutcome outcome : outcomes) {
      var each = new PipelineFixture();
      each.directory.put(Samples.ALICE, Samples.device("dead"), Samples.device("phone"));
      each.clock.advance(Duration.ofMillis(29_500)); // No time is left for another try.
      each.sender.answerWith(
          request ->
              request.device().id().value().equals("dead")
                  ? Samples.answered(
                      request.device(), new PushOutcome.Unregistered(Optional.empty()), 410, "")
                  : Samples.answered(request.device(), outcome, 500, ""));

      each.deliver(Samples.invited());

      Decision decision = each.onlyDecision();
      assertThat(decision.disposition().told()).hasValue(Verdict.FAILED);
      assertThat(Explanation.of(decision))
          .hasValueSatisfying(
              why -> {
                assertThat(why.reason()).isEqualTo(outcome.code());
                assertThat(why.detail()).isNotBlank();
              });
    }
  }

  @Test
  void aViewThatLagsIsTheReasonWhereNobodyIsKnown() {
    fixture.directory.put(Samples.ALICE, new DeviceLookup(List.of(), List.of(), true));
    fixture.clock.advance(Duration.ofMillis(29_500));

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.FAILED));
    assertThat(explained()).contains("view_behind");
  }

  @ParameterizedTest
  @EnumSource(
      value = DeliveryReport.Skip.class,
      names = {"CALLEE_FLOODED", "CALLER_FLOODED"})
  void anInviteBeyondALimitIsExplainedByIt(DeliveryReport.Skip why) {
    fixture.flooded = Optional.of(why);

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.FAILED));
    assertThat(fixture.sender.pushes()).isEmpty();
    assertThat(explained()).contains("flood");
  }

  /** The limit was for the flood; a person who calls once more is not a repeat of it. */
  @Test
  void aRepeatOfAnInviteBeyondALimitRingsOnceTheLimitAllows() {
    fixture.flooded = Optional.of(DeliveryReport.Skip.CALLEE_FLOODED);
    fixture.deliver(PipelineFixture.at(1, Samples.invite()));
    fixture.flooded = Optional.empty();

    fixture.deliver(PipelineFixture.at(2, Samples.invite()));

    assertThat(fixture.heard.getLast().disposition())
        .isNotEqualTo(new Disposition.Final(Verdict.DUPLICATE));
  }

  @Test
  void aRecordThatIsNoInviteIsExplainedByItsFlaw() {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "it breaks at line 1");
    fixture.deliver(Samples.malformed(flaw, Optional.of(Samples.CALL)));

    assertThat(Explanation.of(fixture.onlyDecision()))
        .hasValue(new Explanation("not_json", "it breaks at line 1"));
  }

  private Optional<String> explained() {
    return Explanation.of(fixture.onlyDecision()).map(Explanation::reason);
  }

  private static DeadDevice since(Device device) {
    return new DeadDevice(device, Samples.NOW.minusSeconds(60));
  }
}
