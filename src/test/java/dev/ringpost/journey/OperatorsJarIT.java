package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.WorkerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The operator's questions, asked with nothing but the shipped jar, of a cluster with a call. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorsJarIT {

  private static final Duration WITHIN = Duration.ofSeconds(40);
  private static final UserId ALICE = new UserId("by-jar");
  private static final String SECOND_SCREEN = "\u001b[?1049h";
  private static final String FIRST_SCREEN = "\u001b[?1049l";
  private static final String IN_GREEN = "\u001b[32m";
  private static final String COLOUR = "\u001b\\[[0-9;]*m";
  private static final Pattern CONTROL = Pattern.compile("\u001b\\[[?0-9;]*[A-Za-z]|\r");
  private static final int CTRL_C = 3;
  private static final String ONE_CALL = "calls: 1 (accepted 100.0 %)";

  private final AtomicInteger launched = new AtomicInteger();
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

  @TestInTurn
  void whyThePhoneDidNotRingIsTheFirstLine() {
    Device phone = environment.phone("iphone-1");
    environment.give(ALICE, phone);
    CallId call = environment.freshCall();
    environment.resultOf(environment.platform().invite(call, ALICE, CallEnvironment.RING));
    String digest = phone.token().digest().value();

    await()
        .atMost(WITHIN)
        .untilAsserted(
            () ->
                assertThat(asked("trace", call.value()).lines().findFirst().orElseThrow())
                    .contains("APNs accepted the push for iphone-1 (" + digest + ")"));
    assertThat(asked("trace", call.value(), "--for-apple")).contains("apns-id:", digest);
    assertThat(asked("tokens", "list", ALICE.value())).contains(digest, "live");
    assertThat(asked("signal", call.value(), "ringing", "--device", "iphone-1")).isNotEmpty();
    String json = asked("trace", call.value(), "--output", "json");
    assertThat(CallPlatform.json(json).at("/invites/0/likelyCause/code").asText())
        .isEqualTo("rang");
    assertThat(asked("invite", ALICE.value(), "--caller", "sip:bob@example.com")).isNotEmpty();
    var _ = environment.platform().publish(null, "no JSON");
    await().atMost(WITHIN).until(() -> !environment.platform().deadLetters().isEmpty());
    assertThat(asked("dlq", "list")).contains("not_json");
  }

  @TestInTurn
  @Needs(Need.SCRIPT)
  void watchInATerminalIsAScreenUntilCtrlC() throws Exception {
    String seen = watched(new UserId("in-a-terminal"), SECOND_SCREEN, Map.of());

    assertThat(seen).contains(IN_GREEN);
    assertIsAScreen(seen);
  }

  @TestInTurn
  @Needs(Need.SCRIPT)
  void withNoColorTheScreenHasNoColour() throws Exception {
    String seen = watched(new UserId("without-colours"), SECOND_SCREEN, Map.of("NO_COLOR", "1"));

    assertThat(seen).doesNotContainPattern(COLOUR);
    assertIsAScreen(seen);
  }

  @TestInTurn
  @Needs(Need.SCRIPT)
  void aTerminalThatKnowsNoControlsGetsPlainLines() throws Exception {
    String seen = watched(new UserId("on-paper"), "ringpost: watching", Map.of("TERM", "dumb"));

    assertThat(seen).doesNotContain("\u001b").contains(" accepted ", ONE_CALL);
  }

  private static void assertIsAScreen(String seen) {
    int end = seen.lastIndexOf(FIRST_SCREEN);
    assertThat(seen.substring(seen.indexOf(SECOND_SCREEN), end).lines())
        .allMatch(line -> CONTROL.matcher(line).replaceAll("").length() <= 80);
    assertThat(seen.substring(end)).contains(ONE_CALL);
  }

  /**
   * What a terminal gets of a watch over one call, from its begin to Ctrl-C: a pseudo-terminal of
   * util-linux, which a key reaches as a terminal sends it, also where whoever runs the tests has
   * them ignore it, as a shell does in the background.
   *
   * @param begun what is written once it watches
   * @param variables of its environment
   */
  private String watched(UserId callee, String begun, Map<String, String> variables)
      throws Exception {
    environment.give(callee, environment.phone("iphone-2"));
    Path typescript = Files.createFile(folder.resolve(callee.value() + ".typescript"));
    Process terminal = terminal(typescript, variables);
    try {
      await().atMost(WITHIN).until(() -> Files.readString(typescript).contains(begun));
      JsonNode told = environment.call(callee);
      String digest = CalleeAs.digest(told.path("callId").asText());

      await().atMost(WITHIN).until(() -> Files.readString(typescript).contains(digest));
      OutputStream keys = terminal.getOutputStream();
      keys.write(CTRL_C);
      keys.flush();
      assertThat(terminal.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(terminal.exitValue()).isEqualTo(ExitCode.CLEAN.number());
    } finally {
      terminal.destroyForcibly();
    }
    String seen = Files.readString(typescript);
    assertThat(seen).doesNotContain(callee.value(), "sip:");
    return seen;
  }

  private Process terminal(Path typescript, Map<String, String> variables) throws IOException {
    List<String> command = new ArrayList<>(WorkerProcess.program("256m"));
    command.addAll(List.of("watch", "--config", environment.config().toString()));
    var builder =
        new ProcessBuilder(
                "script",
                "--quiet",
                "--flush",
                "--return",
                "--command",
                "stty cols 80 rows 40; exec env --default-signal=INT " + String.join(" ", command),
                typescript.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("TERM", "xterm-256color");
    builder.environment().remove("NO_COLOR");
    builder.environment().putAll(variables);
    return builder.start();
  }

  /** What a command prints; it must end well, and print no token. */
  private String asked(String... command) {
    List<String> all = new ArrayList<>(Arrays.asList(command));
    all.addAll(List.of("--config", environment.config().toString()));
    Path log = folder.resolve("asked-" + launched.incrementAndGet() + ".log");
    try (var process = WorkerProcess.launch(log, all.toArray(String[]::new))) {
      int code = process.awaitEnd();
      assertThat(code).as(process.output()).isEqualTo(ExitCode.CLEAN.number());
      return process.output();
    }
  }
}
