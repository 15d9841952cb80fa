package dev.ringpost.journey;

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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
