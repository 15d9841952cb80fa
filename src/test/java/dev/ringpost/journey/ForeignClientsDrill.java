package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.clients.ForeignClient;
import dev.ringpost.testing.clients.ForeignRecord;
import dev.ringpost.testing.clients.WrongInvite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The journey of records that kafkajs and Python's librdkafka publish, as the schemas say and as
 * they do not, with what the clients read of it: by the programs of {@code examples}, as they stand
 * there.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignClientsDrill {

  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final String CALLER = "\"caller\":{\"uri\":\"sip:bob@example.com\"}";

  private Path folder;
  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path folder) {
    this.folder = folder;
    kafka = LocalKafka.start();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @Test
  @Needs(Need.KAFKAJS)
  void kafkajsRegistersCallsHearsCancelsAndRemoves() throws IOException {
    followsTheExample(ForeignClient.KAFKAJS);
  }

  @Test
  @Needs(Need.CONFLUENT_KAFKA)
  void librdkafkaRegistersCallsHearsCancelsAndRemoves() throws IOException {
    followsTheExample(ForeignClient.CONFLUENT_KAFKA);
  }

  @Test
  @Needs(Need.KAFKAJS)
  void whatKafkajsWritesWronglyEndsAsTheDocsPromise() {
    ForeignClient.KAFKAJS.compressions().forEach(it -> goesWrong(ForeignClient.KAFKAJS, it));
  }

  @Test
  @Needs(Need.CONFLUENT_KAFKA)
  void whatLibrdkafkaWritesWronglyEndsAsTheDocsPromise() {
    ForeignClient.CONFLUENT_KAFKA
        .compressions()
        .forEach(it -> goesWrong(ForeignClient.CONFLUENT_KAFKA, it));
  }

  @Test
  @Needs(Need.KAFKAJS)
  void aKeyThatFormerKafkajsPutElsewhereIsTheSamePhone() {
    oneKeyOfTwoPartitioners(ForeignClient.KAFKAJS);
  }

  @Test
  @Needs(Need.CONFLUENT_KAFKA)
  void aKeyThatLibrdkafkaPutsElsewhereIsTheSamePhone() {
    oneKeyOfTwoPartitioners(ForeignClient.CONFLUENT_KAFKA);
  }

  private void followsTheExample(ForeignClient client) throws IOException {
    JsonNode vectors = CallPlatform.json(Files.readString(Path.of("docs", "vectors.json")));
    JsonNode token = vectors.at("/tokens/vectors/2");
    String user = "user-of-" + client;
    tries(client, "register", user, "iphone-1", token.path("token").asText(), app());
    environment.callUntil(new UserId(user), told -> told.path("devices").size() == 1);

    for (JsonNode vector : vectors.at("/callUuids/vectors")) {
      String callId = vector.path("callId").asText();
      if (callId.codePoints().allMatch(it -> it < 0x80)) {
        hears(client, user, callId, vector.path("callUuid").asText(), token);
      }
    }

    cancelsWhileARetryWaits(client, user, token.path("normalised").asText());
    tries(client, "remove", user, "iphone-1");
    environment.callUntil(
        new UserId(user), told -> told.path("verdict").asText().equals("no_devices"));
    everyRecordFits(CallPlatform.TOKENS, "token.json");
    everyRecordFits(CallPlatform.SIGNALS, "signal.json");
  }

  private void cancelsWhileARetryWaits(ForeignClient client, String user, String token) {
    String call = "cancelled-by-" + client;
    VoipToken phone = VoipToken.parse(token);
    environment.production().answer(phone, Behaviour.rejects(503, "ServiceUnavailable"));
    CompletableFuture<JsonNode> heard =
        CompletableFuture.supplyAsync(() -> verdictOf(client, user, call));
    assertThat(result(call).path("verdict").asText()).isEqualTo("retrying");
    tries(client, "cancel", call);
    await().atMost(WITHIN).until(heard::isDone);
    assertThat(heard.join().path("verdict").asText()).isEqualTo("ended");
    environment.production().answer(phone, Behaviour.accepts());
  }

  private void hears(
      ForeignClient client, String user, String callId, String uuid, JsonNode token) {
    JsonNode result = verdictOf(client, user, callId);

    assertThat(result.path("verdict").asText()).isEqualTo("accepted");
    assertThat(result.path("callUuid").asText()).isEqualTo(uuid);
    assertThat(result.at("/devices/0/tokenDigest").asText())
        .isEqualTo(token.path("digest").asText());
    ReceivedPush push =
        environment.pushesOf(result).stream()
            .filter(it -> it.token().equals(token.path("normalised").asText()))
            .findFirst()
            .orElseThrow();
    assertThat(push.json().at("/call/uuid").asText()).isEqualTo(uuid);
    assertThat(push.json().at("/call/caller/name").asText()).isEqualTo("Jürgen \"Jo\" Groß");
  }

  /** What the client itself read; it computed the UUID too. */
  private JsonNode verdictOf(ForeignClient client, String user, String callId) {
    List<String> lines = tries(client, "call", user, callId).lines().toList();
    JsonNode verdict = CallPlatform.json(lines.get(1).replaceFirst("verdict ", ""));
    assertThat(lines.getFirst()).isEqualTo("UUID " + verdict.path("callUuid").asText());
    return verdict;
  }

  private void everyRecordFits(String topic, String schema) {
    assertThat(TopicContents.upToNow(kafka.bootstrapServers(), topic))
        .filteredOn(it -> new String(it.key(), UTF_8).matches("(user-of|cancelled-by)-.*"))
        .isNotEmpty()
        .allSatisfy(it -> assertThat(EventSchema.of(schema).flaws(text(it.value()))).isEmpty());
  }

  private void goesWrong(ForeignClient client, String compression) {
    String name = client + "-" + compression;
    var user = new UserId("phone-of-" + name);
    environment.give(user, environment.phone("iphone-1"));
    List<WrongInvite> wrongs = WrongInvite.all(name);
    List<ForeignRecord> records = new ArrayList<>();
    wrongs.forEach(it -> records.add(it.record()));
    records.add(twice(invite(name + "-broken-twice", "not JSON")));
    records.add(
        twice(invite(name + "-good", good(name + "-good", user, ",\"ringSeconds\":\"30\""))));
    records.add(latin1(name, user));
    records.add(
        signal(name + "-signalled", "{\"callId\":\"" + name + "-signalled\",\"type\":\"over\"}"));
    records.add(signal(name + "-signalled", "ended"));
    records.add(invite(name + "-signalled", good(name + "-signalled", user, "")));
    client.publish(kafka.bootstrapServers(), folder, compression, records);

    wrongs.forEach(this::isDeadLetter);
    Header[] headers = letter(name + "-broken-twice").headers().toArray();
    assertThat(headers(headers, "x-tenant")).containsExactly("one", "two");
    assertThat(headers(headers, "ringpost-reason")).containsExactly("not_json");
    assertThat(headers(headers, "ringpost-due")).isEmpty();
    for (String call : List.of(name + "-good", name + "-latin1", name + "-signalled")) {
      assertThat(result(call).path("verdict").asText()).as(call).isEqualTo("accepted");
      assertThat(environment.pushesOf(result(call))).as(call).hasSize(1);
    }
    JsonNode latin1 = environment.pushesOf(result(name + "-latin1")).getFirst().json();
    assertThat(latin1.at("/call/caller/uri").asText()).isEqualTo("sip:bob@example.com");
    assertThat(latin1.at("/call/caller").has("name")).isFalse();
  }

  private void isDeadLetter(WrongInvite wrong) {
    String call = wrong.record().key();
    assertThat(headers(letter(call).headers().toArray(), "ringpost-reason"))
        .as(call)
        .containsExactly(wrong.reason());
    if (wrong.serverIsTold()) {
      assertThat(result(call).path("verdict").asText()).as(call).isEqualTo("failed");
    } else {
      assertThat(results(call)).as(call).isEmpty();
    }
  }

  /**
   * Java renews what a foreign client registered, and the foreign client's tombstone removes it.
   */
  private void oneKeyOfTwoPartitioners(ForeignClient client) {
    for (int i = 1; i <= 4; i++) {
      var user = new UserId("moved-%d-%s".formatted(i, client));
      Device first = environment.phone("iphone-1");
      String key = user.value() + "/iphone-1";
      String token =
          "{\"token\":\"%s\",\"environment\":\"production\",\"bundleId\":\"%s\"}"
              .formatted(first.token().hex(), app());
      client.publish(
          kafka.bootstrapServers(),
          folder,
          "none",
          List.of(ForeignRecord.of(CallPlatform.TOKENS, key, token)));
      rings(user, first);
      Device renewed = environment.phone("iphone-1");
      environment.platform().register(user, renewed);
      rings(user, renewed);
      client.publish(
          kafka.bootstrapServers(),
          folder,
          "none",
          List.of(ForeignRecord.tombstone(CallPlatform.TOKENS, key)));
      environment.callUntil(user, told -> told.path("verdict").asText().equals("no_devices"));
    }
    assertThat(partitionsOfMovedKeys(client)).as("somewhere they differ").isTrue();
  }

  private void rings(UserId user, Device device) {
    JsonNode told =
        environment.callUntil(
            user,
            it -> it.at("/devices/0/tokenDigest").asText().equals(device.token().digest().value()));
    assertThat(told.path("devices")).hasSize(1);
  }

  private boolean partitionsOfMovedKeys(ForeignClient client) {
    return TopicContents.upToNow(kafka.bootstrapServers(), CallPlatform.TOKENS).stream()
        .filter(it -> text(it.key()).matches("moved-.*-" + client + "/.*"))
        .collect(groupingBy(it -> text(it.key()), mapping(ConsumerRecord::partition, toSet())))
        .values()
        .stream()
        .anyMatch(partitions -> partitions.size() > 1);
  }

  private static ForeignRecord invite(String call, String value) {
    return ForeignRecord.of(CallPlatform.INVITES, call, value);
  }

  private static ForeignRecord signal(String call, String value) {
    return ForeignRecord.of(CallPlatform.SIGNALS, call, value);
  }

  private static String good(String call, UserId callee, String field) {
    return "{\"callId\":\"%s\",\"callee\":\"%s\",%s%s}"
        .formatted(call, callee.value(), CALLER, field);
  }

  /** A display name in another encoding. */
  private static ForeignRecord latin1(String name, UserId callee) {
    String call = name + "-latin1";
    String value =
        "{\"callId\":\"%s\",\"callee\":\"%s\",\"caller\":{\"uri\":\"sip:bob@example.com\",\"name\":\"Groß\"}}"
            .formatted(call, callee.value());
    return ForeignRecord.of(CallPlatform.INVITES, call, value.getBytes(ISO_8859_1));
  }

  /** Headers that repeat, and ones of Ringpost's that mean nothing here. */
  private static ForeignRecord twice(ForeignRecord record) {
    return record.with(
        List.of(
            Map.entry("x-tenant", "one"),
            Map.entry("x-tenant", "two"),
            Map.entry("ringpost-reason", "forged"),
            Map.entry("ringpost-reason", "again"),
            Map.entry("ringpost-due", "2099-01-01T00:00:00Z"),
            Map.entry("ringpost-due", "2098-01-01T00:00:00Z")));
  }

  private ConsumerRecord<byte[], byte[]> letter(String key) {
    return await()
        .atMost(WITHIN)
        .alias("a dead letter of " + key)
        .until(
            () ->
                environment.platform().deadLetters().stream()
                    .filter(it -> text(it.key()).equals(key))
                    .toList(),
            letters -> !letters.isEmpty())
        .getFirst();
  }

  private List<JsonNode> results(String call) {
    return environment.platform().results().stream()
        .filter(it -> it.path("callId").asText().equals(call))
        .toList();
  }

  private JsonNode result(String call) {
    return await()
        .atMost(WITHIN)
        .alias("a result of " + call)
        .until(() -> results(call), told -> !told.isEmpty())
        .getFirst();
  }

  private static List<String> headers(Header[] headers, String name) {
    return Arrays.stream(headers)
        .filter(it -> it.key().equals(name))
        .map(it -> text(it.value()))
        .toList();
  }

  private String tries(ForeignClient client, String... words) {
    return client.tries(kafka.bootstrapServers(), folder, words);
  }

  private static String app() {
    return CallEnvironment.PHONE.value();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
