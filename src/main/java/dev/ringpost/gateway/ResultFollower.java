package dev.ringpost.gateway;

import dev.ringpost.polling.PassingPoll;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The follower of all results, from the end that their topic had at start. It is in no group: each
 * gateway reads every result, for any of them may be asked. It goes on through an outage where it
 * stood, and past what is broken on a broker's disk. {@link #ready} and {@link #close} may come
 * from any thread.
 */
final class ResultFollower implements AutoCloseable {

  /** Bound on one look for records, and on how late {@link #close} is noticed without a wakeup. */
  private static final Duration POLL = Duration.ofMillis(500);

  /** How often it is looked for partitions that were added. */
  private static final Duration PARTITIONS = Duration.ofSeconds(10);

  private static final Duration RETRY = Duration.ofSeconds(1);

  /** Bound on closing. */
  static final Duration CLOSE_BOUND = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(ResultFollower.class);

  private final Consumer<byte[], byte[]> consumer;
  private final KafkaClientWatch watch;
  private final String topic;
  private final ToldReader reader;
  private final CallMemory memory;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private final PassingPoll poll;
  private final Set<TopicPartition> followed = new HashSet<>();
  private final AtomicLong turnedAt = new AtomicLong(System.nanoTime());
  private long partitionsSeen;
  private volatile boolean ready;

  private ResultFollower(
      Consumer<byte[], byte[]> consumer,
      GatewaySettings settings,
      GatewayMeters meters,
      CallMemory memory) {
    this.consumer = consumer;
    this.watch = meters.watch(consumer);
    this.poll =
        PassingPoll.withSearchers(
            consumer,
            new PassedResults(meters, GatewayMeters.Reader.VERDICTS),
            () -> searcher(settings));
    this.topic = settings.topics().results();
    this.reader = new ToldReader(settings.topics().invites());
    this.memory = memory;
    this.thread =
        Thread.ofPlatform()
            .name("results")
            .uncaughtExceptionHandler(
                (_, fault) ->
                    log.atError().setCause(fault).log("the reader of results ended, by a fault"))
            .unstarted(this::run);
  }

  /** Begins to follow. */
  static ResultFollower start(GatewaySettings settings, GatewayMeters meters, CallMemory memory) {
    return start(new KafkaConsumer<>(properties(settings)), settings, meters, memory);
  }

  /** Begins to follow with a consumer, which is closed at the end. */
  static ResultFollower start(
      Consumer<byte[], byte[]> consumer,
      GatewaySettings settings,
      GatewayMeters meters,
      CallMemory memory) {
    var follower = new ResultFollower(consumer, settings, meters, memory);
    follower.thread.start();
    return follower;
  }

  /** What the consumer is made with. */
  static Map<String, Object> properties(GatewaySettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.kafka());
    properties.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-gateway-results");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // a partition that was not there yet is read from its beginning
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  /** A consumer that looks for the end of what is broken. */
  static Consumer<byte[], byte[]> searcher(GatewaySettings settings) {
    Map<String, Object> properties = properties(settings);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-gateway-search");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return new KafkaConsumer<>(properties);
  }

  /** Whether it reads: a verdict that is told from now on is heard. */
  boolean ready() {
    return ready;
  }

  /** Whether it goes on: what a fault of ours ended must be started again by whoever watches. */
  boolean alive() {
    return thread.isAlive();
  }

  /** The time since the last turn began. */
  Duration sinceTurn() {
    return Duration.ofNanos(System.nanoTime() - turnedAt.get());
  }

  private void run() {
    while (closing.getCount() > 0) {
      turnedAt.set(System.nanoTime());
      try {
        followNewPartitions();
        for (ConsumerRecord<byte[], byte[]> record : poll.poll(POLL)) {
          reader
              .read(record)
              .ifPresent(
                  told -> memory.told(told, new Told.Place(record.partition(), record.offset())));
        }
      } catch (WakeupException _) {
        // closing
      } catch (KafkaException e) {
        log.atWarn().log("results cannot be read, trying again: {}", e.toString());
        pause();
      }
    }
    watch.close();
    consumer.close(CloseOptions.timeout(CLOSE_BOUND));
  }

  private void followNewPartitions() {
    if (ready && System.nanoTime() - partitionsSeen < PARTITIONS.toNanos()) {
      return;
    }
    List<TopicPartition> all =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (followed.addAll(all) || !ready) {
      consumer.assign(followed);
      if (!ready) {
        consumer.seekToEnd(followed);
      }
      // an end is sought when it is asked for, and what is told next must be behind it
      followed.forEach(consumer::position);
    }
    partitionsSeen = System.nanoTime();
    ready = !followed.isEmpty();
  }

  private void pause() {
    try {
      boolean _ = closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    consumer.wakeup();
    try {
      thread.join(CLOSE_BOUND);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
