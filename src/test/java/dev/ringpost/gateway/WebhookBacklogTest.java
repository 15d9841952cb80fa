package dev.ringpost.gateway;

import static dev.ringpost.gateway.ChangingConsumer.RESULTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Verdicts for the webhook that wait: for a receiver that refuses, or longer than Kafka does. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class WebhookBacklogTest {

  private static final Duration SOON = Duration.ofSeconds(40);
  private static final String WEBHOOKS = "ringpost.gateway.webhooks";
  private static final int MANY = 2_000;

  private WebhookScene scene;
  private ChangingConsumer consumer;

  /** The numbers at a try of the verdict that is refused: of others told, and the last commit. */
  private record Moment(int told, long committed) {}

  @BeforeEach
  void start() throws IOException {
    scene = WebhookScene.start();
    consumer = scene.consumer;
    await().until(() -> consumer.last == 0);
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  @Test
  void oneThatIsRefusedHoldsUpNoOtherButTheCommits() {
    List<Moment> tries = new CopyOnWriteArrayList<>();
    scene.status =
        body -> {
          if (!body.contains("\"c-0\"")) {
            return 204;
          }
          tries.add(new Moment(scene.told.size(), consumer.last));
          return 404;
        };
    scene.verdicts(MANY);

    await().atMost(SOON).until(() -> scene.told.size() == MANY - 1);
    await().atMost(SOON).until(() -> consumer.last == MANY);
    assertThat(tries).hasSize(5).allMatch(moment -> moment.committed() == 0);
    assertThat(tries.getLast().told())
        .as("told while it was tried again")
        .isGreaterThan(UntoldVerdicts.MAX_UNDER_WAY);
    assertThat(scene.count(WEBHOOKS, "end", "dropped")).isEqualTo(1);
    assertThat(scene.count(WEBHOOKS, "end", "told")).isEqualTo(MANY - 1);
    assertThat(scene.told).doesNotHaveDuplicates();
  }

  @Test
  void whileTooManyAreUnderWayNoneIsRead() {
    scene.status = _ -> 503;
    scene.verdicts(MANY);

    await().atMost(SOON).until(() -> consumer.paused().contains(RESULTS));
    assertThat(consumer.position(RESULTS)).isLessThanOrEqualTo(UntoldVerdicts.MAX_UNDER_WAY);
    assertThat(consumer.last).isZero();

    scene.status = _ -> 204;
    await().atMost(SOON).until(() -> scene.told.size() == MANY);
    await().atMost(SOON).until(() -> consumer.last == MANY && consumer.paused().isEmpty());
  }

  @Test
  void whatIsUnderWayIsToldBeforeItsPartitionGoesToAnother() {
    scene.status = _ -> 503;
    scene.verdict(0);
    await().until(() -> !scene.tries.isEmpty());
    consumer.schedulePollTask(
        () -> {
          scene.status = _ -> 204;
          consumer.rebalance(List.of());
        });

    await().atMost(SOON).until(() -> consumer.last == 1);
    assertThat(scene.told).hasSize(1);
  }

  @Test
  void whatRetentionRemovedIsCountedAndTheRestIsTold() {
    consumer.schedulePollTask(
        () -> {
          consumer.updateBeginningOffsets(Map.of(RESULTS, 250L));
          consumer.updateEndOffsets(Map.of(RESULTS, 251L));
          consumer.setPollException(new OffsetOutOfRangeException(Map.of(RESULTS, 0L)));
        });
    scene.verdict(250);

    await().atMost(SOON).until(() -> consumer.last == 251);
    assertThat(scene.told).hasSize(1);
    assertThat(scene.count("ringpost.gateway.results.removed")).isEqualTo(250);
  }

  /** What stands there was told before, or belongs to a topic that was made again. */
  @Test
  void aLogThatEndsBeforeItsPositionIsReadFromItsEnd() {
    scene.verdict(0);
    scene.verdict(1);
    await().until(() -> consumer.last == 2);
    consumer.schedulePollTask(
        () -> {
          consumer.updateEndOffsets(Map.of(RESULTS, 1L));
          consumer.setPollException(new OffsetOutOfRangeException(Map.of(RESULTS, 2L)));
        });

    await().until(() -> consumer.last == 1);
    assertThat(scene.count("ringpost.gateway.results.removed")).isZero();
  }
}
