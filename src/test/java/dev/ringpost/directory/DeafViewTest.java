package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.events.health.DeviceHealthCodec;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The view of deaf devices: what a worker says of a device is true of its registration. */
@Timeout(20)
class DeafViewTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:30:00Z");
  private static final UserId ALICE = new UserId("alice");
  private static final BundleId APP = new BundleId("com.example.phone");
  private static final Device PHONE = phone("00ff", APP, Environment.PRODUCTION);

  private final DeafView view =
      new DeafView(
          new UnusableRecords(
              "deaf",
              new DirectoryMeters(new Telemetry(new SimpleMeterRegistry())),
              System::nanoTime),
          2);

  @Test
  void aDeviceIsDeafByTheNewestWord() {
    assertThat(view.isDeaf(ALICE, PHONE)).isFalse();
    apply("alice/phone", health(false));
    assertThat(view.isDeaf(ALICE, PHONE)).isFalse();
    apply("alice/phone", health(true));
    assertThat(view.isDeaf(ALICE, PHONE)).isTrue();
    assertThat(view.isDeaf(new UserId("bob"), PHONE)).isFalse();
    apply("alice/phone", health(false));
    assertThat(view.isDeaf(ALICE, PHONE)).isFalse();
  }

  @Test
  void aTombstoneAndARecordThatCannotBeReadSayNothing() {
    apply("alice/phone", health(true));
    apply("alice/phone", (byte[]) null);
    assertThat(view.isDeaf(ALICE, PHONE)).isFalse();

    apply("alice/phone", health(true));
    apply("alice/phone", "{}".getBytes(UTF_8));
    assertThat(view.isDeaf(ALICE, PHONE)).isFalse();
  }

  @Test
  void aDeviceThatRegisteredAnewIsNotDeaf() {
    apply("alice/phone", health(true));

    assertThat(view.isDeaf(ALICE, phone("00ee", APP, Environment.PRODUCTION))).isFalse();
    assertThat(view.isDeaf(ALICE, phone("00ff", APP, Environment.SANDBOX))).isFalse();
    assertThat(view.isDeaf(ALICE, phone("00ff", new BundleId("other"), Environment.PRODUCTION)))
        .isFalse();
  }

  @Test
  void thereAreNeverMoreThanTheBound() {
    apply("a/phone", health(true));
    apply("b/phone", health(true));
    apply("c/phone", health(true));
    apply("b/phone", health(true));

    assertThat(view.entries()).isEqualTo(2);
    assertThat(view.isDeaf(new UserId("c"), PHONE)).isFalse();
    assertThat(view.isDeaf(new UserId("b"), PHONE)).isTrue();
  }

  private static Device phone(String token, BundleId app, Environment environment) {
    return new Device(new DeviceId("phone"), VoipToken.parse(token), app, environment, NOW);
  }

  private static DeviceHealth health(boolean deaf) {
    TokenDigest token = PHONE.token().digest();
    return new DeviceHealth(token, APP, Environment.PRODUCTION, deaf, 5, NOW, NOW);
  }

  private void apply(String key, DeviceHealth health) {
    apply(key, DeviceHealthCodec.encode(health));
  }

  private void apply(String key, byte @Nullable [] value) {
    view.apply(new ConsumerRecord<>("health", 0, 0, key.getBytes(UTF_8), value));
  }
}
