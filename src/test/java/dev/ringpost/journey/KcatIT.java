package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.KcatCommands;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.clients.ForeignRecord;
import dev.ringpost.testing.clients.WrongInvite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A foreign producer: kcat, built on librdkafka, which puts keys on partitions of its own choice.
 */
@Needs(Need.KCAT)
class KcatIT {

  private static final UserId ZOE = new UserId("zoe");
  private static final String EVENT = "-H content-type=application/cloudevents+json";
  private static final Duration TYPED_WITHIN = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  @Timeout(90)
  void whatTheDemoSaysToTypeRingsAPhoneAndJavaCanRenewItsToken() {
    try (var kafka = LocalKafka.onPort(FreePort.find());
        var environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker()) {
      var kcat = new KcatCommands(kafka.bootstrapServers(), CallEnvironment.PHONE.value());

      type(kcat.givePhone());
      environment.callUntil(ZOE, told -> told.path("devices").size() == 1);
      type(kcat.call());

      JsonNode result =
          await()
              .until(() -> myFirstCall(environment.platform()), told -> !told.isEmpty())
              .getFirst();
      assertThat(result.path("verdict").asText()).isEqualTo("accepted");
      assertThat(environment.pushesOf(result)).hasSize(1);
      assertThat(environment.pushesOf(result).getFirst().token()).isEqualTo(KcatCommands.TOKEN);

      Device renewed = environment.phone("iphone-1");
      environment.platform().register(ZOE, renewed);
      environment.callUntil(ZOE, _ -> !environment.production().pushes(renewed.token()).isEmpty());
      JsonNode afterwards = environment.call(ZOE);
      assertThat(environment.pushesOf(afterwards)).hasSize(1);
      assertThat(environment.pushesOf(afterwards).getFirst().token())
          .isEqualTo(renewed.token().hex());
      assertThat(partitionsOfZoesPhone(kafka)).doesNotHaveDuplicates().hasSize(2);
    }
  }

  /** Wrong JSON, missing fields, wrong types, too much, nothing; and keys that say nothing. */
  @Test
  @Timeout(120)
  void whatItWritesWronglyEndsAsTheDocsPromise() throws IOException {
    try (var kafka = LocalKafka.start();
        var environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker()) {
      environment.give(ZOE, environment.phone("iphone-1"));
      List<WrongInvite> wrongs = WrongInvite.all("kcat");

      for (WrongInvite wrong : wrongs) {
        type(publish(kafka, wrong.record(), ""));
      }
      type(publish(kafka, event("kcat-event", "{\"callId\":\"kcat-event\"}"), EVENT));
      type(publish(kafka, invite("another user", "kcat-other-key"), ""));
      type(publish(kafka, invite("", "kcat-no-key"), ""));
      type(publish(kafka, ForeignRecord.of(CallPlatform.TOKENS, "no-slash", "{}"), ""));

      for (WrongInvite wrong : wrongs) {
        isDeadLetter(environment, wrong);
      }
      assertThat(detail(letter(environment, "kcat-number"))).isEqualTo("callee must be a string");
      assertThat(detail(letter(environment, "kcat-nobody"))).startsWith("callee is missing");
      assertThat(detail(letter(environment, "kcat-large"))).contains("65536");
      assertThat(detail(letter(environment, "kcat-event"))).startsWith("data.callee is missing");
      for (String call : List.of("kcat-other-key", "kcat-no-key")) {
        JsonNode result = await().until(() -> results(environment, call), r -> !r.isEmpty()).get(0);
        assertThat(result.path("verdict").asText()).as(call).isEqualTo("accepted");
      }
      await()
          .until(
              () ->
                  environment
                      .worker()
                      .get("/metrics")
                      .contains(
                          "ringpost_view_skipped_total{reason=\"invalid_key\",view=\"tokens\"}"
                              + " 1.0"));
    }
  }

  private static ForeignRecord invite(String key, String call) {
    return ForeignRecord.of(
        CallPlatform.INVITES,
        key,
        "{\"callId\":\"%s\",\"callee\":\"zoe\",\"caller\":{\"uri\":\"sip:bob@example.com\"}}"
            .formatted(call));
  }

  private static ForeignRecord event(String key, String data) {
    return ForeignRecord.of(
        CallPlatform.INVITES,
        key,
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/pbx\",\"type\":\"t\",\"data\":"
            + data
            + "}");
  }

  /** The command that publishes a record: the whole of a file as its value, or none. */
  private String publish(LocalKafka kafka, ForeignRecord record, String headers)
      throws IOException {
    String base64 = record.base64();
    byte[] value = base64 == null ? new byte[0] : Base64.getDecoder().decode(base64);
    Path file = Files.write(Files.createTempFile(folder, "value", ""), value);
    String key = record.key().isEmpty() ? "" : "-k '" + record.key() + "'";
    return base64 == null
        ? "printf '%s|' | kcat -P -b %s -t %s -K '|' -Z"
            .formatted(record.key(), kafka.bootstrapServers(), record.topic())
        : "kcat -P -b %s -t %s %s %s %s"
            .formatted(kafka.bootstrapServers(), record.topic(), key, headers, file);
  }

  private static void isDeadLetter(CallEnvironment environment, WrongInvite wrong) {
    String call = wrong.record().key();
    ConsumerRecord<byte[], byte[]> letter = letter(environment, call);
    assertThat(header(letter, "ringpost-reason")).as(call).isEqualTo(wrong.reason());
    String base64 = wrong.record().base64();
    assertThat(letter.value())
        .as(call)
        .isEqualTo(base64 == null ? null : Base64.getDecoder().decode(base64));
    if (wrong.serverIsTold()) {
      await().until(() -> results(environment, call), told -> !told.isEmpty());
      assertThat(results(environment, call))
          .allMatch(told -> told.path("verdict").asText().equals("failed"));
    } else {
      assertThat(results(environment, call)).as(call).isEmpty();
    }
  }

  private static ConsumerRecord<byte[], byte[]> letter(CallEnvironment environment, String key) {
    return await()
        .alias("a dead letter of " + key)
        .until(
            () ->
                environment.platform().deadLetters().stream()
                    .filter(it -> new String(it.key(), UTF_8).equals(key))
                    .toList(),
            letters -> !letters.isEmpty())
        .getFirst();
  }

  private static String detail(ConsumerRecord<byte[], byte[]> letter) {
    return header(letter, "ringpost-detail");
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  private static List<JsonNode> results(CallEnvironment environment, String call) {
    return environment.platform().results().stream()
        .filter(it -> it.path("callId").asText().equals(call))
        .toList();
  }

  private static List<JsonNode> myFirstCall(CallPlatform platform) {
    return platform.results().stream()
        .filter(result -> result.path("callId").asText().equals("my-first-call"))
        .toList();
  }

  /** Where the producers put the two records of the one key. */
  private static List<Integer> partitionsOfZoesPhone(LocalKafka kafka) {
    return TopicContents.upToNow(kafka.bootstrapServers(), CallPlatform.TOKENS).stream()
        .map(ConsumerRecord::partition)
        .toList();
  }

  private void type(String command) {
    Path output = folder.resolve("kcat.out");
    try {
      Process shell =
          new ProcessBuilder("sh", "-c", command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = shell.waitFor(TYPED_WITHIN.toSeconds(), TimeUnit.SECONDS);
      shell.destroyForcibly();
      assertThat(ended).as("kcat ends").isTrue();
      assertThat(shell.exitValue()).as(Files.readString(output)).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
