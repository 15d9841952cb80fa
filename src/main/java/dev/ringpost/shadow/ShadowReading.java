package dev.ringpost.shadow;

import dev.ringpost.call.Arrival;
import dev.ringpost.delivery.InvitePipeline;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.InviteListener;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.polling.CorruptBatch;
import dev.ringpost.polling.Envelopes;
import dev.ringpost.polling.PassingPoll;
import dev.ringpost.telemetry.ShadowMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One membership in the shadow's group, and what was read in it. It begins at the ends of both
 * topics, whatever was committed: what was told while nobody read cannot be compared. Whatever
 * fails ends it, and the next one begins so as well. Belongs to one thread.
 */
final class ShadowReading
    implements AutoCloseable, ConsumerRebalanceListener, PassingPoll.Observer {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration COMMIT = Duration.ofSeconds(5);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(ShadowReading.class);

  /** The parts of a shadow that last longer than a membership. */
  record Parts(
      ShadowSettings settings,
      InvitePipeline pipeline,
      Comparison comparison,
      ShadowMeters meters,
      InstantSource clock,
      ShadowProgress progress) {}

  private final Parts parts;
  private final Consumer<byte[], byte[]> consumer;
  private final KafkaClientWatch watch;
  private final PassingPoll poll;
  private final InviteDecoder decoder;
  private Optional<CaughtUp> reading = Optional.empty();
  private long lookedAt = System.nanoTime();
  private long committedAt = System.nanoTime();

  private ShadowReading(Parts parts, Consumer<byte[], byte[]> consumer) {
    this.parts = parts;
    this.consumer = consumer;
    this.watch = parts.meters().watch(consumer);
    this.poll =
        PassingPoll.withSearchers(
            consumer, this, () -> ShadowClients.newSearcher(parts.settings()));
    this.decoder = new InviteDecoder(parts.settings().ring(), InviteListener.UNHEARD);
  }

  /**
   * Joins the group.
   *
   * @throws KafkaException if a topic does not exist, or Kafka does not answer
   */
  static ShadowReading open(Parts parts) {
    Consumer<byte[], byte[]> consumer = ShadowClients.newMember(parts.settings());
    var reading = new ShadowReading(parts, consumer);
    try {
      List<String> topics = List.of(parts.settings().invites(), parts.settings().results());
      for (String topic : topics) {
        if (consumer.partitionsFor(topic).isEmpty()) {
          throw new KafkaException("topic " + topic + " does not exist");
        }
      }
      consumer.subscribe(topics, reading);
      return reading;
    } catch (KafkaException e) {
      reading.close();
      throw e;
    }
  }

  /** Reads what has come, judges it, and compares. */
  void turn() {
    List<ConsumerRecord<byte[], byte[]>> records = poll.poll(POLL);
    if (reading.isEmpty()) {
      return;
    }
    CaughtUp caughtUp = reading.get();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.topic().equals(parts.settings().invites())) {
        judge(record);
      } else {
        hear(record);
      }
    }
    long now = System.nanoTime();
    if (now - lookedAt >= LOOK.toNanos()) {
      lookedAt = now;
      caughtUp.look(consumer, parts.clock().instant());
      Instant invites = caughtUp.of(parts.settings().invites());
      Instant results = caughtUp.of(parts.settings().results());
      parts.comparison().advance(invites, results);
      parts.progress().at(invites.isBefore(results) ? invites : results);
    }
    if (now - committedAt >= COMMIT.toNanos()) {
      committedAt = now;
      commit();
    }
  }

  /** As a worker does; nothing in it waits, for nothing is pushed and nothing is stored. */
  private void judge(ConsumerRecord<byte[], byte[]> record) {
    Arrival arrival = decoder.decode(Envelopes.of(record), parts.clock().instant());
    var _ = parts.pipeline().deliver(arrival, Arrival.Claim.ALONE, () -> {}).join();
  }

  private void hear(ConsumerRecord<byte[], byte[]> record) {
    byte[] stored = record.value();
    if (stored == null) {
      return;
    }
    try {
      ToldVerdict.read(CloudEvent.plain(stored, ContentMode.of(record.headers())))
          .ifPresent(parts.comparison()::told);
    } catch (IllegalArgumentException _) {
      parts.meters().unreadable(1);
    }
  }

  /** For the lag that tools show, and nothing else: nobody begins there. */
  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      positions.put(partition, new OffsetAndMetadata(consumer.position(partition)));
    }
    consumer.commitAsync(
        positions,
        (_, failure) -> {
          if (failure != null) {
            log.atDebug().log("the shadow's offsets are not committed: {}", failure.toString());
          }
        });
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      parts.progress().standingBy();
      log.atInfo().log("another shadow of the group {} works; standing by", settings().group());
      return;
    }
    // results first: what is told of an invite that is read from here on stands behind that end
    Instant from = parts.clock().instant();
    var _ = seekToEnd(partitions, settings().results());
    Map<Integer, Long> starts = seekToEnd(partitions, settings().invites());
    parts.comparison().begin(starts);
    reading = Optional.of(new CaughtUp(partitions, from));
    parts.progress().at(from);
    log.atInfo()
        .addKeyValue("group", settings().group())
        .addKeyValue("partitions", partitions.size())
        .log("a shadow judges live invites, pushes to nobody and compares verdicts");
  }

  private Map<Integer, Long> seekToEnd(Collection<TopicPartition> partitions, String topic) {
    List<TopicPartition> ofTopic =
        partitions.stream().filter(it -> it.topic().equals(topic)).toList();
    Map<Integer, Long> starts = new HashMap<>();
    consumer
        .endOffsets(ofTopic)
        .forEach(
            (partition, end) -> {
              consumer.seek(partition, end);
              starts.put(partition.partition(), end);
            });
    return starts;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    reading = Optional.empty();
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    reading = Optional.empty();
  }

  @Override
  public void passed(TopicPartition partition, long from, long to, Throwable cause) {
    parts.meters().unreadable(to - from);
    log.atError()
        .addKeyValue("partition", partition)
        .addKeyValue("from", from)
        .addKeyValue("to", to)
        .log("records cannot be read and are passed; they are not compared");
  }

  @Override
  public void lacksCode(CorruptBatch batch, long offset) {
    throw new KafkaException(batch.partition() + " at " + offset + " needs " + batch.cause());
  }

  private ShadowSettings settings() {
    return parts.settings();
  }

  /** Leaves the group. */
  @Override
  public void close() {
    watch.close();
    consumer.close(CloseOptions.timeout(CLOSE_BOUND));
  }
}
