package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.tools.WorkerRights;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.SyntheticCheck;
import dev.ringpost.tools.check.TopicInspection;
import dev.ringpost.tools.synthetic.Round;
import dev.ringpost.tools.synthetic.RoundEnd;
import dev.ringpost.tools.synthetic.SyntheticCall;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The rights that {@code docs/tools.md} lists, against a Kafka that allows nothing by itself. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SyntheticRightsIT {

  private static final String USER = "synthetic";
  private static final Duration WITHIN = Duration.ofSeconds(60);

  private GuardedKafka kafka;
  private RingpostConfig config;
  private SyntheticCall maker;
  private List<WorkerRights> rights;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    kafka = GuardedKafka.start(folder, USER);
    Path open = ConfigFile.of(kafka.open()).write(folder.resolve("open.yaml"));
    assertThat(
            TopicInspection.of(ConfigLoader.loadWithoutApple(open, Map.of()))
                .report(true)
                .severity())
        .isEqualTo(Severity.OK);
    Path file =
        ConfigFile.of(kafka.guarded(), kafka.properties())
            .with("synthetic: {callee: test-phone, within: 1s}\n")
            .write(folder.resolve("synthetic.yaml"));
    config = ConfigLoader.loadWithoutApple(file, Map.of());
    maker = SyntheticCall.of(config, InstantSource.system(), UUID::randomUUID);
    rights = WorkerRights.ofSynthetic(config);
  }

  @AfterAll
  void stop() {
    kafka.close();
  }

  @Test
  void withTheseRightsItCallsAndWithoutOneItSaysWhichTopicIsRefused() throws Exception {
    for (WorkerRights right : rights) {
      kafka.give(List.of(right.binding(USER)));
    }
    until("with all rights", SyntheticRightsIT::wholeWithoutAVerdict);
    assertThat(SyntheticCheck.of(config).examine().severity()).isEqualTo(Severity.OK);
    for (WorkerRights missing : rights) {
      kafka.take(missing.binding(USER));

      until("without " + missing, round -> says(round).contains(missing.name()));
      assertThat(SyntheticCheck.of(config).examine().lines())
          .filteredOn(line -> line.severity() != Severity.OK)
          .as("the check without " + missing)
          .singleElement()
          .satisfies(line -> aRightIsMissing(line, missing));

      kafka.give(List.of(missing.binding(USER)));
      until("with all rights again", SyntheticRightsIT::wholeWithoutAVerdict);
    }
  }

  private static void aRightIsMissing(CheckLine line, WorkerRights right) {
    assertThat(line.subject()).isEqualTo(right.name());
    assertThat(line.found()).isEqualTo("does not allow this user to " + right.operation());
    assertThat(line.fix())
        .contains("User:<ringpost synthetic's> --operation " + right.operation())
        .endsWith(" " + right.name());
  }

  private void until(String what, Predicate<Round> expected) {
    await()
        .alias(what)
        .atMost(WITHIN)
        .pollDelay(Duration.ZERO)
        .until(() -> maker.make(new CountDownLatch(1)).orElseThrow(), expected);
  }

  /** There is no worker. */
  private static boolean wholeWithoutAVerdict(Round round) {
    return round.end() instanceof RoundEnd.NoVerdict && round.ringsOn().isEmpty();
  }

  private static String says(Round round) {
    return round.meaning().kafkas() ? round.meaning().words() : round.ringsOn().orElse("");
  }
}
