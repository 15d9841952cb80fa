package dev.ringpost.devkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LocalWorker;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.PushTail;
import dev.ringpost.testing.apns.SigningKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The devkit's calls, with an APNs that answers as the devkit's does, and a worker. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DevkitIT {

  private static final String APP = "com.example.phone";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private LocalKafka kafka;
  private LocalApns apns;
  private PushTail tail;
  private LocalWorker worker;

  @BeforeAll
  void open(@TempDir Path folder) {
    var credentials = LocalCredentials.in(folder);
    SigningKey key = credentials.signingKey(ApnsCommand.KEY_ID, ApnsCommand.TEAM_ID);
    kafka = LocalKafka.start();
    apns = LocalApns.builder(credentials).topic(APP + ".voip").key(key).start();
    apns.answerBy(PhoneAnswer::to);
    tail = new PushTail("production", apns);
    worker =
        LocalWorker.start(
            ConfigFile.of(kafka.bootstrapServers())
                .apns(credentials, apns, apns)
                .apps(APP, key)
                .write(folder.resolve("ringpost.yaml")));
    await().atMost(PATIENCE).until(worker::ready);
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      var _ =
          producer.send(new ProducerRecord<>(CallPlatform.RESULTS, "old", "of no use to anybody"));
    }
  }

  @AfterAll
  void close() {
    worker.close();
    apns.close();
    kafka.close();
  }

  /** A call's output, and its exit code. */
  private record Ended(int code, JsonNode result) {}

  private Ended call(String... arguments) {
    var text = new StringWriter();
    List<String> all =
        new ArrayList<>(List.of("call", "--bootstrap-servers", kafka.bootstrapServers()));
    all.addAll(List.of(arguments));
    int code = Devkit.commandLine(new PrintWriter(text, true)).execute(all.toArray(String[]::new));
    return new Ended(code, CallPlatform.json(text.toString()));
  }

  @Test
  void aCallRingsThoughOthersHaveWrittenTheirOwnBefore() {
    Ended call = call("--callee", "alice");

    assertThat(call.code()).isZero();
    assertThat(call.result().path("verdict").asText()).isEqualTo("accepted");
  }

  @Test
  void aPhoneThatIsUnregisteredAnswers410() {
    Ended call = call("--callee", "gone", "--answer", "unregistered");

    assertThat(call.code()).isEqualTo(1);
    assertThat(call.result().path("verdict").asText()).isEqualTo("all_dead");
    assertThat(call.result().at("/devices/0/status").asInt()).isEqualTo(410);
  }

  @Test
  void anApnsThatIsUnavailableAnswers503() {
    Ended call = call("--callee", "later", "--answer", "unavailable", "--ring", "3");

    assertThat(call.code()).isEqualTo(1);
    assertThat(call.result().at("/devices/0/status").asInt()).isEqualTo(503);
  }

  @Test
  void eachPushIsToldWithItsPayloadAndWithoutItsToken() {
    List<String> lines = new ArrayList<>();
    tail.look(lines::add);
    lines.clear();

    call("--callee", "carol");
    call("--callee", "dead", "--answer", "unregistered");
    tail.look(lines::add);

    assertThat(String.join("\n", lines))
        .containsPattern(
            "rings production: com\\.example\\.phone\\.voip, apns-id \\S+, call devkit-")
        .contains("refused with 410 Unregistered", "\"expiresAt\"");
    apns.pushes()
        .forEach(push -> assertThat(String.join("\n", lines)).doesNotContain(push.token()));
  }

  @Test
  void anAnswerThatNobodyKnowsIsRefusedWithThoseThatAre() {
    var errors = new StringWriter();
    CommandLine line = Devkit.commandLine(new PrintWriter(new StringWriter()));
    line.setErr(new PrintWriter(errors, true));

    int code = line.execute("call", "--bootstrap-servers", "localhost:1", "--answer", "418");

    assertThat(code).isEqualTo(2);
    assertThat(errors.toString()).contains("418", "unregistered", "bad-token");
  }
}
