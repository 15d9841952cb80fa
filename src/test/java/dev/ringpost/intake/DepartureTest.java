package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.polling.Departure;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The moment at which a worker leaves its group, and what it does until then. */
@Timeout(30)
class DepartureTest {

  private static final TopicPartition P0 = new TopicPartition(InviteConsumerFixture.TOPIC, 0);

  private final CountDownLatch told = new CountDownLatch(1);
  private final AtomicLong time = new AtomicLong(-7);
  private final Departure departure = new Departure(told, time::get);
  private final RecordingConsumer kafka = new RecordingConsumer();
  private final HeldArrivals arrivals = new HeldArrivals();
  private final InviteConsumer intake =
      InviteConsumerFixture.of(
          100, 100, new ArrayDeque<>(List.of(kafka)), arrivals, new SimpleMeterRegistry());

  @AfterEach
  void close() {
    arrivals.settleAll();
    intake.close();
  }

  @Test
  void itIsDueWhenItIsToldAndNoRebalanceIsUnderWay() {
    assertThat(departure.isDue(() -> false)).isFalse();
    told.countDown();
    assertThat(departure.isDue(() -> true)).isFalse();
    assertThat(departure.isDue(() -> false)).isTrue();
  }

  @Test
  void aRebalanceThatDoesNotEndIsWaitedForNoLongerThanItsBound() {
    told.countDown();
    assertThat(departure.isDue(() -> true)).isFalse();
    time.addAndGet(Departure.REBALANCE_WAIT.toNanos() - 1);
    assertThat(departure.isDue(() -> true)).isFalse();
    time.addAndGet(1);
    assertThat(departure.isDue(() -> true)).isTrue();
  }

  /** As when a Deployment starts a new pod and stops an old one at once. */
  @Test
  void whoLeavesInTheMidstOfARebalanceRingsOnCompletesItAndCommits() {
    kafka.assign(P0);
    intake.start();
    await().until(() -> intake.joined());
    kafka.rebalancesForPolls(20);
    intake.leave();
    kafka.invite(P0, 0);

    await().until(() -> arrivals.handled(P0).size() == 1);
    arrivals.settle(P0, 0);
    intake.close();

    assertThat(kafka.lastCommit(P0).offset()).isEqualTo(1);
  }
}
