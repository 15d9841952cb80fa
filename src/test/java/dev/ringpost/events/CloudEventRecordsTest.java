package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.Recorded;
import dev.ringpost.testing.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * CloudEvents on the topics that others write: each is read as its data alone. The recorded ones
 * were written by the SDKs that they name, the vectors by hand.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CloudEventRecordsTest {

  static final List<JsonNode> RECORDED =
      Recorded.lines("cloud-events.jsonl").stream().map(CallPlatform::json).toList();

  private static final String TOKEN =
      "{'token': '00ff', 'environment': 'production', 'bundleId': 'com.example.phone'}";

  private final InviteDecoder invites =
      new InviteDecoder(
          new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
          InviteListener.UNHEARD);

  @ParameterizedTest
  @FieldSource("RECORDED")
  void whatAnSdkWroteIsReadAsItsData(JsonNode record) {
    assertIsReadAsItsData(record);
  }

  @Test
  void theVectorsAreReadAsTheirData() throws IOException {
    JsonNode vectors =
        new JsonMapper()
            .readTree(Path.of("docs", "vectors.json").toFile())
            .at("/cloudEvents/vectors");

    assertThat(vectors).hasSizeGreaterThan(5);
    vectors.forEach(this::assertIsReadAsItsData);
  }

  private void assertIsReadAsItsData(JsonNode record) {
    List<RecordHeader> headers = headers(record);
    String topic = record.path("topic").asText();
    byte[] value = bytes(record.path("value"));
    byte[] data = bytes(record.path("data"));

    assertThat(read(topic, value, headers))
        .isEqualTo(read(topic, data, List.of()))
        .isNotInstanceOfAny(
            Arrival.Malformed.class, ViewRecord.UnusableValue.class, Unusable.class);
    switch (ContentMode.of(headers)) {
      case DATA -> {
        if (record.path("headers").has("ce_specversion")) {
          assertThat(flaws("cloud-event-headers.json", record.path("headers"))).isEmpty();
        }
      }
      case STRUCTURED ->
          assertThat(flaws("cloud-event.json", CallPlatform.json(record.path("value").asText())))
              .isEmpty();
      case OTHER_FORMAT -> throw new AssertionError(record);
    }
  }

  private static List<RecordHeader> headers(JsonNode record) {
    List<RecordHeader> headers = new ArrayList<>();
    record
        .path("headers")
        .properties()
        .forEach(
            header ->
                headers.add(
                    new RecordHeader(header.getKey(), header.getValue().asText().getBytes(UTF_8))));
    return headers;
  }

  private static List<String> flaws(String schema, JsonNode json) {
    return EventSchema.of(schema).flaws(json.toString());
  }

  private static byte @Nullable [] bytes(JsonNode text) {
    return text.isNull() ? null : text.asText().getBytes(UTF_8);
  }

  /** The reading of a record, or what is wrong with it. */
  private Object read(String topic, byte @Nullable [] value, List<RecordHeader> headers) {
    return switch (topic) {
      case "call-invites" -> {
        var envelope = new Envelope(new Origin(topic, 0, 7, Samples.NOW), null, value, headers);
        yield invites.decode(envelope, Samples.NOW) instanceof Arrival.Invited(_, var attempt)
            ? attempt
            : invites.decode(envelope, Samples.NOW);
      }
      case "voip-tokens" ->
          ViewRecord.read(
              "alice/phone".getBytes(UTF_8),
              value,
              ContentMode.of(headers),
              Samples.NOW,
              new TokenCodec());
      case "call-signals" -> {
        try {
          yield SignalCodec.decode(value, ContentMode.of(headers), Samples.NOW);
        } catch (UnusableRecordException e) {
          yield e.unusable();
        }
      }
      default -> throw new IllegalArgumentException(topic);
    };
  }

  /**
   * An invite's mistake is named where its sender finds it: in the event, or beside the headers.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|data.callId is missing in the CloudEvent, whose own attributes are not read",
        "{'callId': 'a'}|data.callee is missing in the CloudEvent",
        "{'callId': 'a', 'callee': 7}|data.callee must be a string",
        "{'callId': 'a', 'callee': ''}|data.callee must have 1 to 256 characters",
        "{'callId': 'a', 'callee': 'b'}|data.caller is missing in the CloudEvent",
        "{'callId': 'a', 'callee': 'b', 'caller': 'c'}|data.caller must be an object",
        "{'callId': 'a', 'callee': 'b', 'caller': {}}|data.caller.uri is missing",
        "{'callId': 'a', 'callee': 'b', 'caller': {'uri': 'c'}, 'callUuid': 'd'}"
            + "|data.callUuid must be a UUID",
        "{'callId': 'a', 'callee': 'b', 'caller': {'uri': 'c'}, 'expiresAt': 'soon'}"
            + "|data.expiresAt must be a time",
        "{'callId': 'a', 'callee': 'b', 'caller': {'uri': 'c'}, 'ringSeconds': 'long'}"
            + "|data.ringSeconds must be a number",
        "{'callId': 'a', 'callee': 'b', 'caller': {'uri': 'c'}, 'excludeDevices': [7]}"
            + "|data.excludeDevices must hold strings",
        "{'callId': 'a', 'callee': 'b', 'caller': {'uri': 'c'}, 'custom': 7}"
            + "|data.custom must be an object"
      })
  void aMistakeOfAnInviteIsNamedByItsPlaceInTheEvent(String data, String words) {
    var structured =
        List.of(new RecordHeader("content-type", "application/cloudevents+json".getBytes(UTF_8)));
    var binary = List.of(new RecordHeader("ce_specversion", "1.0".getBytes(UTF_8)));
    String json = data.replace('\'', '"');
    String event =
        """
        {"specversion": "1.0", "id": "1", "source": "/pbx", "type": "t", "data": %s}\
        """
            .formatted(json);

    assertThat(detail(event, structured)).startsWith(words);
    assertThat(detail(event, List.of())).as("told by specversion").startsWith(words);
    assertThat(detail(json, binary))
        .isEqualTo(
            detail(json, List.of())
                .replace(
                    " is missing;",
                    " is missing in the value of the CloudEvent, whose ce_ headers are not read;"))
        .doesNotContain("data.");
  }

  private String detail(String value, List<RecordHeader> headers) {
    return read("call-invites", value.getBytes(UTF_8), headers)
            instanceof Arrival.Malformed(_, var flaw, _)
        ? flaw.detail()
        : "";
  }

  /** What a worker wrote of one result in each format. */
  @Test
  void aRecordedResultIsTheSameInEachFormat() {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : Recorded.lines("cloud-event-results.jsonl")) {
      JsonNode recorded = CallPlatform.json(line);
      var record =
          new ConsumerRecord<>(
              "call-push-results",
              0,
              0,
              recorded.path("key").asText().getBytes(UTF_8),
              recorded.path("value").asText().getBytes(UTF_8));
      headers(recorded).forEach(header -> record.headers().add(header.key(), header.value()));
      JsonNode object = CallPlatform.json(record);

      assertThat(flaws("result.json", object)).isEmpty();
      objects.add(object);
    }
    assertThat(objects).hasSize(3).containsOnly(objects.getFirst());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "application/cloudevents+json | {'id': '1'} | missing_field | data is missing",
        "application/cloudevents+json | {'data': '{}'} | invalid_field | data of the CloudEvent",
        "application/cloudevents+json | {'data_base64': 7} | invalid_field | data_base64",
        "application/cloudevents+json | [] | not_json | one JSON object",
        "application/cloudevents+avro | {'data': {}} | not_json | application/cloudevents+json",
        "application/cloudevents-batch+json | [{'data': {}}] | not_json | batch",
      })
  void anEventThatCannotBeReadNamesTheFieldAndTheFixOnEachTopic(
      String type, String value, String reason, String words) {
    var headers = List.of(new RecordHeader("content-type", type.getBytes(UTF_8)));
    byte[] bytes = value.replace('\'', '"').getBytes(UTF_8);

    assertThat(read("call-invites", bytes, headers))
        .isInstanceOfSatisfying(
            Arrival.Malformed.class,
            it -> {
              assertThat(it.flaw().reason().code()).isEqualTo(reason);
              assertThat(it.flaw().detail()).contains(words);
            });
    assertThat(read("voip-tokens", bytes, headers))
        .isInstanceOfSatisfying(
            ViewRecord.UnusableValue.class,
            it -> {
              assertThat(it.why().reason().code()).isEqualTo(reason);
              assertThat(it.why().detail()).contains(words);
            });
    assertThat(read("call-signals", bytes, headers))
        .isInstanceOfSatisfying(
            Unusable.class,
            it -> {
              assertThat(it.reason().code()).isEqualTo(reason);
              assertThat(it.detail()).contains(words);
            });
  }

  /** The data of an event is no event again. */
  @Test
  void anEventInAnEventIsNotUnwrapped() {
    byte[] twice =
        "{\"specversion\": \"1.0\", \"data\": {\"specversion\": \"1.0\", \"data\": {}}}"
            .getBytes(UTF_8);

    assertThat(read("voip-tokens", twice, List.of())).isInstanceOf(ViewRecord.UnusableValue.class);
    assertThat(read("call-invites", twice, List.of())).isInstanceOf(Arrival.Malformed.class);
  }

  /** A name of an attribute may be that of a field: only the header tells then. */
  @Test
  void theHeaderTellsAnEventWhoseAttributesHaveNamesOfFields() {
    byte[] event =
        ("{'specversion': '1.0', 'id': '1', 'source': '/x', 'type': 't', 'token': 'ee',"
                + " 'environment': 'sandbox', 'data': "
                + TOKEN
                + "}")
            .replace('\'', '"')
            .getBytes(UTF_8);
    var header = new RecordHeader("content-type", "application/cloudevents+json".getBytes(UTF_8));

    assertThat(read("voip-tokens", event, List.of(header)))
        .isEqualTo(read("voip-tokens", TOKEN.replace('\'', '"').getBytes(UTF_8), List.of()));
  }

  @Test
  void theTypeOfASignalIsThatInTheDataAndASentenceSaysSo() {
    byte[] event =
        "{\"specversion\": \"1.0\", \"type\": \"ended\", \"data\": {\"callId\": \"c\"}}"
            .getBytes(UTF_8);

    assertThat(read("call-signals", event, List.of()))
        .isEqualTo(
            new Unusable(
                UnusableReason.MISSING_FIELD,
                "type is missing in the data of the CloudEvent, whose own attributes are not"
                    + " read"));
  }

  /** In binary mode an event without data is a tombstone; in structured mode it is none. */
  @Test
  void onlyARecordWithoutValueIsATombstone() {
    var binary = List.of(new RecordHeader("ce_specversion", "1.0".getBytes(UTF_8)));
    var structured =
        List.of(new RecordHeader("content-type", "application/cloudevents+json".getBytes(UTF_8)));
    byte[] event = "{\"specversion\": \"1.0\", \"id\": \"1\"}".getBytes(UTF_8);

    assertThat(read("voip-tokens", null, binary)).isInstanceOf(ViewRecord.Removed.class);
    assertThat(read("voip-tokens", null, structured)).isInstanceOf(ViewRecord.Removed.class);
    assertThat(read("voip-tokens", event, structured)).isInstanceOf(ViewRecord.UnusableValue.class);
  }

  /** A byte that is no UTF-8 costs the caller's name, in an event as outside of one. */
  @Test
  void aDamagedByteCostsOnlyTheTextInWhichItStands() {
    String event =
        "{\"specversion\": \"1.0\", \"data\": {\"callId\": \"c\", \"callee\": \"a\","
            + " \"caller\": {\"uri\": \"sip:b\", \"name\": \"Bj\u00f6rn\"}}}";
    byte[] latin = event.getBytes(ISO_8859_1);

    assertThat(read("call-invites", latin, List.of()))
        .isEqualTo(
            read(
                "call-invites",
                "{\"callId\": \"c\", \"callee\": \"a\", \"caller\": {\"uri\": \"sip:b\"}}"
                    .getBytes(UTF_8),
                List.of()));
  }
}
