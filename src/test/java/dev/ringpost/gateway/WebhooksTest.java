package dev.ringpost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commits of the webhook's group: none of them loses a verdict. */
@Timeout(30)
class WebhooksTest {

  private WebhookScene scene;
  private ChangingConsumer consumer;

  @BeforeEach
  void start() throws IOException {
    scene = WebhookScene.start();
    consumer = scene.consumer;
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  /** Without a commit a partition begins at its end anew, behind what came meanwhile. */
  @Test
  void aPartitionHasACommitOnceItIsOwned() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
  }

  @Test
  void aGroupThatChangesIsPolledOnAndCommittedThen() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    consumer.change();
    scene.verdict(0);
    await().until(() -> consumer.refused > 0);
    scene.verdict(1);

    await().untilAsserted(() -> assertThat(scene.told).hasSize(2));
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(2L));
  }

  @Test
  void aGatewayThatLeavesWhileItsGroupChangesCommitsAllTheSame() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    consumer.refusals = 2;
    Thread closing = Thread.ofVirtual().unstarted(scene.webhooks::close);
    consumer.whenRefused =
        () -> {
          if (closing.getState() == Thread.State.NEW) {
            closing.start();
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
          }
        };
    consumer.change();
    scene.verdict(0);

    await().untilAsserted(() -> assertThat(consumer.closed()).isTrue());
    assertThat(scene.told).hasSize(1);
    assertThat(consumer.last).isEqualTo(1L);
  }

  /** A receiver that drops repeats by id must not drop it. */
  @Test
  void aSecondVerdictHasAnIdOfItsOwn() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    scene.verdict(0);
    scene.verdict(1, "silent", 0);

    await().until(() -> scene.ids.size() == 2);
    assertThat(scene.ids).containsExactlyInAnyOrder("invite-0-0", "invite-0-0-silent");
  }

  /** As after an outage in which the broker forgot the member before it could commit. */
  @Test
  void aPartitionThatIsLostAndComesBackIsNotToldAgain() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    consumer.whenRefused = consumer::lose;
    consumer.change();
    scene.verdict(0);
    await().until(() -> consumer.refused > 0);
    scene.verdict(0); // read once more
    scene.verdict(1);

    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(2L));
    assertThat(scene.told).hasSize(2);
  }

  @Test
  void whatWasNotToldIsLeftToTheNextOwner() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    consumer.whenRefused =
        () -> {
          scene.status = _ -> 503;
          scene.verdict(1);
        };
    consumer.change();
    scene.verdict(0);
    await().until(() -> scene.tries.size() > 1);

    scene.webhooks.close();

    assertThat(scene.told).hasSize(1);
    assertThat(consumer.last).isLessThan(2);
    assertThat(scene.webhooks.alive()).isFalse();
  }

  @Test
  void aTurnThatDoesNotEndIsSeen() throws Exception {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    var end = new CountDownLatch(1);
    consumer.schedulePollTask(
        () -> {
          try {
            boolean _ = end.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });

    await().until(() -> scene.webhooks.sinceTurn().toMillis() > 1_000);
    assertThat(scene.webhooks.alive()).isTrue();
    end.countDown();
    await().until(() -> scene.webhooks.sinceTurn().toMillis() < 1_000);
  }
}
