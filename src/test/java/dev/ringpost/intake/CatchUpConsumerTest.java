package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.intake.waiting.CatchUp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The consumer's loop where signals have not been read for a while. */
@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class CatchUpConsumerTest {

  private static final TopicPartition P0 = new TopicPartition(InviteConsumerFixture.TOPIC, 0);
  private static final Duration FAR = CatchUp.BEHIND.multipliedBy(1000);

  private final Queue<RecordingConsumer> made = new ArrayDeque<>();
  private final HeldArrivals arrivals = new HeldArrivals();
  private final RecordingConsumer kafka = new RecordingConsumer();
  private final InviteConsumer intake =
      InviteConsumerFixture.of(100, 100, made, arrivals, new SimpleMeterRegistry());

  @AfterEach
  void close() {
    arrivals.settleAll();
    intake.close();
  }

  private void start() {
    made.add(kafka);
    intake.start();
    kafka.assign(P0);
  }

  @Test
  void whatComesGoesBackUntilSignalsAreRead() {
    arrivals.signalsBehind(FAR);
    start();
    kafka.invite(P0, 0);
    await().until(kafka::everPaused);
    assertThat(arrivals.handled(P0)).isEmpty();
    assertThat(kafka.commits(P0)).allMatch(commit -> commit.offset() == 0);

    arrivals.signalsBehind(Duration.ZERO);
    await().until(() -> kafka.pausedNow().isEmpty());
    // Kafka would give the record again; the mock gives each once.
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);
  }

  @Test
  void signalsThatCannotBeReadKeepNoPhoneFromRinging() {
    arrivals.signalsBehind(FAR);
    start();

    await()
        .until(
            () -> {
              kafka.invite(P0, 0);
              return arrivals.handled(P0).size() == 1;
            });
    assertThat(kafka.everPaused()).isTrue();
  }

  @Test
  void signalsThatAreAsFarBehindAsOnAnyDayHoldUpNothing() {
    arrivals.signalsBehind(CatchUp.BEHIND);
    start();
    kafka.invite(P0, 0);

    await().until(() -> arrivals.handled(P0).size() == 1);
    assertThat(kafka.everPaused()).isFalse();
  }
}
