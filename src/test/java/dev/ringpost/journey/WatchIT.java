package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.cli.Cli;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.apns.Behaviour;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The watch over a worker: each verdict once, from its begin to the signal that ends it. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchIT {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final int CALLS = 20;

  /** The command, in a thread of its own. */
  private final class Running implements AutoCloseable {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
    private final AtomicInteger code = new AtomicInteger(-1);
    private final Thread thread;

    Running(String... more) {
      List<String> command = new ArrayList<>(List.of("watch", "--config"));
      command.add(environment.config().toString());
      command.addAll(List.of(more));
      thread =
          Thread.ofPlatform()
              .name("watch")
              .start(() -> code.set(cli().run(command.toArray(String[]::new))));
      await().atMost(WITHIN).until(() -> err.toString().contains("watching"));
    }

    private Cli cli() {
      return new Cli(
          Map.of(),
          InputStream.nullInputStream(),
          new PrintWriter(out),
          new PrintWriter(err),
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
          stop::set,
          Logging.of(new LoggerContext()));
    }

    List<String> lines() {
      return out.toString().lines().toList();
    }

    /** Ends it as a signal does. */
    List<String> end() throws InterruptedException {
      stop.get().run();
      assertThat(thread.join(WITHIN)).isTrue();
      assertThat(code).as(err.toString()).hasValue(0);
      return lines();
    }

    @Override
    public void close() {
      stop.get().run();
      await().atMost(WITHIN).until(() -> !thread.isAlive());
    }
  }

  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.startForOutages();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
    environment.give(new UserId("alice"), environment.phone("iphone-1"));
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @TestInTurn
  void eachVerdictIsSeenOnceByDigestsAndNoneOfBefore() throws Exception {
    JsonNode before = environment.call(new UserId("alice"));
    try (var watch = new Running("--output", "json")) {
      List<CallId> invited = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        invited.add(environment.freshCall());
        UserId callee = new UserId(i % 2 == 0 ? "alice" : "nobody");
        environment.platform().invite(invited.getLast(), callee, CallEnvironment.RING);
      }
      await().atMost(WITHIN).until(() -> watch.lines().size() >= CALLS);
      List<String> lines = watch.end();

      assertThat(lines).hasSize(CALLS + 1);
      List<JsonNode> verdicts = lines.subList(0, CALLS).stream().map(CallPlatform::json).toList();
      assertThat(verdicts)
          .extracting(json -> json.path("call").asText())
          .containsExactlyInAnyOrderElementsOf(
              invited.stream().map(call -> CalleeAs.digest(call.value())).toList())
          .doesNotContain(CalleeAs.digest(before.path("callId").asText()));
      assertThat(verdicts)
          .extracting(json -> json.path("callee").asText() + " " + json.path("verdict").asText())
          .containsOnly(
              CalleeAs.digest("alice") + " accepted", CalleeAs.digest("nobody") + " no_devices");
      JsonNode summary = CallPlatform.json(lines.getLast()).path("summary");
      assertThat(summary.path("calls").asInt()).isEqualTo(CALLS);
      assertThat(summary.path("open").asInt()).isZero();
      assertThat(summary.path("verdicts").toString())
          .contains("\"accepted\":" + CALLS / 2, "\"no_devices\":" + CALLS / 2);
      assertThat(watch.out.toString()).doesNotContain("alice", "bob", "@pc33.example.com");
    }
  }

  @TestInTurn
  void aResultThatStandsThereTwiceIsSeenOnceAndEachTryApart() throws Exception {
    UserId user = new UserId("carol");
    var phone = environment.phone("iphone-2");
    environment.give(user, phone);
    environment.production().answer(phone.token(), Behaviour.rejects(500, "InternalServerError"));
    try (var watch = new Running()) {
      Origin invite =
          environment.platform().invite(environment.freshCall(), user, CallEnvironment.RING);
      await().atMost(WITHIN).until(() -> !environment.platform().results(invite).isEmpty());
      environment.production().answer(phone.token(), Behaviour.accepts());
      await()
          .atMost(WITHIN)
          .until(() -> watch.out.toString().contains(" accepted ") && has(invite, "accepted"));
      List<JsonNode> told = environment.platform().results(invite);
      for (JsonNode result : told) {
        environment
            .platform()
            .store(new ProducerRecord<>(CallPlatform.RESULTS, result.toString().getBytes(UTF_8)));
      }
      JsonNode end =
          environment.resultOf(
              environment
                  .platform()
                  .invite(environment.freshCall(), new UserId("nobody"), CallEnvironment.RING));
      String last = CalleeAs.digest(end.path("callId").asText());
      await().atMost(WITHIN).until(() -> watch.out.toString().contains(last));
      List<String> lines = watch.end();

      assertThat(lines).hasSize(told.size() + 2);
      assertThat(new HashSet<>(lines)).hasSameSizeAs(lines);
      assertThat(lines.getFirst()).contains(" retrying ", "more follows");
      assertThat(lines.getLast()).contains("calls: 2 (accepted 50.0 %, no_devices 50.0 %); 0 open");
      assertThat(watch.out.toString()).doesNotContain("\u001b");
    }
  }

  private boolean has(Origin invite, String verdict) {
    return environment.platform().results(invite).stream()
        .anyMatch(result -> result.path("verdict").asText().equals(verdict));
  }

  @TestInTurn
  void anOutageIsToldOnceAndItGoesOn() throws Exception {
    try (var watch = new Running()) {
      kafka.stopBrokers();
      try {
        await().atMost(WITHIN).until(() -> watch.err.toString().contains("does not answer"));
        TimeUnit.SECONDS.sleep(5);
      } finally {
        kafka.startBrokers();
      }
      await().atMost(WITHIN).until(() -> watch.err.toString().contains("answers again"));
      String call = CalleeAs.digest(environment.call(new UserId("nobody")).path("callId").asText());
      await().atMost(WITHIN).until(() -> watch.out.toString().contains(call));
      watch.end();

      assertThat(watch.err.toString().lines())
          .filteredOn(line -> line.contains("Kafka"))
          .hasSize(2);
    }
  }

  @TestInTurn
  void sigtermEndsItWithTheSums(@TempDir Path folder) throws Exception {
    Path output = folder.resolve("watch");
    Process process = new ReplayFixture(environment).process(output, "watch");
    try {
      await().atMost(WITHIN).until(() -> Files.readString(output).contains("watching"));
      JsonNode result = environment.call(new UserId("nobody"));
      String call = CalleeAs.digest(result.path("callId").asText());
      await().atMost(WITHIN).until(() -> Files.readString(output).contains(call));
      process.destroy();

      assertThat(process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
      assertThat(Files.readAllLines(output).getLast()).contains("calls: 1 (no_devices 100.0 %)");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
