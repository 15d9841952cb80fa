package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.VoipToken;
import dev.ringpost.cli.Cli;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
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

  /** The end of a command. */
  private record Ended(int code, String out, String err) {
    JsonNode json() {
      return CallPlatform.json(out);
    }
  }

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

    for (String[] way : List.of(option("--token-file", file.toString()), option("--token", "-"))) {
      in = token.hex() + "\n";
      Ended ended = run(joined(put, way));
      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(run("tokens", "list", "file/alice").json().at("/0/tokenDigest").asText())
          .isEqualTo(token.digest().value());
      assertThat(run("tokens", "remove", "file/alice", "d").code()).isZero();
    }

    assertThat(run(put).err()).contains("Give either --token or --token-file");
    Ended nowhere = run(joined(put, option("--token-file", folder.resolve("none").toString())));
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("--token-file", "cannot be read");
  }

  private static String[] option(String name, String value) {
    return new String[] {name, value};
  }

  private static String[] joined(String[] command, String... more) {
    return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
  }

  private String causeOf(String call) {
    return run("trace", call).json().at("/invites/0/likelyCause/code").asText();
  }

  private Ended run(String... command) {
    var out = new StringWriter();
    var err = new StringWriter();
    String[] all = Arrays.copyOf(command, command.length + 4);
    all[command.length] = "--config";
    all[command.length + 1] = environment.config().toString();
    all[command.length + 2] = "--output";
    all[command.length + 3] = "json";
    int code =
        new Cli(
                Map.of(),
                new ByteArrayInputStream(in.getBytes(UTF_8)),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                _ -> {
                  throw new IllegalStateException("no worker is asked for");
                },
                (_, _) -> {
                  throw new IllegalStateException("no shadow is asked for");
                },
                _ -> {
                  throw new IllegalStateException("no gateway is asked for");
                },
                _ -> {
                  throw new IllegalStateException("no search is asked for");
                },
                _ -> {
                  throw new IllegalStateException("no synthetic call is asked for");
                },
                InstantSource.system(),
                UUID::randomUUID,
                _ -> {},
                Logging.of(new LoggerContext()))
            .run(all);
    return new Ended(code, out.toString(), err.toString());
  }
}
