package dev.ringpost.gateway;

import dev.ringpost.polling.PassingPoll;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The teller of final verdicts to a URL. All gateways share one consumer group, so that each
 * verdict is told by one of them, at least once; a repeat has the same id. One that is refused
 * holds up its partition's commits and no other verdict.
 */
final class Webhooks implements AutoCloseable {

  /** Bound on what one poll brings. */
  static final int MAX_POLLED = 32;

  /** Bound on closing. */
  static final Duration CLOSE_BOUND = Duration.ofSeconds(4);

  private static final Duration POLL = Duration.ofMillis(500);

  /** The same while verdicts are under way, whose ends are to be committed. */
  private static final Duration BUSY_POLL = Duration.ofMillis(20);

  /** Bound on a commit; without it the next owner would tell all of it again. */
  private static final Duration COMMIT = Duration.ofSeconds(2);

  /** Bound on waiting for what is under way of a partition that goes to another gateway. */
  private static final Duration HAND_OVER = Duration.ofSeconds(20);

  /** Bound on completing a change of the group before the gateway leaves it. */
  private static final Duration LEAVE = Duration.ofSeconds(1);

  private static final Duration LEAVE_POLL = Duration.ofMillis(10);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Webhooks.class);

  private final Consumer<byte[], byte[]> consumer;
  private final KafkaClientWatch watch;
  private final String topic;
  private final ToldReader reader;
  private final WebhookReceiver receiver;
  private final PassedResults passed;
  private final PassingPoll poll;
  private final UntoldVerdicts verdicts = new UntoldVerdicts();
  private final AtomicLong turnedAt = new AtomicLong(System.nanoTime());
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread;

  /** What is committed of each own partition, as far as is known; for the thread alone. */
  private final Map<TopicPartition, Long> committed = new HashMap<>();

  private Webhooks(
      Consumer<byte[], byte[]> consumer,
      GatewaySettings all,
      GatewaySettings.Webhook settings,
      WebhookKey key,
      GatewayMeters meters,
      InstantSource clock) {
    this.consumer = consumer;
    this.watch = meters.watch(consumer);
    this.topic = all.topics().results();
    this.reader = new ToldReader(all.topics().invites());
    this.receiver = new WebhookReceiver(settings, key, meters, clock);
    this.passed = new PassedResults(meters, GatewayMeters.Reader.WEBHOOK);
    this.poll = PassingPoll.withSearchers(consumer, passed, () -> ResultFollower.searcher(all));
    this.thread =
        Thread.ofPlatform()
            .name("webhooks")
            .uncaughtExceptionHandler(
                (_, fault) ->
                    log.atError().setCause(fault).log("the teller of verdicts ended, by a fault"))
            .unstarted(this::run);
  }

  /** Begins to tell. */
  static Webhooks start(
      GatewaySettings all,
      GatewaySettings.Webhook settings,
      WebhookKey key,
      GatewayMeters meters,
      InstantSource clock) {
    return start(new KafkaConsumer<>(properties(all, settings)), all, settings, key, meters, clock);
  }

  /** Begins to tell what a consumer reads, which is closed at the end. */
  static Webhooks start(
      Consumer<byte[], byte[]> consumer,
      GatewaySettings all,
      GatewaySettings.Webhook settings,
      WebhookKey key,
      GatewayMeters meters,
      InstantSource clock) {
    var webhooks = new Webhooks(consumer, all, settings, key, meters, clock);
    meters.webhookBehind(() -> webhooks.verdicts.secondsBehind(clock.millis()));
    webhooks.thread.start();
    return webhooks;
  }

  /** What the consumer is made with. */
  static Map<String, Object> properties(GatewaySettings all, GatewaySettings.Webhook settings) {
    Map<String, Object> properties = new HashMap<>(all.kafka());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
    properties.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-gateway-webhooks");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // where it begins, and goes on when records are gone, is decided and told here
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    // what a gateway keeps through a rebalance it goes on with where it was
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLLED);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  private void run() {
    consumer.subscribe(List.of(topic), new Rebalances());
    while (closing.getCount() > 0) {
      turnedAt.set(System.nanoTime());
      try {
        turn();
      } catch (KafkaException e) {
        log.atWarn().log("verdicts cannot be read for the webhook: {}", e.toString());
        pause(RETRY);
      }
    }
    verdicts.await(consumer.assignment(), WebhookReceiver.TRY);
    commitLast();
    watch.close();
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1))); // gives up its partitions: commits
  }

  private void turn() {
    try {
      verdicts.settle();
      // before a poll, which may join the group anew and read what was told once more
      commit();
      holdBack();
      poll.poll(verdicts.isIdle() ? POLL : BUSY_POLL).forEach(this::read);
    } catch (NoOffsetForPartitionException e) {
      consumer.seekToEnd(e.partitions());
    } catch (OffsetOutOfRangeException e) {
      passed.gone(consumer, e);
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    reader
        .read(record)
        .filter(Told::last)
        .ifPresent(told -> tell(told, UntoldVerdicts.Place.of(record)));
  }

  private void tell(Told told, UntoldVerdicts.Place place) {
    if (verdicts.begin(place)) {
      senders.execute(() -> verdicts.ended(place, receiver.tell(told, closing)));
    }
  }

  /** Reads nothing while too many are under way, and no partition too far ahead of its commits. */
  private void holdBack() {
    Set<TopicPartition> held = new HashSet<>(consumer.assignment());
    if (verdicts.hasRoomFor(MAX_POLLED)) {
      held.removeIf(
          partition ->
              position(partition).filter(it -> verdicts.isFarAhead(partition, it)).isEmpty());
    }
    Set<TopicPartition> paused = consumer.paused();
    if (!paused.equals(held)) {
      consumer.resume(paused);
      consumer.pause(held);
    }
  }

  /** Where a partition is read to; empty while that is compared with the log. */
  private Optional<OffsetAndMetadata> position(TopicPartition partition) {
    try {
      return Optional.of(poll.position(partition));
    } catch (TimeoutException _) {
      return Optional.empty();
    }
  }

  /**
   * Commits what is done with, if that has changed. Once the group has changed, the next owner may
   * tell it again; while it changes, only a poll lets it end, and the next turn commits.
   *
   * @throws KafkaException if no broker answers: it is to be tried again before a poll
   */
  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> next = uncommitted();
    if (next.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(next, COMMIT);
    } catch (RebalanceInProgressException _) {
      log.atDebug().log("the webhook's group changes, committing later");
      return;
    } catch (CommitFailedException e) {
      log.atWarn().log("some verdicts may be told to the webhook again: {}", e.toString());
    }
    next.forEach((partition, to) -> committed.put(partition, to.offset()));
  }

  private Map<TopicPartition, OffsetAndMetadata> uncommitted() {
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      position(partition)
          .map(it -> verdicts.doneTo(partition, it))
          .filter(it -> it.offset() != committed.getOrDefault(partition, -1L))
          .ifPresent(it -> next.put(partition, it));
    }
    return next;
  }

  /**
   * Commits before leaving. A group that changes takes no commit: the change is completed first,
   * and what its new partitions bring is left to their next owner.
   */
  private void commitLast() {
    long end = System.nanoTime() + LEAVE.toNanos();
    try {
      commit();
      while (!uncommitted().isEmpty() && System.nanoTime() - end < 0) {
        consumer.pause(consumer.assignment());
        ConsumerRecords<byte[], byte[]> early = consumer.poll(LEAVE_POLL);
        early.partitions().forEach(it -> consumer.seek(it, early.records(it).getFirst().offset()));
        commit();
      }
    } catch (KafkaException e) {
      log.atWarn().log("some verdicts may be told to the webhook again: {}", e.toString());
    }
  }

  /** The commits that changes of ownership need; called within a poll. */
  private final class Rebalances implements ConsumerRebalanceListener {

    /**
     * A partition without a commit begins at its end. It gets one at the next turn, or it would
     * begin at its end once more, behind what came meanwhile.
     */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      committed.keySet().removeAll(partitions);
      for (TopicPartition partition : partitions) {
        try {
          consumer.position(partition);
        } catch (NoOffsetForPartitionException e) {
          consumer.seekToEnd(e.partitions());
          consumer.position(partition);
        }
      }
    }

    /** What is under way is told here, within a bound, and not by the next owner as well. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (closing.getCount() > 0) {
        verdicts.await(partitions, HAND_OVER);
      }
      try {
        commit();
      } catch (KafkaException e) {
        log.atWarn().log("some verdicts may be told to the webhook again: {}", e.toString());
      }
      verdicts.leave(partitions);
    }

    /** They have another owner already, which tells again what was not committed. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      verdicts.leave(partitions);
    }
  }

  /** Waits, or until the gateway leaves. */
  private void pause(Duration time) {
    try {
      boolean _ = closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The time since the last turn began. */
  Duration sinceTurn() {
    return Duration.ofNanos(System.nanoTime() - turnedAt.get());
  }

  /** Whether it goes on: what a fault of ours ended must be started again by whoever watches. */
  boolean alive() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(CLOSE_BOUND);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    senders.shutdownNow();
    receiver.close();
  }
}
