package dev.ringpost.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.shadow.Judgement.Fate;
import dev.ringpost.shadow.Judgement.Target;
import dev.ringpost.telemetry.ShadowMeters.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class AgreementTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Instant UNTIL = NOW.plusSeconds(30);
  private static final Target PHONE = target("phone");
  private static final Target PAD = target("pad");

  @ParameterizedTest
  @CsvSource({
    "PUSHED,PUSHED,AGREED",
    "PUSHED,DIED,AGREED",
    "PUSHED,NO_ROUTE,ROUTE",
    "PUSHED,TOO_LARGE,ROUTE",
    "NO_ROUTE,NO_ROUTE,AGREED",
    "TOO_LARGE,TOO_LARGE,AGREED",
    "NO_ROUTE,TOO_LARGE,ROUTE",
    "DIED,NO_ROUTE,ROUTE",
    "HELD,HELD,AGREED",
    "HELD,PUSHED,EXPLAINED",
    "HELD,NO_ROUTE,EXPLAINED"
  })
  void theSameDeviceAgreesByWhatHappensBeforeApnsHasASay(Fate one, Fate other, Outcome expected) {
    assertThat(compared(push(Map.of(PHONE, one)), push(Map.of(PHONE, other)))).isEqualTo(expected);
  }

  @Test
  void oneDeviceMoreIsOtherDevices() {
    Judgement both = push(Map.of(PHONE, Fate.PUSHED, PAD, Fate.PUSHED));

    assertThat(compared(both, push(Map.of(PHONE, Fate.PUSHED)))).isEqualTo(Outcome.DEVICES);
    assertThat(compared(both, push(Map.of(PHONE, Fate.PUSHED, PAD, Fate.NO_ROUTE))))
        .isEqualTo(Outcome.ROUTE);
    assertThat(compared(push(Map.of(PHONE, Fate.PUSHED, target("old"), Fate.NO_ROUTE)), both))
        .as("the worst counts")
        .isEqualTo(Outcome.DEVICES);
  }

  @Test
  void anotherTokenOfTheSameDeviceIsAnotherDevice() {
    Target renewed =
        new Target(PHONE.device(), new TokenDigest("0123456789ab"), PHONE.app(), "production");

    assertThat(compared(push(Map.of(PHONE, Fate.PUSHED)), push(Map.of(renewed, Fate.PUSHED))))
        .isEqualTo(Outcome.DEVICES);
  }

  @Test
  void aTokenThatDiedByTheLivePushMayBeKnownToBeDead() {
    Judgement died = push(Map.of(PHONE, Fate.DIED));
    Judgement pushed = push(Map.of(PHONE, Fate.PUSHED));

    assertThat(compared(dead(PHONE), died)).isEqualTo(Outcome.EXPLAINED);
    assertThat(compared(dead(PAD), died)).isEqualTo(Outcome.DEVICES);
    assertThat(compared(dead(PHONE), pushed)).isEqualTo(Outcome.DEVICES);
  }

  @ParameterizedTest
  @CsvSource({
    "no_devices,no_devices,AGREED",
    "flood,flood,AGREED",
    "no_devices,all_dead,DEVICES",
    "ended,expired,EXPLAINED",
    "not_needed,ended,EXPLAINED",
    "flood,no_devices,VERDICT",
    "expired,no_devices,VERDICT",
    "not_json,invalid_field,VERDICT",
    "duplicate,duplicate,AGREED",
    "duplicate,no_devices,EXPLAINED",
    "view_behind,no_devices,EXPLAINED",
    "retrying,no_devices,EXPLAINED"
  })
  void whereNobodyIsPushedTheReasonsAgree(String one, String other, Outcome expected) {
    assertThat(compared(none(one, NOW), none(other, NOW))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "no_devices,DEVICES",
    "all_dead,DEVICES",
    "flood,VERDICT",
    "not_json,VERDICT",
    "duplicate,EXPLAINED",
    "view_behind,EXPLAINED"
  })
  void whereOneOfThemPushesTheReasonOfTheOtherCounts(String reason, Outcome expected) {
    assertThat(compared(none(reason, NOW.plusSeconds(1)), push(Map.of(PHONE, Fate.PUSHED))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"ended", "not_needed"})
  void onlyWhoLookedLaterMayKnowThatACallWasOver(String reason) {
    Judgement pushed = push(Map.of(PHONE, Fate.PUSHED));

    assertThat(compared(none(reason, NOW.plusMillis(1)), pushed)).isEqualTo(Outcome.EXPLAINED);
    assertThat(compared(none(reason, NOW.minusMillis(1)), pushed)).isEqualTo(Outcome.VERDICT);
  }

  @Test
  void whoFoundItExpiredBeforeTheOthersDeadlineIsNotExplained() {
    Judgement pushed = push(Map.of(PHONE, Fate.PUSHED));

    assertThat(compared(none("expired", UNTIL.plusMillis(1)), pushed)).isEqualTo(Outcome.EXPLAINED);
    assertThat(compared(none("expired", UNTIL.minusMillis(1)), pushed)).isEqualTo(Outcome.VERDICT);
  }

  @Test
  void aDeviceThatRingsIsLeftOutByWhoLookedLater() {
    Judgement pushed = push(Map.of(PHONE, Fate.PUSHED, PAD, Fate.PUSHED));
    Map<Target, Fate> one = Map.of(PAD, Fate.PUSHED);

    assertThat(compared(excluding(1, one, NOW.plusMillis(1)), pushed)).isEqualTo(Outcome.EXPLAINED);
    assertThat(compared(excluding(1, one, NOW.minusMillis(1)), pushed)).isEqualTo(Outcome.DEVICES);
    assertThat(compared(excluding(0, one, NOW.plusMillis(1)), pushed)).isEqualTo(Outcome.DEVICES);
  }

  @ParameterizedTest
  @CsvSource({"0,AGREED", "1000,AGREED", "1001,DEADLINE", "-1001,DEADLINE"})
  void deadlinesDifferByMoreThanTheReadings(long millis, Outcome expected) {
    Judgement own = push(Map.of(PHONE, Fate.PUSHED));
    Judgement live = until(own, UNTIL.plusMillis(millis), NOW);
    Judgement later = until(own, UNTIL.plusMillis(millis), NOW.plusSeconds(5));

    assertThat(compared(own, live)).isEqualTo(expected);
    assertThat(compared(own, later)).as("cut at ring.max").isEqualTo(Outcome.AGREED);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void whatDiffersForNoGoodReasonIsADisagreement(Outcome outcome) {
    assertThat(outcome.isDisagreement())
        .isEqualTo(
            Set.of(
                    Outcome.DEADLINE,
                    Outcome.ROUTE,
                    Outcome.DEVICES,
                    Outcome.VERDICT,
                    Outcome.LIVE_MISSING,
                    Outcome.SHADOW_MISSING)
                .contains(outcome));
  }

  /** It is the same whichever of the two is the shadow's. */
  private static Outcome compared(Judgement one, Judgement other) {
    Outcome outcome = Agreement.of(one, other);
    assertThat(Agreement.of(other, one)).isEqualTo(outcome);
    return outcome;
  }

  private static Target target(String id) {
    String digest = "%012x".formatted(id.hashCode() & 0xffffffffL);
    return new Target(
        new DeviceId(id), new TokenDigest(digest), new BundleId("com.example.phone"), "production");
  }

  private static Judgement push(Map<Target, Fate> devices) {
    boolean pushes = devices.containsValue(Fate.PUSHED) || devices.containsValue(Fate.DIED);
    return new Judgement(
        pushes ? Judgement.PUSH : "failed", devices, Set.of(), 0, Optional.of(UNTIL), NOW, NOW);
  }

  private static Judgement excluding(int excluded, Map<Target, Fate> devices, Instant at) {
    return new Judgement(Judgement.PUSH, devices, Set.of(), excluded, Optional.of(UNTIL), at, at);
  }

  private static Judgement none(String word, Instant at) {
    return new Judgement(word, Map.of(), Set.of(), 0, Optional.of(UNTIL), at, at);
  }

  private static Judgement dead(Target target) {
    return new Judgement("all_dead", Map.of(), Set.of(target), 0, Optional.of(UNTIL), NOW, NOW);
  }

  private static Judgement until(Judgement same, Instant expiresAt, Instant at) {
    return new Judgement(
        same.word(),
        same.devices(),
        same.dead(),
        same.excluded(),
        Optional.of(expiresAt),
        at,
        at.plus(Duration.ofSeconds(4)));
  }
}
