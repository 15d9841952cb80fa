package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.events.ResultJson;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.DocPage;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class ResultWriterTest {

  private static final Decision ACCEPTED =
      decision(
          Samples.invited(
              Samples.header("traceparent", "00-1-1-01"), Samples.header("ce_id", "7")));

  private static Decision decision(Arrival arrival) {
    return new Decision(
        arrival,
        Samples.pushes(Samples.accepted(Samples.device("phone"))),
        new Disposition.Final(Verdict.ACCEPTED),
        Samples.NOW);
  }

  @ParameterizedTest
  @EnumSource(ResultFormat.class)
  void everyReaderOfOursFindsTheSameObject(ResultFormat format) {
    Outgoing.Body body = body(format, ACCEPTED, 1);

    assertThat(CallPlatform.json(asRead(body))).isEqualTo(object());
    assertThat(new String(requireNonNull(body.key()), UTF_8)).isEqualTo(Samples.CALL.value());
    assertThat(headers(body)).containsEntry("traceparent", "00-1-1-01");
  }

  @Test
  void aPlainResultHasNoHeaderOfAnEvent() {
    assertThat(body(ResultFormat.JSON, decision(Samples.invited()), 1).headers())
        .isSameAs(List.of());
    assertThat(headers(body(ResultFormat.JSON, ACCEPTED, 1))).containsOnlyKeys("traceparent");
  }

  @Test
  void inBinaryModeTheAttributesAreHeaders() {
    Outgoing.Body body = body(ResultFormat.CLOUDEVENTS_BINARY, ACCEPTED, 2);

    Map<String, String> headers = headers(body);
    assertThat(headers)
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_id", "3-42-2")
        .containsEntry("ce_source", "/ringpost/call-invites")
        .containsEntry("ce_type", "dev.ringpost.result.v1")
        .containsEntry("ce_subject", Samples.CALL.value())
        .containsEntry("ce_time", object().path("decidedAt").asText())
        .containsEntry("ce_dataschema", EventSchema.of("result.json").at("/$id").asText())
        .containsEntry("content-type", "application/json");
    assertThat(flaws("cloud-event-headers.json", json(headers))).isEmpty();
  }

  @Test
  void inStructuredModeTheyStandBesideTheObject() {
    Outgoing.Body body = body(ResultFormat.CLOUDEVENTS_STRUCTURED, ACCEPTED, 2);
    JsonNode event = CallPlatform.json(new String(requireNonNull(body.value()), UTF_8));

    assertThat(headers(body))
        .containsEntry("content-type", "application/cloudevents+json; charset=UTF-8")
        .hasSize(2);
    assertThat(event.path("id").asText()).isEqualTo("3-42-2");
    assertThat(event.path("datacontenttype").asText()).isEqualTo("application/json");
    assertThat(flaws("cloud-event.json", event)).isEmpty();
    assertThat(flaws("result.json", event.path("data"))).isEmpty();
  }

  @Test
  void thePageHasEveryAttribute() throws IOException {
    JsonNode event =
        CallPlatform.json(
            new String(
                requireNonNull(body(ResultFormat.CLOUDEVENTS_STRUCTURED, ACCEPTED, 1).value()),
                UTF_8));
    Set<String> written = new TreeSet<>();
    event.fieldNames().forEachRemaining(written::add);
    written.remove("data");

    List<List<String>> rows =
        DocPage.of(Path.of("docs", "events.md")).table("attributes of results").stream()
            .map(DocPage::quotedIn)
            .toList();
    assertThat(rows.stream().map(List::getFirst)).containsExactlyInAnyOrderElementsOf(written);
    for (List<String> row : rows) {
      if (List.of("specversion", "type", "dataschema", "datacontenttype").contains(row.get(0))) {
        assertThat(event.path(row.get(0)).asText()).isEqualTo(row.get(1));
      }
    }
  }

  /** What the page says that an event costs. */
  @Test
  void anEventIsSomeHundredBytesLarger() {
    int plain = body(ResultFormat.JSON, ACCEPTED, 1).bytes();

    assertThat(body(ResultFormat.CLOUDEVENTS_BINARY, ACCEPTED, 1).bytes() - plain)
        .isBetween(200, 400);
    assertThat(body(ResultFormat.CLOUDEVENTS_STRUCTURED, ACCEPTED, 1).bytes() - plain)
        .isBetween(300, 400);
  }

  /** Readers drop repeats by both; another attempt is another event. */
  @Test
  void theSourceAndTheIdNameTheInviteAndTheAttempt() {
    String first = headers(body(ResultFormat.CLOUDEVENTS_BINARY, ACCEPTED, 1)).get("ce_id");

    assertThat(headers(body(ResultFormat.CLOUDEVENTS_BINARY, ACCEPTED, 1)).get("ce_id"))
        .isEqualTo(first);
    assertThat(headers(body(ResultFormat.CLOUDEVENTS_BINARY, ACCEPTED, 2)).get("ce_id"))
        .isNotEqualTo(first);
  }

  /** A String of CloudEvents holds no control character; the object's own callId may. */
  @Test
  void aCallIdThatNoAttributeMayHoldIsNoSubject() {
    for (String id : List.of("a\u0001b", "a\u0085", "a\uFFFE", "a\uFDD0")) {
      Decision decision =
          decision(Samples.malformed(OutboxFixture.FLAW, Optional.of(new CallId(id))));

      assertThat(headers(body(ResultFormat.CLOUDEVENTS_BINARY, decision, 1)))
          .as(id)
          .doesNotContainKey("ce_subject");
    }
  }

  private static JsonNode object() {
    byte[] json =
        new ResultJson(CalleeAs.PLAIN, (_, _) -> false)
            .of(Samples.CALL, Verdict.ACCEPTED, 1, true, ACCEPTED);
    return CallPlatform.json(new String(json, UTF_8));
  }

  private static Outgoing.Body body(ResultFormat format, Decision decision, int attempt) {
    var settings =
        new OutboxSettings(
            "results",
            "dead",
            "invalidations",
            List.of("retry-1"),
            CalleeAs.PLAIN,
            format,
            Map.of("bootstrap.servers", "localhost:1"));
    CallId call = ResultJson.addressee(decision.arrival()).orElseThrow();
    return new ResultWriter(settings, (_, _) -> false)
        .body(call, Verdict.ACCEPTED, attempt, true, decision);
  }

  private static ConsumerRecord<byte[], byte[]> asRead(Outgoing.Body body) {
    var record =
        new ConsumerRecord<byte[], byte[]>(
            "results", 0, 0, requireNonNull(body.key()), requireNonNull(body.value()));
    body.headers().forEach(header -> record.headers().add(header.key(), header.value()));
    return record;
  }

  private static Map<String, String> headers(Outgoing.Body body) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (RecordHeader header : body.headers()) {
      headers.put(header.key(), new String(requireNonNull(header.value()), UTF_8));
    }
    return headers;
  }

  private static JsonNode json(Map<String, String> headers) {
    return new JsonMapper().valueToTree(headers);
  }

  private static List<String> flaws(String schema, JsonNode json) {
    return EventSchema.of(schema).flaws(json.toString());
  }
}
