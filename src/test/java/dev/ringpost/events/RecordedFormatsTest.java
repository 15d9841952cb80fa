package dev.ringpost.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.Recorded;
import dev.ringpost.testing.RecordedRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Records that earlier versions read and wrote in a run of the demo, one of each shape. This
 * version reads them all, and what it publishes a schema for keeps the schema.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RecordedFormatsTest {

  static final List<String> VERSIONS = Recorded.versions();

  private final InviteDecoder decoder =
      new InviteDecoder(
          new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
          InviteListener.UNHEARD);

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void invitesAreRead(String version) {
    for (RecordedRecord invite : Recorded.records(version, "call-invites")) {
      Arrival arrival = decoder.decode(invite.envelope(), invite.timestamp());

      switch (arrival) {
        case Arrival.Invited(_, Attempt attempt) -> {
          JsonNode json = invite.json();
          assertThat(attempt.invite().callId().value()).isEqualTo(json.path("callId").asText());
          assertThat(attempt.invite().callee().value()).isEqualTo(json.path("callee").asText());
          assertThat(EventSchema.of("invite.json").flaws(invite.value())).isEmpty();
        }
        // The one that the demo breaks.
        case Arrival.Malformed(_, _, _) -> assertThat(invite.key()).isEqualTo("broken");
      }
    }
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void retriesAreRead(String version) {
    for (String topic : List.of("call-invites.retry-1", "call-invites.retry-2")) {
      for (RecordedRecord retry : Recorded.records(version, topic)) {
        var arrival = (Arrival.Invited) decoder.decodeRetry(retry.envelope(), retry.timestamp());

        Attempt attempt = arrival.attempt();
        assertThat(attempt.number()).isEqualTo(retry.number("ringpost-attempt"));
        assertThat(attempt.invite().deadline().at())
            .isEqualTo(Instant.parse(retry.header("ringpost-deadline")));
        assertThat(attempt.accepted()).isEqualTo(retry.number("ringpost-accepted"));
        assertThat(attempt.devices().orElseThrow().stream().map(DeviceId::value))
            .containsExactlyInAnyOrderElementsOf(
                StreamSupport.stream(
                        CallPlatform.json(retry.header("ringpost-devices")).spliterator(), false)
                    .map(JsonNode::asText)
                    .toList());
        assertThat(arrival.envelope().origin().offset())
            .isEqualTo(retry.number("ringpost-origin-offset"));
        assertThat(EventSchema.of("retry-headers.json").flaws(retry.headersAsJson())).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void registrationsAreRead(String version) throws UnusableRecordException {
    for (RecordedRecord token : Recorded.records(version, "voip-tokens")) {
      Device device =
          new TokenCodec()
              .decode(token.deviceKey(), token.bytes(), ContentMode.DATA, token.timestamp())
              .orElseThrow();

      assertThat(device.token().hex()).isEqualTo(token.json().path("token").asText());
      assertThat(device.app().value()).isEqualTo(token.json().path("bundleId").asText());
      assertThat(EventSchema.of("token.json").flaws(token.value())).isEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void invalidationsAreRead(String version) throws UnusableRecordException {
    for (RecordedRecord dead : Recorded.records(version, "voip-token-invalidations")) {
      Invalidation invalidation =
          new InvalidationCodec()
              .decode(dead.deviceKey(), dead.bytes(), ContentMode.DATA, dead.timestamp())
              .orElseThrow();

      assertThat(invalidation.token().value()).isEqualTo(dead.json().path("tokenDigest").asText());
      assertThat(invalidation.invalidAt())
          .isEqualTo(Instant.parse(dead.json().path("invalidAt").asText()));
      assertThat(EventSchema.of("invalidation.json").flaws(dead.value())).isEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void signalsAreRead(String version) throws UnusableRecordException {
    List<RecordedRecord> signals = Recorded.records(version, "call-signals");
    for (RecordedRecord signal : signals) {
      Signal read = SignalCodec.decode(signal.bytes(), ContentMode.DATA, signal.timestamp());

      assertThat(read.call().value()).isEqualTo(signal.key());
      assertThat(read.type().wire()).isEqualTo(signal.json().path("type").asText());
      assertThat(EventSchema.of("signal.json").flaws(signal.value())).isEmpty();
    }
  }

  /** Readers of results and dead letters go by the schemas, which hold for older workers too. */
  @ParameterizedTest
  @FieldSource("VERSIONS")
  void whatWasToldKeepsTheSchemas(String version) {
    List<RecordedRecord> results = Recorded.records(version, "call-push-results");
    for (RecordedRecord result : results) {
      assertThat(EventSchema.of("result.json").flaws(result.value())).as(result.value()).isEmpty();
    }
    for (RecordedRecord letter : Recorded.records(version, "call-invites.dlq")) {
      assertThat(EventSchema.of("dead-letter-headers.json").flaws(letter.headersAsJson()))
          .isEmpty();
    }

    assertThat(
            results.stream()
                .map(result -> result.json().path("verdict").asText())
                .collect(Collectors.toSet()))
        .contains("accepted", "all_dead", "ended", "expired", "no_devices", "retrying");
  }
}
