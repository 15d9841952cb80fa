package dev.ringpost.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.directory.table.UserValues;
import dev.ringpost.events.Invalidation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveRuleTest {

  private static final Instant REGISTERED = Instant.parse("2026-11-24T04:00:00Z");
  private static final Device PHONE = device("phone", "00ff", REGISTERED);

  private static Device device(String id, String token, Instant registeredAt) {
    return new Device(
        new DeviceId(id),
        VoipToken.parse(token),
        new BundleId("com.example.phone"),
        Environment.PRODUCTION,
        registeredAt);
  }

  private static Invalidation invalidation(Device of, Instant at) {
    return new Invalidation(of.id(), of.token().digest(), of.app(), of.environment(), at);
  }

  private static DeviceLookup among(List<Device> devices, List<Invalidation> words) {
    return LiveDevices.among(new UserValues<>(devices, List.of()), words, 0, false);
  }

  private static boolean kills(Invalidation invalidation) {
    return !among(List.of(PHONE), List.of(invalidation)).dead().isEmpty();
  }

  @Test
  void aDeadTokenIsNotRung() {
    var lookup = among(List.of(PHONE), List.of(invalidation(PHONE, REGISTERED)));

    assertThat(lookup.live()).isEmpty();
    assertThat(lookup.dead()).containsExactly(new DeadDevice(PHONE, REGISTERED));
  }

  @Test
  void aTokenThatWasRegisteredAgainLives() {
    assertThat(kills(invalidation(PHONE, REGISTERED.minusMillis(1)))).isFalse();
    assertThat(kills(invalidation(PHONE, REGISTERED.plusMillis(1)))).isTrue();
  }

  @Test
  void anInvalidationOfAnythingElseDoesNotKill() {
    Device otherToken = device("phone", "00fe", REGISTERED);
    Device otherDevice = device("tablet", "00ff", REGISTERED);

    assertThat(kills(invalidation(otherToken, REGISTERED))).isFalse();
    assertThat(kills(invalidation(otherDevice, REGISTERED))).isFalse();
    Device otherEnvironment =
        new Device(PHONE.id(), PHONE.token(), PHONE.app(), Environment.SANDBOX, REGISTERED);
    Device otherApp =
        new Device(
            PHONE.id(),
            PHONE.token(),
            new BundleId("com.example.other"),
            PHONE.environment(),
            REGISTERED);
    assertThat(kills(invalidation(otherEnvironment, REGISTERED))).isFalse();
    assertThat(kills(invalidation(otherApp, REGISTERED))).isFalse();
  }

  @Test
  void theNewestRegistrationComesFirst() {
    Device old = device("old", "01", REGISTERED.minus(Duration.ofDays(1)));
    Device newest = device("newest", "02", REGISTERED.plus(Duration.ofDays(1)));
    Device twin = device("a-twin", "03", REGISTERED);

    var lookup = among(List.of(old, PHONE, newest, twin), List.of());

    assertThat(lookup.live()).containsExactly(newest, twin, PHONE, old);
  }

  @Test
  void oneTokenIsRungOnceInACall() {
    Device before = device("before", "00ff", REGISTERED.minusMillis(1));
    Device otherApp =
        new Device(
            new DeviceId("other"),
            PHONE.token(),
            new BundleId("com.example.other"),
            Environment.PRODUCTION,
            REGISTERED.minusMillis(2));

    Device otherEnvironment =
        new Device(
            new DeviceId("sandboxed"),
            PHONE.token(),
            PHONE.app(),
            Environment.SANDBOX,
            REGISTERED.minusMillis(3));

    var lookup = among(List.of(before, PHONE, otherApp, otherEnvironment), List.of());

    assertThat(lookup.live()).containsExactly(PHONE, otherApp);
  }
}
