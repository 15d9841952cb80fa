package dev.ringpost.delivery.rings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.delivery.Verdict.Suggest;
import dev.ringpost.testing.HeardLog;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TestingCallStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The second verdicts on accepted calls. */
@Timeout(10)
class RingWatchTest {

  private static final DeviceId PHONE = new DeviceId("iphone-1");
  private static final Device DEVICE = Samples.device("iphone-1");

  private final TestingCallStates states = new TestingCallStates();
  private final List<RingReport> reports = new ArrayList<>();
  private final HeardRings heard = new HeardRings();
  private final CountedDecisions next = new CountedDecisions();
  private Instant now = Samples.NOW;
  private Duration behind = Duration.ZERO;
  private RingWatch watch = watch(Duration.ofSeconds(5));

  private RingWatch watch(Duration silentAfter) {
    return watch(silentAfter, reports::add);
  }

  private RingWatch watch(Duration silentAfter, RingOutbox outbox) {
    return new RingWatch(
        states, () -> behind, outbox, heard, next, silentAfter, () -> now, Optional.empty());
  }

  /** Some other call's phone: from here on the platform is one that tells of ringing. */
  private void somebodyTellsOfRinging() {
    states.ring(new CallId("other"), PHONE, now);
  }

  @Test
  void aPhoneThatRingsIsToldOnceWithItsTime() {
    somebodyTellsOfRinging();
    watch.decided(decision(Verdict.ACCEPTED));
    watch.look();
    assertThat(reports).isEmpty();

    now = written().plusMillis(1_200);
    states.ring(Samples.CALL, PHONE, now);
    now = now.plusMillis(150);
    watch.look();
    watch.look();
    now = now.plusSeconds(60);
    watch.look();

    assertThat(reports)
        .extracting(RingReport::verdict)
        .containsExactly(new RingVerdict.Rang(PHONE, Optional.of(Duration.ofMillis(1_200))));
    assertThat(reports.getFirst().verdict().suggest()).isEqualTo(Suggest.NONE);
    assertThat(heard.told).hasSize(1);
    assertThat(watch.watched()).isZero();
  }

  @Test
  void aCallWithoutARingingPhoneIsSilentWhenTheTimeIsOverAndNotBefore() {
    somebodyTellsOfRinging();
    watch.decided(decision(Verdict.ACCEPTED));
    now = Samples.NOW.plusMillis(4_999);
    watch.look();
    assertThat(reports).isEmpty();

    now = Samples.NOW.plusMillis(5_000);
    watch.look();
    states.ring(Samples.CALL, PHONE, now.plusMillis(1));
    watch.look();

    assertThat(reports).extracting(RingReport::verdict).containsExactly(new RingVerdict.Silent());
    assertThat(reports.getFirst().decidedAt()).isEqualTo(now);
    assertThat(reports.getFirst().verdict().suggest()).isEqualTo(Suggest.VOICEMAIL);
  }

  /** Kafka is away, or gives invites and no signals: the phone may ring, and its server said so. */
  @Test
  void nobodyIsSilentWhileSignalsAreNotRead() {
    somebodyTellsOfRinging();
    watch.decided(decision(Verdict.ACCEPTED));
    now = Samples.NOW.plusSeconds(12);
    behind = Duration.ofMillis(7_001);
    watch.look();
    assertThat(heard.told).as("read until 1 ms before the time was over").isEmpty();
    assertThat(watch.watched()).isEqualTo(1);

    states.ring(Samples.CALL, PHONE, now);
    watch.look();
    assertThat(heard.told).hasOnlyElementsOfType(RingVerdict.Rang.class).hasSize(1);
  }

  /** It is read in the moment between two questions. */
  @Test
  void aWordThatIsReadMeanwhileIsNotMissed() {
    somebodyTellsOfRinging();
    watch =
        new RingWatch(
            states,
            () -> {
              states.ring(Samples.CALL, PHONE, now);
              return Duration.ZERO;
            },
            reports::add,
            heard,
            next,
            Duration.ofSeconds(5),
            () -> now,
            Optional.empty());
    watch.decided(decision(Verdict.ACCEPTED));
    now = Samples.NOW.plusSeconds(5);
    watch.look();

    assertThat(heard.told).hasOnlyElementsOfType(RingVerdict.Rang.class).hasSize(1);
  }

  @Test
  void aSilentCallIsToldOnceItsSignalsAreRead() {
    somebodyTellsOfRinging();
    watch.decided(decision(Verdict.ACCEPTED));
    now = Samples.NOW.plusSeconds(12);
    behind = Duration.ofSeconds(8);
    watch.look();
    behind = Duration.ofSeconds(7);
    watch.look();

    assertThat(heard.told).containsExactly(new RingVerdict.Silent());
  }

  @Test
  void nothingIsToldOfACallWhoseSignalsCouldNotBeRead() {
    somebodyTellsOfRinging();
    watch.decided(decision(Verdict.ACCEPTED));
    now = Samples.DEADLINE.at().plus(RingWatch.UNHEARD_AFTER).minusMillis(1);
    behind = Duration.ofMinutes(1);
    watch.look();
    assertThat(watch.watched()).isEqualTo(1);
    now = now.plusMillis(1);
    watch.look();

    assertThat(heard.told).isEmpty();
    assertThat(heard.unheard).isEqualTo(1);
    assertThat(watch.watched()).isZero();
  }

  @Test
  void aFaultCostsItsOwnCallAndDoublesNoOther() {
    somebodyTellsOfRinging();
    watch =
        watch(
            Duration.ofSeconds(5),
            report -> {
              if (reports.size() == 1 && heard.told.size() == 1) {
                heard.told.add(report.verdict());
                throw new AssertionError("planted");
              }
              reports.add(report);
            });
    for (int call = 0; call < 3; call++) {
      watch.decided(decision(Verdict.ACCEPTED));
    }
    now = Samples.NOW.plusSeconds(5);

    watch.look();
    watch.look();

    assertThat(reports).as("the second met the fault").hasSize(2);
    assertThat(watch.watched()).isZero();
  }

  @Test
  void aFaultIsLoggedWithTheTraceOfItsCall() {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    RecordHeader traceparent =
        Samples.header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01");
    somebodyTellsOfRinging();
    watch =
        watch(
            Duration.ofSeconds(5),
            _ -> {
              throw new AssertionError("planted");
            });
    watch.decided(decision(Verdict.ACCEPTED, traceparent));
    now = Samples.NOW.plusSeconds(5);
    try (var log = HeardLog.of(RingWatch.class)) {
      watch.look();

      assertThat(log.facts())
          .containsExactly("invite=Envelope[call-invites-3@42]", "trace=" + trace);
    }
  }

  @Test
  void aPlatformThatTellsOfNoRingingHearsNothing() {
    watch.decided(decision(Verdict.ACCEPTED));
    now = Samples.NOW.plusSeconds(60);
    watch.look();

    assertThat(reports).isEmpty();
    assertThat(watch.watched()).isZero();
  }

  @Test
  void aCallThatEndedBeforeAnythingRangIsNotSilent() {
    somebodyTellsOfRinging();
    watch.decided(decision(Verdict.ACCEPTED));
    states.end(Samples.CALL, now);
    now = Samples.NOW.plusSeconds(60);
    watch.look();

    assertThat(reports).isEmpty();
    assertThat(heard.ended).isEqualTo(1);
    assertThat(watch.watched()).isZero();
  }

  /** It rang, and was answered between two looks. */
  @Test
  void aCallThatWasAnsweredAtOnceHasRung() {
    somebodyTellsOfRinging();
    watch.decided(decision(Verdict.ACCEPTED));
    states.ring(Samples.CALL, PHONE, now);
    states.end(Samples.CALL, now);
    watch.look();

    assertThat(heard.told).hasOnlyElementsOfType(RingVerdict.Rang.class).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(value = Verdict.class, mode = EnumSource.Mode.EXCLUDE, names = "ACCEPTED")
  void noOtherVerdictHasASecondOne(Verdict verdict) {
    somebodyTellsOfRinging();
    watch.decided(decision(verdict));

    assertThat(watch.watched()).isZero();
    assertThat(next.decided).isEqualTo(1);
  }

  @Test
  void aPhoneThatRangBeforeItsPushHasNoTime() {
    somebodyTellsOfRinging();
    states.ring(Samples.CALL, PHONE, written().minusMillis(1));
    watch.decided(decision(Verdict.ACCEPTED));
    watch.look();

    assertThat(heard.told).containsExactly(new RingVerdict.Rang(PHONE, Optional.empty()));
  }

  @Test
  void nothingIsSaidAfterTheDeadline() {
    somebodyTellsOfRinging();
    watch = watch(Duration.ofSeconds(60));
    watch.decided(decision(Verdict.ACCEPTED));
    now = Samples.DEADLINE.at();
    watch.look();

    assertThat(heard.told).containsExactly(new RingVerdict.Silent());
  }

  @Test
  void zeroWatchesNothingAndTheNextListenerHearsAll() {
    somebodyTellsOfRinging();
    watch = watch(Duration.ZERO);
    watch.decided(decision(Verdict.ACCEPTED));
    watch.settledAgain(Samples.invited(), Arrival.Claim.ALONE);

    assertThat(watch.watched()).isZero();
    assertThat(next.decided).isEqualTo(1);
    assertThat(next.again).isEqualTo(1);
  }

  @Test
  void thereIsABoundOnWhatIsWatched() {
    somebodyTellsOfRinging();
    Decision decision = decision(Verdict.ACCEPTED);
    for (int call = 0; call < RingWatch.MAX_WATCHED + 3; call++) {
      watch.decided(decision);
    }

    assertThat(watch.watched()).isEqualTo(RingWatch.MAX_WATCHED);
    assertThat(heard.unwatched).isEqualTo(3);
    now = Samples.NOW.plusSeconds(5);
    watch.look();
    watch.decided(decision);
    assertThat(watch.watched()).isEqualTo(1);
  }

  private static Instant written() {
    return push().writtenAt().orElseThrow();
  }

  private static PushReport push() {
    return Samples.accepted(DEVICE);
  }

  /** Tens of thousands of calls may be watched, and a record may have a megabyte of headers. */
  @Test
  void ofTheHeadersOfAnInviteItsTraceAloneIsKept() {
    RecordHeader trace = Samples.header("traceparent", "00-" + "a".repeat(52));
    RecordHeader other = Samples.header("baggage", "b".repeat(100_000));

    assertThat(
            AcceptedCall.of(decision(Verdict.ACCEPTED, other, trace, other))
                .orElseThrow()
                .headers())
        .containsExactly(trace);
  }

  private static Decision decision(Verdict verdict, RecordHeader... headers) {
    Arrival.Invited arrival = Samples.invited(headers);
    return new Decision(
        arrival,
        Samples.pushes(push()),
        new Disposition.Final(verdict),
        List.of(),
        Samples.NOW,
        Samples.NOW,
        SettableClaim.ofCommitted());
  }
}
