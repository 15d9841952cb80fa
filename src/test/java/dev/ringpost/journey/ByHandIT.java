package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.WireTime;
import dev.ringpost.journey.TypedCommands.Ended;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A call made by hand, from the registration to the trace, by the operator's commands only. */
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ByHandIT {

  private static final Duration WITHIN = Duration.ofSeconds(30);

  private LocalKafka kafka;
  private CallEnvironment environment;

  /** What the commands find on standard input. */
  private String in = "";

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @Test
  void aCallFromTheRegistrationToTheTrace() {
    VoipToken token = environment.freshToken();
    Ended put =
        run(
            "tokens",
            "put",
            "hand/alice",
            "iphone-1",
            "--app",
            "com.example.phone",
            "--token",
            token.hex());
    assertThat(put.code()).as(put.err()).isZero();
    assertThat(put.json().at("/0/record").asText()).startsWith("voip-tokens-");

    Ended list = run("tokens", "list", "hand/alice");
    assertThat(list.json().at("/0/state").asText()).isEqualTo("live");
    assertThat(list.json().at("/0/tokenDigest").asText()).isEqualTo(token.digest().value());
    assertThat(list.out()).doesNotContain(token.hex());
    assertThat(run("tokens", "list", "hand/alice", "--reveal").out()).contains(token.hex());
    assertThat(run("tokens", "list", "hand").code()).as("a part of the user's id").isEqualTo(66);

    String[] call = {"invite", "hand/alice", "--caller", "sip:bob@example.com", "--ring", "60"};
    await()
        .atMost(WITHIN)
        .until(
            () -> {
              assertThat(run(call).code()).isZero();
              return !environment.production().pushes(token).isEmpty();
            });
    Ended invited = run(call);
    String id = invited.json().at("/0/callId").asText();
    await().atMost(WITHIN).until(() -> causeOf(id).equals("accepted_not_rung"));

    Ended signalled = run("signal", id, "ringing", "--device", "iphone-1");
    assertThat(signalled.code()).as(signalled.err()).isZero();
    assertThat(causeOf(id)).isEqualTo("rang");

    assertThat(run("tokens", "remove", "hand/alice", "iphone-1").code()).isZero();
    assertThat(run("tokens", "list", "hand/alice").code()).isEqualTo(66);
  }

  @Test
  void whatAWorkerWouldNotAcceptIsNotPublished() {
    Ended ringing = run("signal", "c1", "ringing");
    assertThat(ringing.code()).isEqualTo(2);
    assertThat(ringing.err()).contains("deviceId");

    Ended invite = run("invite", "alice", "--caller", "");
    assertThat(invite.code()).isEqualTo(2);
    assertThat(invite.err()).contains("caller.uri");

    Ended token =
        run("tokens", "put", "alice", "d", "--app", "com.example.phone", "--token", "xyz");
    assertThat(token.code()).isEqualTo(2);
    assertThat(token.err()).contains("--token");

    assertThat(run("tokens", "list", "alice").code()).isEqualTo(66);
  }

  @Test
  void aTokenNeedNotStandInTheProcessList(@TempDir Path folder) throws IOException {
    VoipToken token = environment.freshToken();
    Path file = Files.writeString(folder.resolve("phone.token"), token.hex() + "\n");
    String[] put = {"tokens", "put", "file/alice", "d", "--app", "com.example.phone"};

    String[] byFile = TypedCommands.with(put, "--token-file", file.toString());
    for (String[] way : List.of(byFile, TypedCommands.with(put, "--token", "-"))) {
      in = token.hex() + "\n";
      Ended ended = run(way);
      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(run("tokens", "list", "file/alice").json().at("/0/tokenDigest").asText())
          .isEqualTo(token.digest().value());
      assertThat(run("tokens", "remove", "file/alice", "d").code()).isZero();
    }

    assertThat(run(put).err()).contains("Give either --token or --token-file");
    Ended nowhere = run(TypedCommands.with(put, "--token-file", folder.resolve("none").toString()));
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("--token-file", "cannot be read");
  }

  @Test
  void theStatesOfRegistrationsAreToldApart() {
    UserId user = new UserId("states/alice");
    Device live = environment.phone("live");
    Device dead = environment.phone("dead");
    environment.platform().register(user, live);
    environment.platform().register(user, dead);
    environment.platform().invalidate(user, dead, dead.registeredAt(), 0);
    environment
        .platform()
        .store(
            new ProducerRecord<>(
                CallPlatform.TOKENS,
                new DeviceKey(user, new DeviceId("torn")).bytes(),
                "no JSON".getBytes(UTF_8)));

    JsonNode list = run("tokens", "list", user.value()).json();

    assertThat(rows(list))
        .containsExactly("dead voip dead", "live voip live", "torn voip unreadable");
    assertThat(list.findValuesAsText("deadSince"))
        .containsExactly(WireTime.of(dead.registeredAt()));
    assertThat(list.findValuesAsText("why")).hasSize(1).allMatch(why -> why.contains("JSON"));

    String[] put = {"tokens", "put", user.value(), "dead", "--app", "com.example.phone"};
    Ended again = run(TypedCommands.with(put, "--token", dead.token().hex()));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(rows(run("tokens", "list", user.value()).json())).contains("dead voip live");
  }

  /** As workers have it: a removal counts though the clock of who registered was ahead. */
  @Test
  void onOnePartitionTheLastRecordCountsWhateverItsTime() throws Exception {
    UserId user = new UserId("ahead/alice");
    Device phone = environment.phone("ahead");
    byte[] key = new DeviceKey(user, phone.id()).bytes();
    long ahead = Instant.now().plusSeconds(40).toEpochMilli();
    String value =
        "{\"token\":\"%s\",\"environment\":\"production\",\"bundleId\":\"com.example.phone\"}"
            .formatted(phone.token().hex());
    timesOfTokens("CreateTime");
    environment
        .platform()
        .store(new ProducerRecord<>(CallPlatform.TOKENS, 0, ahead, key, value.getBytes(UTF_8)));
    assertThat(rows(run("tokens", "list", user.value()).json())).containsExactly("ahead voip live");

    environment
        .platform()
        .store(new ProducerRecord<>(CallPlatform.TOKENS, 0, ahead - 20_000, key, (byte[]) null));

    assertThat(run("tokens", "list", user.value()).code()).isEqualTo(66);
    timesOfTokens("LogAppendTime");
  }

  private void timesOfTokens(String type) throws Exception {
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, CallPlatform.TOKENS);
    var set = new AlterConfigOp(new ConfigEntry("message.timestamp.type", type), OpType.SET);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      var _ = admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
    }
  }

  @Test
  void anAlertTokenStandsBesideTheVoipTokenOfItsDevice() {
    String[] put = {"tokens", "put", "told/alice", "iphone-1", "--app", "com.example.phone"};
    for (String kind : List.of("voip", "alert")) {
      String[] withToken = TypedCommands.with(put, "--token", environment.freshToken().hex());
      Ended ended = run(TypedCommands.with(withToken, "--kind", kind));
      assertThat(ended.code()).as(ended.err()).isZero();
    }

    assertThat(rows(run("tokens", "list", "told/alice").json()))
        .containsExactly("iphone-1 voip live", "iphone-1 alert live");
    assertThat(run("tokens", "remove", "told/alice", "iphone-1", "--kind", "alert").code())
        .isZero();
    assertThat(rows(run("tokens", "list", "told/alice").json()))
        .containsExactly("iphone-1 voip live");

    Ended kind = run("tokens", "remove", "told/alice", "iphone-1", "--kind", "pager");
    assertThat(kind.code()).isEqualTo(2);
    assertThat(kind.err()).contains("--kind: must be voip or alert");
    String[] withToken = TypedCommands.with(put, "--token", environment.freshToken().hex());
    Ended moon = run(TypedCommands.with(withToken, "--environment", "moon"));
    assertThat(moon.code()).isEqualTo(2);
    assertThat(moon.err()).contains("--environment: must be production or sandbox");
  }

  @Test
  void aCallThatNobodyPublishedHasAnExitCodeOfItsOwn() {
    assertThat(run("trace", "never-published").code()).isEqualTo(66);
  }

  /** Device, kind and state of each registration in a list. */
  private static List<String> rows(JsonNode list) {
    List<String> rows = new ArrayList<>();
    for (JsonNode row : list) {
      rows.add(
          "%s %s %s"
              .formatted(
                  row.path("deviceId").asText(),
                  row.path("kind").asText(),
                  row.path("state").asText()));
    }
    return rows;
  }

  private String causeOf(String call) {
    return run("trace", call).json().at("/invites/0/likelyCause/code").asText();
  }

  private Ended run(String... command) {
    return new TypedCommands(environment.config(), in, _ -> {}).json(command);
  }
}
