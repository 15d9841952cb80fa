package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.directory.table.DeviceTable;
import dev.ringpost.directory.table.OneOwnerTable;
import dev.ringpost.directory.table.Packer;
import dev.ringpost.events.Invalidation;
import dev.ringpost.events.InvalidationCodec;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Registrations for alerts beside those for calls, where a token has one user. */
class AlertRegistrationsTest {

  private static final Instant APPENDED = Instant.parse("2026-11-24T04:00:00Z");

  private final TopicView<Device> tokens = view(new TokenCodec(), new DevicePacker());
  private final TopicView<Invalidation> dead =
      view(new InvalidationCodec(), new InvalidationPacker());

  private static <T> TopicView<T> view(ViewRecord.ValueCodec<T> codec, Packer<T> packer) {
    return new TopicView<>(
        new OneOwnerTable(),
        codec,
        packer,
        new UnusableRecords(
            "tokens", new DirectoryMeters(new Telemetry(new SimpleMeterRegistry())), () -> 0),
        Duration.ofHours(1),
        () -> DeviceTable.ALL_TIME,
        0);
  }

  /** An app that takes its VoIP token for both would else stop its own calls. */
  @Test
  void theTokenOfCallsRegisteredForAlertsTooStillRings() {
    register("alice/phone", "00ff", 1);
    register("alice/phone/alert/", "00ff", 2);

    assertThat(shown("alice", DeviceKey.Kind.VOIP)).containsExactly("00ff");
    assertThat(shown("alice", DeviceKey.Kind.ALERT)).containsExactly("00ff");
  }

  @Test
  void whatIsRegisteredForAlertsIsNeverFoundForACall() {
    register("alice/phone", "00ff", 1);
    register("alice/phone/alert/", "aaff", 1);
    register("bob/phone/alert/", "bbff", 1);

    assertThat(shown("alice", DeviceKey.Kind.VOIP)).containsExactly("00ff");
    assertThat(shown("alice", DeviceKey.Kind.ALERT)).containsExactly("aaff");
    assertThat(shown("bob", DeviceKey.Kind.VOIP)).isEmpty();
    assertThat(tokens.of(new UserId("alice"), DeviceKey.Kind.ALERT).shown())
        .extracting(Device::kind)
        .containsExactly(DeviceKey.Kind.ALERT);

    apply(tokens, "alice/phone/alert/", "{\"removed\": true}");

    assertThat(shown("alice", DeviceKey.Kind.VOIP)).containsExactly("00ff");
    assertThat(shown("alice", DeviceKey.Kind.ALERT)).isEmpty();
  }

  @Test
  void anUnreadableRegistrationForAlertsSaysNothingOfCalls() {
    apply(tokens, "alice/phone/alert/", "nonsense");
    apply(tokens, "alice/tablet", "nonsense");
    register("alice/tablet/alert/", "aaff", 1);

    assertThat(tokens.unreadable(new UserId("alice"))).isEqualTo(1);
  }

  /** A callee of an invite may have any name, also one that no key can have. */
  @Test
  void noNameOfACalleeIsThatUnderWhichAlertsStand() {
    register("alice/phone/alert/", "aaff", 1);

    assertThat(shown("\0alice", DeviceKey.Kind.VOIP)).isEmpty();
  }

  @Test
  void aRegistrationOfAnotherProviderIsNotUnreadable() {
    apply(tokens, "alice/phone", "nonsense");
    assertThat(tokens.unreadable(new UserId("alice"))).isEqualTo(1);

    apply(tokens, "alice/phone", "{\"pn-provider\": \"fcm\", \"pn-prid\": \"x\"}");
    assertThat(tokens.unreadable(new UserId("alice"))).isZero();
  }

  @Test
  void aPhoneThatWasSoldTellsItsFormerOwnerNothing() {
    register("alice/phone/alert/", "aaff", 1);
    register("bob/phone/alert/", "aaff", 2);

    assertThat(shown("alice", DeviceKey.Kind.ALERT)).isEmpty();
    assertThat(shown("bob", DeviceKey.Kind.ALERT)).containsExactly("aaff");
  }

  @Test
  void aDeadTokenIsThatOfItsKindAlone() {
    register("alice/phone", "00ff", 1);
    register("alice/phone/alert/", "aaff", 1);
    apply(
        dead,
        "alice/phone/alert/",
        """
        {"tokenDigest": "%s", "bundleId": "com.example.phone", "environment": "production",
         "invalidAt": "2026-11-24T03:30:00Z"}
        """
            .formatted(VoipToken.parse("aaff").digest().value()));

    assertThat(lookup(DeviceKey.Kind.VOIP).live()).hasSize(1);
    assertThat(lookup(DeviceKey.Kind.VOIP).dead()).isEmpty();
    assertThat(lookup(DeviceKey.Kind.ALERT).live()).isEmpty();
    assertThat(lookup(DeviceKey.Kind.ALERT).dead()).hasSize(1);
  }

  @Test
  void aSnapshotKeepsThemApart() throws IOException {
    register("alice/phone", "00ff", 1);
    register("alice/phone/alert/", "aaff", 1);
    var bytes = new ByteArrayOutputStream();
    tokens.save(new DataOutputStream(bytes), () -> true);
    TopicView<Device> restored = view(new TokenCodec(), new DevicePacker());

    boolean whole =
        restored.restore(
            new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), () -> true);

    assertThat(whole).isTrue();
    for (DeviceKey.Kind kind : DeviceKey.Kind.values()) {
      assertThat(restored.of(new UserId("alice"), kind).shown())
          .isEqualTo(tokens.of(new UserId("alice"), kind).shown())
          .containsExactly(
              new Device(
                  new DeviceId("phone"),
                  VoipToken.parse(kind == DeviceKey.Kind.VOIP ? "00ff" : "aaff"),
                  new BundleId("com.example.phone"),
                  Environment.PRODUCTION,
                  Instant.parse("2026-11-24T03:00:01Z"),
                  Optional.empty(),
                  kind));
    }
  }

  private DeviceLookup lookup(DeviceKey.Kind kind) {
    var alice = new UserId("alice");
    return LiveDevices.among(tokens.of(alice, kind), dead.of(alice, kind).shown(), 0, false);
  }

  private List<String> shown(String user, DeviceKey.Kind kind) {
    return tokens.of(new UserId(user), kind).shown().stream().map(it -> it.token().hex()).toList();
  }

  private void register(String key, String token, int second) {
    apply(
        tokens,
        key,
        """
        {"token": "%s", "environment": "production", "bundleId": "com.example.phone",
         "registeredAt": "2026-11-24T03:00:0%dZ"}
        """
            .formatted(token, second));
  }

  private static void apply(TopicView<?> view, String key, String value) {
    view.apply(
        new ConsumerRecord<>(
            "voip-tokens",
            0,
            0,
            APPENDED.toEpochMilli(),
            TimestampType.LOG_APPEND_TIME,
            0,
            0,
            key.getBytes(UTF_8),
            value.getBytes(UTF_8),
            new RecordHeaders(),
            Optional.empty()));
  }
}
