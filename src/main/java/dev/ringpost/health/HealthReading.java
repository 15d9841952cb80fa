package dev.ringpost.health;

import dev.ringpost.events.SignalCodec;
import dev.ringpost.events.UnusableRecordException;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.polling.CorruptBatch;
import dev.ringpost.polling.PassingPoll;
import dev.ringpost.telemetry.HealthMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One membership in the group, and what was read in it. Whatever fails ends it, and the next one
 * begins with what is stored: the topic of device health, and how far everything was judged.
 * Belongs to one thread.
 */
final class HealthReading
    implements AutoCloseable, ConsumerRebalanceListener, PassingPoll.Observer {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration COMMIT = Duration.ofSeconds(5);
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(HealthReading.class);

  /**
   * The work of whoever owns the partitions.
   *
   * @param times how far they have been read
   */
  private record Work(DeviceRuns runs, OpenCalls calls, ReadTimes times) {}

  private final HealthSettings settings;
  private final HealthMeters meters;
  private final InstantSource clock;
  private final HealthProgress progress;
  private final HealthWriter writer;
  private final Consumer<byte[], byte[]> consumer;
  private final KafkaClientWatch watch;
  private final PassingPoll poll;
  private Optional<Work> work = Optional.empty();
  private long lookedAt = System.nanoTime();
  private long committedAt = System.nanoTime();

  private HealthReading(
      HealthSettings settings,
      HealthMeters meters,
      InstantSource clock,
      HealthProgress progress,
      HealthWriter writer,
      Consumer<byte[], byte[]> consumer) {
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
    this.progress = progress;
    this.writer = writer;
    this.consumer = consumer;
    this.watch = meters.watch(consumer);
    this.poll = PassingPoll.withSearchers(consumer, this, () -> HealthClients.newReader(settings));
  }

  /**
   * Joins the group.
   *
   * @throws KafkaException if a topic does not exist, or Kafka does not answer
   */
  static HealthReading open(
      HealthSettings settings, HealthMeters meters, InstantSource clock, HealthProgress progress) {
    HealthWriter writer = HealthWriter.open(settings, meters);
    Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(HealthClients.member(settings));
    var reading = new HealthReading(settings, meters, clock, progress, writer, consumer);
    try {
      List<String> topics = List.of(settings.topics().results(), settings.topics().signals());
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

  /** Reads what has come, and judges what is over. */
  void turn() {
    List<ConsumerRecord<byte[], byte[]>> records = poll.poll(POLL);
    if (work.isEmpty()) {
      return;
    }
    Work mine = work.get();
    records.forEach(record -> read(record, mine));
    long now = System.nanoTime();
    if (now - lookedAt >= LOOK.toNanos()) {
      lookedAt = now;
      lookAtEnds(mine.times());
    }
    Instant time = time(mine.times());
    mine.calls().advance(time);
    progress.at(time, mine.runs().watched(), mine.runs().deaf());
    pauseWhatIsAhead(mine);
    if (now - committedAt >= COMMIT.toNanos()) {
      committedAt = now;
      commit(mine);
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record, Work mine) {
    Instant timestamp = Instant.ofEpochMilli(Math.max(0, record.timestamp()));
    if (record.topic().equals(settings.topics().results())) {
      AcceptedReader.read(record).forEach(mine.calls()::accepted);
    } else {
      try {
        mine.calls()
            .told(
                SignalCodec.decode(record.value(), ContentMode.of(record.headers()), timestamp),
                timestamp);
      } catch (UnusableRecordException _) {
        // workers count and name it
      }
    }
    mine.times().read(new TopicPartition(record.topic(), record.partition()), timestamp);
  }

  /** A partition that has been read to its end has been read up to the moment of asking for it. */
  private void lookAtEnds(ReadTimes times) {
    Instant asked = clock.instant();
    consumer
        .endOffsets(consumer.assignment())
        .forEach(
            (partition, end) -> {
              if (consumer.position(partition) >= end) {
                times.read(partition, asked);
              }
            });
  }

  private Instant time(ReadTimes times) {
    Instant results = times.of(settings.topics().results());
    Instant signals = times.of(settings.topics().signals());
    return results.isBefore(signals) ? results : signals;
  }

  /** After a long absence one topic may be read much faster than the other. */
  private void pauseWhatIsAhead(Work mine) {
    String ahead =
        mine.times()
                .of(settings.topics().results())
                .isAfter(mine.times().of(settings.topics().signals()))
            ? settings.topics().results()
            : settings.topics().signals();
    Set<TopicPartition> paused = new HashSet<>(consumer.assignment());
    paused.removeIf(it -> !it.topic().equals(ahead));
    if (mine.calls().size() < OpenCalls.MAX_CALLS / 2) {
      paused.clear();
    }
    if (!consumer.paused().equals(paused)) {
      consumer.resume(consumer.paused());
      consumer.pause(paused);
    }
  }

  private void commit(Work mine) {
    writer.flush();
    Instant time = time(mine.times());
    Instant judgedTo = mine.calls().oldest().filter(time::isAfter).orElse(time);
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      commits.put(
          partition,
          new OffsetAndMetadata(consumer.position(partition), HealthStart.metadata(judgedTo)));
    }
    consumer.commitSync(commits);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      progress.standingBy();
      log.atInfo().log("another process of the group {} works; standing by", settings.group());
      return;
    }
    var runs = new DeviceRuns(settings, writer, meters);
    HealthTopic.read(settings, runs::restore);
    var calls = new OpenCalls(settings, runs, meters, OpenCalls.MAX_CALLS);
    HealthStart start = HealthStart.place(consumer, partitions, settings, clock.instant());
    calls.signalsFrom(start.signalsFrom());
    work = Optional.of(new Work(runs, calls, new ReadTimes(partitions, start.from())));
    progress.at(start.from(), runs.watched(), runs.deaf());
    log.atInfo()
        .addKeyValue("from", start.from())
        .addKeyValue("watched", runs.watched())
        .addKeyValue("deaf", runs.deaf())
        .log("looking for deaf devices");
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    try {
      work.ifPresent(this::commit);
    } finally {
      work = Optional.empty();
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    work = Optional.empty();
  }

  @Override
  public void passed(TopicPartition partition, long from, long to, Throwable cause) {
    meters.unreadable(to - from);
    log.atError()
        .addKeyValue("partition", partition)
        .addKeyValue("from", from)
        .addKeyValue("to", to)
        .log("records cannot be read and are passed; calls of that time count for no device");
    // it may have been a signal: what began before now is not judged
    work.ifPresent(mine -> mine.calls().signalsFrom(clock.instant()));
  }

  @Override
  public void lacksCode(CorruptBatch batch, long offset) {
    throw new KafkaException(batch.partition() + " at " + offset + " needs " + batch.cause());
  }

  /** Leaves the group; what was judged is committed first, if Kafka takes it in time. */
  @Override
  public void close() {
    watch.close();
    try (HealthWriter _ = writer) {
      consumer.close(CloseOptions.timeout(CLOSE_BOUND));
    }
  }
}
