package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commits of the webhook's group: none of them loses a verdict. */
@Timeout(30)
class WebhooksTest {

  private static final Duration POLL = Duration.ofMillis(2);
  private static final TopicPartition RESULTS = new TopicPartition("results", 0);

  /**
   * A consumer of a group that may change. While it does, a commit is refused until a poll has let
   * the change end, as brokers do.
   */
  private static final class ChangingConsumer extends MockConsumer<byte[], byte[]> {
    private boolean changing;
    private volatile Runnable whenRefused = () -> {};
    private Optional<ConsumerRebalanceListener> listener = Optional.empty();

    /** The last offset that was committed, also once it is closed. */
    private volatile long last = -1;

    private volatile int refused;

    /** How many commits are refused before a poll lets the change end. */
    private volatile int refusals = 1;

    ChangingConsumer() {
      super("earliest");
    }

    @Override
    public synchronized void subscribe(
        Collection<String> topics, ConsumerRebalanceListener listening) {
      listener = Optional.of(listening);
      super.subscribe(topics, listening);
    }

    /** Kafka's own mock forgets that a member that leaves gives up its partitions first. */
    @Override
    public synchronized void close(CloseOptions options) {
      listener.orElseThrow().onPartitionsRevoked(assignment());
      super.close(options);
    }

    /** Its partition comes back with the place of the last commit. */
    void lose() {
      schedulePollTask(
          () -> {
            listener.orElseThrow().onPartitionsLost(assignment());
            listener.orElseThrow().onPartitionsAssigned(assignment());
            seek(RESULTS, last);
          });
    }

    synchronized void change() {
      changing = true;
    }

    @Override
    public synchronized void commitSync(Duration timeout) {
      if (changing) {
        refused++;
        whenRefused.run();
        throw new RebalanceInProgressException();
      }
      super.commitSync(timeout);
      last = position(RESULTS);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // others get in while it pauses
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      LockSupport.parkNanos(POLL.toNanos());
      synchronized (this) {
        changing = changing && refused < refusals;
        return super.poll(Duration.ZERO);
      }
    }
  }

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(204);
  private final AtomicInteger tries = new AtomicInteger();
  private final ChangingConsumer consumer = new ChangingConsumer();
  private HttpServer receiver;
  private Webhooks webhooks;

  @BeforeEach
  void start() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          tries.incrementAndGet();
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          if (status.get() == 204) {
            told.add(body);
            ids.add(exchange.getRequestHeaders().getFirst("Ringpost-Id"));
          }
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    receiver.start();
    var webhook =
        new GatewaySettings.Webhook(
            URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/"),
            Path.of("unread"),
            "group",
            5);
    var settings =
        new GatewaySettings(
            "127.0.0.1",
            0,
            Optional.empty(),
            Optional.empty(),
            new GatewaySettings.Topics("call-invites", "voip-tokens", "call-signals", "results"),
            new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
            Duration.ofSeconds(10),
            2,
            100,
            Duration.ofSeconds(2),
            Optional.of(webhook),
            Map.of());
    consumer.updateBeginningOffsets(Map.of(RESULTS, 0L));
    consumer.updateEndOffsets(Map.of(RESULTS, 0L));
    consumer.schedulePollTask(() -> consumer.rebalance(List.of(RESULTS)));
    webhooks =
        Webhooks.start(
            consumer,
            settings,
            webhook,
            WebhookKey.of("0123456789abcdef0123456789abcdef"),
            new GatewayMeters(new Telemetry(new SimpleMeterRegistry())),
            InstantSource.system());
  }

  @AfterEach
  void stop() {
    webhooks.close();
    receiver.stop(0);
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
    verdict(0);
    await().until(() -> consumer.refused > 0);
    verdict(1);

    await().untilAsserted(() -> assertThat(told).hasSize(2));
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(2L));
  }

  @Test
  void aGatewayThatLeavesWhileItsGroupChangesCommitsAllTheSame() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    consumer.refusals = 2;
    Thread closing = Thread.ofVirtual().unstarted(webhooks::close);
    consumer.whenRefused =
        () -> {
          if (closing.getState() == Thread.State.NEW) {
            closing.start();
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
          }
        };
    consumer.change();
    verdict(0);

    await().untilAsserted(() -> assertThat(consumer.closed()).isTrue());
    assertThat(told).hasSize(1);
    assertThat(consumer.last).isEqualTo(1L);
  }

  /** A receiver that drops repeats by id must not drop it. */
  @Test
  void aSecondVerdictHasAnIdOfItsOwn() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    verdict(0);
    verdict(1, "silent", 0);

    await()
        .untilAsserted(
            () -> assertThat(ids).containsExactlyInAnyOrder("invite-0-0", "invite-0-0-silent"));
  }

  /** As after an outage in which the broker forgot the member before it could commit. */
  @Test
  void aPartitionThatIsLostAndComesBackIsNotToldAgain() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    consumer.whenRefused = consumer::lose;
    consumer.change();
    verdict(0);
    await().until(() -> consumer.refused > 0);
    verdict(0); // read once more
    verdict(1);

    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(2L));
    assertThat(told).hasSize(2);
  }

  @Test
  void whatWasNotToldIsLeftToTheNextOwner() {
    await().untilAsserted(() -> assertThat(consumer.last).isEqualTo(0L));
    consumer.whenRefused =
        () -> {
          status.set(503);
          verdict(1);
        };
    consumer.change();
    verdict(0);
    await().until(() -> tries.get() > 1);

    webhooks.close();

    assertThat(told).hasSize(1);
    assertThat(consumer.last).isLessThan(2);
    assertThat(webhooks.alive()).isFalse();
  }

  private void verdict(long offset) {
    verdict(offset, "accepted", offset);
  }

  private void verdict(long offset, String word, long invite) {
    String json =
        "{\"callId\":\"c\",\"final\":true,\"verdict\":\"%s\",\"invite\":{\"topic\":\"call-invites\",\"partition\":0,\"offset\":%d}}"
            .formatted(word, invite);
    consumer.schedulePollTask(
        () -> {
          consumer.updateEndOffsets(Map.of(RESULTS, offset + 1L));
          consumer.addRecord(
              new ConsumerRecord<>("results", 0, offset, null, json.getBytes(UTF_8)));
        });
  }
}
