package dev.ringpost.gateway;

import dev.ringpost.polling.PassingPoll;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The teller of final verdicts to a URL. All gateways share one consumer group, so that each
 * verdict is told by one of them, at least once; a repeat has the same id. A verdict that the
 * receiver does not accept in all tries is dropped, counted and logged.
 */
final class Webhooks implements AutoCloseable {

  /** Bound on the verdicts that are told at once. */
  static final int MAX_AT_ONCE = 32;

  /** Bound on one try. */
  static final Duration TRY = Duration.ofSeconds(3);

  /** The first wait between two tries; it doubles. */
  static final Duration FIRST_WAIT = Duration.ofMillis(500);

  /** Bound on the tries that may be configured: all of them fit between two polls. */
  static final int MAX_ATTEMPTS = 5;

  /** Bound on the verdicts that are remembered as told; a group that changes gives some again. */
  static final int MAX_REMEMBERED = 1_000;

  /** Bound on closing. */
  static final Duration CLOSE_BOUND = Duration.ofSeconds(4);

  private static final Duration POLL = Duration.ofMillis(500);

  /** Bound on a commit; without it the next owner would tell all of it again. */
  private static final Duration COMMIT = Duration.ofSeconds(2);

  /** Bound on completing a change of the group before the gateway leaves it. */
  private static final Duration LEAVE = Duration.ofSeconds(1);

  private static final Duration LEAVE_POLL = Duration.ofMillis(10);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Webhooks.class);

  private final Consumer<byte[], byte[]> consumer;
  private final KafkaClientWatch watch;
  private final GatewaySettings.Webhook settings;
  private final String topic;
  private final ToldReader reader;
  private final WebhookReceiver receiver;
  private final GatewayMeters meters;
  private final PassingPoll poll;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread;

  /** The place of a verdict. The time tells it from one at the same offset of a recreated topic. */
  private record Place(TopicPartition partition, long offset, long timestamp) {
    static Place of(ConsumerRecord<byte[], byte[]> record) {
      return new Place(
          new TopicPartition(record.topic(), record.partition()),
          record.offset(),
          record.timestamp());
    }
  }

  /** The last that this gateway told, the oldest first; for the thread alone. */
  private final LinkedHashSet<Place> lastTold = new LinkedHashSet<>();

  /** Whether something was told since the last commit, or got a place; for the thread alone. */
  private boolean uncommitted;

  private Webhooks(
      Consumer<byte[], byte[]> consumer,
      GatewaySettings all,
      GatewaySettings.Webhook settings,
      WebhookKey key,
      GatewayMeters meters,
      InstantSource clock) {
    this.consumer = consumer;
    this.watch = meters.watch(consumer);
    this.settings = settings;
    this.topic = all.topics().results();
    this.reader = new ToldReader(all.topics().invites());
    this.receiver = new WebhookReceiver(settings.url(), key, clock);
    this.meters = meters;
    this.poll =
        PassingPoll.withSearchers(
            consumer,
            new PassedResults(meters, GatewayMeters.Reader.WEBHOOK, () -> uncommitted = true),
            () -> ResultFollower.searcher(all));
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
    webhooks.thread.start();
    return webhooks;
  }

  /** What the consumer is made with. */
  static Map<String, Object> properties(GatewaySettings all, GatewaySettings.Webhook settings) {
    Map<String, Object> properties = new HashMap<>(all.kafka());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
    properties.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-gateway-webhooks");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    // what a gateway keeps through a rebalance it goes on with where it was
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_AT_ONCE);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  private void run() {
    consumer.subscribe(List.of(topic), new Rebalances());
    while (closing.getCount() > 0) {
      try {
        // before a poll, which may join the group anew and read what was told once more
        commit();
        Map<Place, Told> verdicts = new LinkedHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : poll.poll(POLL)) {
          reader
              .read(record)
              .filter(Told::last)
              .ifPresent(told -> verdicts.put(Place.of(record), told));
        }
        verdicts.keySet().removeAll(lastTold);
        if (!verdicts.isEmpty() && !tellAll(verdicts.values())) {
          uncommitted = false; // what was polled and not told is for the next owner
          break;
        }
        uncommitted |= !verdicts.isEmpty();
        remember(verdicts.keySet());
      } catch (KafkaException e) {
        log.atWarn().log("verdicts cannot be read for the webhook: {}", e.toString());
        pause(RETRY);
      }
    }
    commitLast();
    watch.close();
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1))); // gives up its partitions: commits
  }

  private void remember(Collection<Place> told) {
    lastTold.addAll(told);
    while (lastTold.size() > MAX_REMEMBERED) {
      Place _ = lastTold.removeFirst();
    }
  }

  /**
   * Commits all that was told, if anything was. Once the group has changed, the next owner may tell
   * it again; while it changes, only a poll lets it end, and the next turn commits.
   *
   * @throws KafkaException if no broker answers: it is to be tried again before a poll
   */
  private void commit() {
    if (!uncommitted) {
      return;
    }
    try {
      consumer.commitSync(COMMIT);
      uncommitted = false;
    } catch (RebalanceInProgressException _) {
      log.atDebug().log("the webhook's group changes, committing later");
    } catch (CommitFailedException e) {
      uncommitted = false;
      log.atWarn().log("some verdicts may be told to the webhook again: {}", e.toString());
    }
  }

  /**
   * Commits before leaving. A group that changes takes no commit: the change is completed first.
   */
  private void commitLast() {
    long end = System.nanoTime() + LEAVE.toNanos();
    try {
      commit();
      while (uncommitted && System.nanoTime() - end < 0) {
        consumer.pause(consumer.assignment());
        var _ = consumer.poll(LEAVE_POLL);
        commit();
      }
    } catch (KafkaException e) {
      log.atWarn().log("some verdicts may be told to the webhook again: {}", e.toString());
    }
  }

  /** The commits that changes of ownership need; called within a poll, when all polled is told. */
  private final class Rebalances implements ConsumerRebalanceListener {

    /**
     * A partition without a commit would begin at its end once more, behind what came meanwhile.
     */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      uncommitted |= !partitions.isEmpty();
      partitions.forEach(consumer::position);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      try {
        commit();
      } catch (KafkaException e) {
        log.atWarn().log("some verdicts may be told to the webhook again: {}", e.toString());
      }
    }

    /** They have another owner already, which tells again what was not committed. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {}
  }

  /** Whether all were told or dropped; if not, the gateway leaves and another one tells them. */
  private boolean tellAll(Collection<Told> verdicts) {
    List<Future<Boolean>> ends =
        verdicts.stream().map(it -> senders.submit(() -> tell(it))).toList();
    boolean all = true;
    for (Future<Boolean> end : ends) {
      try {
        all &= end.get();
      } catch (ExecutionException e) {
        log.atError().setCause(e).log("a verdict was not told to the webhook, by a fault");
        meters.webhook(GatewayMeters.Webhook.DROPPED);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return all;
  }

  private boolean tell(Told told) {
    Duration wait = FIRST_WAIT;
    String why = "";
    for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
      Optional<String> refusal = receiver.refusal(told);
      if (refusal.isEmpty()) {
        meters.webhook(GatewayMeters.Webhook.TOLD);
        return true;
      }
      why = refusal.get();
      if (attempt < settings.attempts()) {
        meters.webhook(GatewayMeters.Webhook.TRIED_AGAIN);
        if (pause(wait)) {
          return false;
        }
        wait = wait.multipliedBy(2);
      }
    }
    meters.webhook(GatewayMeters.Webhook.DROPPED);
    log.atError()
        .addKeyValue("callId", told.call().value())
        .log("a verdict is dropped: the webhook did not accept it, {}", why);
    return true;
  }

  /** Waits; true if the gateway leaves. */
  private boolean pause(Duration time) {
    try {
      return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
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
