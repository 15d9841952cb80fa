package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

  @Test
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
