package dev.ringpost.journey;

import static dev.ringpost.journey.GuardedCallEnvironment.invite;
import static dev.ringpost.journey.GuardedCallEnvironment.verdict;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of records that cannot be rung, and what their dead letters carry. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadLettersIT {

  private GuardedCallEnvironment guarded;
  private CallEnvironment environment;
  private CallPlatform platform;

  @BeforeAll
  void start(@TempDir Path folder) {
    guarded = GuardedCallEnvironment.in(folder);
    environment = guarded.environment();
    platform = environment.platform();
  }

  /** Whatever the tests did, the guarantees held. */
  @AfterAll
  void everyGuaranteeHeld() {
    guarded.endWithAtLeast(4);
  }

  @Test
  void aRecordThatIsNoInviteIsADeadLetterByteForByte() {
    byte[] key = {0, (byte) 0xff, 7};
    byte[] value = {'{', (byte) 0xc3, '"', 0};
    var record = new ProducerRecord<>(CallPlatform.INVITES, null, key, value);
    record.headers().add("x-tenant", new byte[] {1, (byte) 0x80});
    record.headers().add("x-tenant", "again".getBytes(UTF_8));
    record.headers().add("x-nothing", null);
    record.headers().add("ringpost-reason", "forged".getBytes(UTF_8));

    Origin origin = platform.publish(record);

    ConsumerRecord<byte[], byte[]> letter = deadLetter(origin);
    assertThat(letter.key()).isEqualTo(key);
    assertThat(letter.value()).isEqualTo(value);
    Header[] headers = letter.headers().toArray();
    assertThat(Arrays.copyOf(headers, 3))
        .containsExactly(
            new RecordHeader("x-tenant", new byte[] {1, (byte) 0x80}),
            new RecordHeader("x-tenant", "again".getBytes(UTF_8)),
            new RecordHeader("x-nothing", (byte[]) null));
    assertThat(ours(headers))
        .containsExactly(
            "ringpost-format: 1",
            "ringpost-origin-topic: call-invites",
            "ringpost-origin-partition: " + origin.partition(),
            "ringpost-origin-offset: " + origin.offset(),
            "ringpost-origin-timestamp: " + origin.timestamp(),
            "ringpost-stage: decode",
            "ringpost-reason: not_json",
            "ringpost-detail: " + text(letter, "ringpost-detail"));
    assertThat(text(letter, "ringpost-detail")).startsWith("the value must be one JSON object");
    assertThat(platform.results(origin)).isEmpty();
  }

  @Test
  void theServerOfACallWithAFlawIsToldAsWell() {
    Origin origin = platform.publish(null, "{\"callId\": \"flawed\", \"callee\": 7}");

    JsonNode result = environment.resultOf(origin);
    assertThat(result.path("callId").asText()).isEqualTo("flawed");
    assertThat(verdict(result)).isEqualTo("failed: voicemail");
    assertThat(deadLetter(origin).key()).isNull();
    assertThat(ours(deadLetter(origin).headers().toArray()))
        .contains("ringpost-reason: invalid_field", "ringpost-detail: callee must be a string");
  }

  @Test
  void aPayloadThatAppleWouldRefuseIsADeadLetterWithItsSize() {
    var user = new UserId("verbose");
    environment.give(user, environment.phone("phone"));

    JsonNode result =
        guarded.call(user, "\"custom\": {\"text\": \"%s\"}".formatted("x".repeat(5000)));

    assertThat(verdict(result)).isEqualTo("failed: voicemail");
    assertThat(environment.pushesOf(result)).isEmpty();
    List<String> headers = ours(deadLetter(originOf(result)).headers().toArray());
    assertThat(headers)
        .contains("ringpost-stage: deliver", "ringpost-reason: payload_too_large")
        .contains("ringpost-attempt: 1", "ringpost-deadline: " + result.path("expiresAt").asText())
        .anyMatch(header -> header.matches("ringpost-detail: .*\\b5[1-9]\\d\\d\\b.*"));
  }

  @Test
  void aTraceGoesOnInResultsAndDeadLetters() {
    byte[] trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".getBytes(UTF_8);
    var user = new UserId("traced");
    Origin good = platform.publish(traced(invite(environment.freshCall(), user, ""), trace));
    Origin bad = platform.publish(traced("{\"callId\": \"bad\"}", trace));

    environment.resultOf(good);
    environment.resultOf(bad);
    assertThat(
            Stream.of(
                platform.resultRecords(good).getFirst(),
                platform.resultRecords(bad).getFirst(),
                deadLetter(bad)))
        .allSatisfy(
            record ->
                assertThat(record.headers().headers("traceparent"))
                    .containsExactly(new RecordHeader("traceparent", trace)));
  }

  private static ProducerRecord<byte[], byte[]> traced(String value, byte[] trace) {
    var record = new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, value.getBytes(UTF_8));
    record.headers().add("traceparent", trace);
    return record;
  }

  private Origin originOf(JsonNode result) {
    return platform.invited().keySet().stream()
        .filter(origin -> platform.results(origin).contains(result))
        .findFirst()
        .orElseThrow();
  }

  private ConsumerRecord<byte[], byte[]> deadLetter(Origin origin) {
    return await()
        .until(
            () ->
                platform.deadLetters().stream()
                    .filter(
                        letter ->
                            ours(letter.headers().toArray())
                                .containsAll(
                                    List.of(
                                        "ringpost-origin-partition: " + origin.partition(),
                                        "ringpost-origin-offset: " + origin.offset())))
                    .toList(),
            letters -> !letters.isEmpty())
        .getFirst();
  }

  private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
    return new String(record.headers().lastHeader(header).value(), UTF_8);
  }

  private static List<String> ours(Header[] headers) {
    return Arrays.stream(headers)
        .filter(header -> header.key().startsWith("ringpost-"))
        .map(header -> header.key() + ": " + new String(header.value(), UTF_8))
        .toList();
  }
}
