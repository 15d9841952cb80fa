package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.UserId;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two shadows of the shipped jar in one group, of which one works and is killed. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShadowKilledDrill {

  private static final Duration WITHIN = Duration.ofSeconds(40);
  private static final UserId ALICE = new UserId("alice");
  private static final String[] COMMAND = {"run", "--shadow"};
  private static final String AGREED = "ringpost_shadow_invites_total{outcome=\"agreed\"} 1.0";

  private Path folder;
  private LocalKafka kafka;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path files) {
    folder = files;
    kafka = LocalKafka.start();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
    environment.give(ALICE, environment.phone("phone"));
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @Test
  void afterAKillTheOneThatStoodByWorks() throws Exception {
    try (var one = WorkerProcess.serve(environment.config(), folder, "one", COMMAND);
        var other = WorkerProcess.serve(environment.config(), folder, "other", COMMAND)) {
      one.awaitReady();
      other.awaitReady();
      await().atMost(WITHIN).until(() -> works(one) != works(other));
      WorkerProcess victim = works(one) ? one : other;
      WorkerProcess heir = victim == one ? other : one;
      environment.call(ALICE);
      await().atMost(WITHIN).until(() -> victim.get("/metrics").contains(AGREED));
      victim.kill();

      await().atMost(WITHIN).until(() -> works(heir));
      assertThat(heir.get("/metrics")).doesNotContain(AGREED);
      environment.call(ALICE);
      await().atMost(WITHIN).until(() -> heir.get("/metrics").contains(AGREED));
      assertThat(heir.terminate()).isZero();
      assertThat(heir.output()).contains("invites: 1, disagreements: 0; agreed 1");
    }
  }

  private static boolean works(WorkerProcess shadow) {
    return shadow.get("/metrics").contains("ringpost_shadow_working 1.0");
  }
}
