package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.UserId;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.tools.WorkerRights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The rights that {@code docs/tools.md} lists for a shadow, against a Kafka that allows nothing by
 * itself: with all of them it compares, and without any one of them it says which.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShadowRightsIT {

  private static final String USER = "shadow";
  private static final String GROUP = "ringpost-shadow";
  private static final UserId ALICE = new UserId("alice");
  private static final Duration WITHIN = Duration.ofSeconds(60);

  private GuardedKafka kafka;
  private CallEnvironment environment;

  /** Of the shadow, whose user is not the worker's. */
  private Path file;

  private List<WorkerRights> rights;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    kafka = GuardedKafka.start(folder, USER);
    environment = CallEnvironment.on(kafka.open(), folder).startWorker();
    environment.give(ALICE, environment.phone("phone"));
    String live = Files.readString(environment.config());
    file =
        ConfigFile.of(kafka.guarded(), kafka.properties())
            .with(live.substring(live.indexOf("apns:")))
            .write(folder.resolve("shadow.yaml"));
    RingpostConfig config = ConfigLoader.load(file, Map.of(), InstantSource.system());
    rights = WorkerRights.ofShadow(config, GROUP);
    for (WorkerRights right : rights) {
      kafka.give(List.of(right.binding(USER)));
    }
  }

  @AfterAll
  void stop() {
    try (GuardedKafka _ = kafka;
        CallEnvironment _ = environment) {
      assertThat(rights).isNotEmpty();
    }
  }

  @TestInTurn
  void withTheseRightsItCompares() throws Exception {
    try (var shadow = LocalShadow.start(file)) {
      environment.call(ALICE);

      await()
          .atMost(WITHIN)
          .untilAsserted(() -> assertThat(shadow.invites()).isEqualTo(Map.of("agreed", 1)));
    }
  }

  @TestInTurn
  void withoutOneItSaysWhich() throws Exception {
    for (WorkerRights missing : rights) {
      kafka.take(missing.binding(USER));
      try (var shadow = LocalShadow.launch(file, Optional.empty())) {
        await()
            .alias("without " + missing)
            .atMost(WITHIN)
            .until(
                () ->
                    Stream.concat(shadow.notReady().stream(), shadow.refused().stream())
                        .anyMatch(it -> it.contains(missing.name())));
      }
      kafka.give(List.of(missing.binding(USER)));
    }
  }
}
