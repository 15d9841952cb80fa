package dev.ringpost.directory;

import dev.ringpost.directory.MarkDesk.Mark;
import dev.ringpost.directory.PolledQuery.Reply;
import dev.ringpost.directory.TopicPoller.TopicState;
import dev.ringpost.directory.TopicReading.Progress;
import dev.ringpost.telemetry.DirectoryMeters;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keeper of a view that follows its topic, on a thread of its own. The view is <i>loaded</i>
 * once it has been read to the end that the topic had at start, and stays so: through outages it
 * keeps what it knows, and says how long it has been {@link #behind}. Nothing that Kafka does ends
 * the thread; it tries again.
 *
 * <p>A topic that was recreated (another id) and offsets that are gone (the log was cut, or more
 * was deleted than has been read) mean a new view, which is read beside the old one and takes its
 * place when it is loaded. For that time there are two in memory.
 *
 * <p>Safe for many threads.
 *
 * @param <V> the view
 */
final class TopicFollower<V extends MaterializedView> {

  /** Bound on waiting for records: how soon the thread sees that it is to end. */
  private static final Duration TURN = Duration.ofMillis(100);

  /** The same once the view is loaded: nothing that a turn sees is urgent then but records. */
  private static final Duration TURN_WHEN_LOADED = Duration.ofMillis(250);

  /** Wait after trouble. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Bound on waiting for threads to end: a turn and the goodbyes of two clients, and some more. */
  static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);

  private final String topic;
  private final Map<String, Object> properties;
  private final Duration topicCheck;
  private final Beginning<V> beginning;
  private final DirectoryMeters meters;
  private final LongSupplier nanoTime;
  private final FollowerThread thread;

  // The thread's own.
  private final TroubleLog trouble;
  private @Nullable TopicPoller watch;
  private @Nullable TopicReading<V> reading;
  private final MarkDesk<V> marks = new MarkDesk<>();

  // What it tells others.
  private final ShownView<V> shown;
  private volatile long turnedAt;
  private volatile Progress progress = Progress.NONE;

  /**
   * A follower, not started.
   *
   * @param name what its thread and its clients are called, after {@code client.id}
   * @param beginning of each reading, also of a topic that is read again
   * @param nanoTime the monotonic clock, as {@link System#nanoTime()}
   */
  TopicFollower(
      String name,
      String topic,
      DirectorySettings settings,
      Beginning<V> beginning,
      DirectoryMeters meters,
      LongSupplier nanoTime) {
    this.topic = topic;
    this.properties = new HashMap<>(settings.kafkaProperties());
    String client =
        properties.getOrDefault(CommonClientConfigs.CLIENT_ID_CONFIG, "ringpost") + "-" + name;
    properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, client);
    this.topicCheck = settings.topicCheck();
    this.beginning = beginning;
    this.meters = meters;
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    this.shown = new ShownView<>(beginning.empty(), now);
    this.turnedAt = now;
    this.trouble = new TroubleLog(topic, now);
    this.thread = new FollowerThread(client, topic, this::run);
  }

  void start() {
    thread.start();
  }

  /** The newest view, in part if it is not {@link #loaded} yet. */
  V view() {
    return shown.view();
  }

  /** Whether the view was once at the end that its topic had at start. */
  boolean loaded() {
    return shown.loaded();
  }

  /** Why the view is not loaded, in words. */
  Optional<String> notLoaded() {
    return shown.loaded() ? Optional.empty() : Optional.of(trouble.words());
  }

  /**
   * The time since the last moment of which it is known that the view had every committed record.
   * In a quiet hour it is below two seconds, for the end is asked for again and again; while
   * brokers do not answer it grows. A partition that was just added, and a topic that was just
   * recreated, are noticed after {@code topicCheck} at most, and do not count before. Who asks for
   * this and then for the view gets one that is no further behind.
   */
  Duration behind() {
    return since(shown.atEnd());
  }

  /** The time since the thread last began a turn; small even while Kafka is away. */
  Duration sinceTurn() {
    return since(turnedAt);
  }

  /** How far the newest reading has come. */
  Progress progress() {
    return progress;
  }

  /** How far the view is; empty if it is not loaded, or the thread does not answer in time. */
  Optional<Mark<V>> mark(Duration wait) {
    return marks.ask(wait);
  }

  private Optional<Mark<V>> mark() {
    TopicReading<V> current = reading;
    return current == null || !shown.loaded() || !current.view().equals(shown.view())
        ? Optional.empty()
        : current
            .positions()
            .map(at -> new Mark<>(current.view(), current.topicId(), at, shown.atEnd()));
  }

  private Duration since(long then) {
    return Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - then));
  }

  private void run() {
    try {
      do {
        turnedAt = nanoTime.getAsLong();
        marks.answer(this::mark);
      } while (turn());
    } catch (InterruptException _) {
      // Somebody wants the thread to end.
    } finally {
      try {
        marks.close(mark());
      } finally {
        closeClients();
      }
    }
  }

  private void closeClients() {
    try {
      closeReading();
    } finally {
      if (watch != null) {
        watch.close();
      }
    }
  }

  /** One turn; false if it was the last. */
  private boolean turn() {
    try {
      return !thread.closesWithin(follow());
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      trouble.happened(e, nanoTime.getAsLong());
      if (reading != null && !reading.isWhole()) {
        closeReading(); // Read again from the start after the next look at the topic.
      }
      return !thread.closesWithin(PAUSE);
    }
  }

  /** Looks at the topic and reads what has come; returns how long to wait before the next time. */
  private Duration follow() {
    TopicPoller asked = watch();
    asked.look(nanoTime.getAsLong()).ifPresent(this::see);
    TopicReading<V> current = reading;
    if (current == null) {
      return TURN;
    }
    try {
      current.read(shown.loaded() ? TURN_WHEN_LOADED : TURN, nanoTime.getAsLong());
      progress = current.progress();
      trouble.ofPartitions(current.trouble());
      compareWithEnd(asked, current);
      return Duration.ZERO;
    } catch (InvalidOffsetException e) {
      log.atWarn()
          .addKeyValue("topic", topic)
          .addKeyValue("partitions", e.partitions())
          .log("Offsets are gone; the topic is read again from its start");
      begin(current.topicId(), current.partitions().size());
      return PAUSE;
    }
  }

  private TopicPoller watch() {
    TopicPoller current = watch;
    if (current == null) {
      current = new TopicPoller(topic, properties, topicCheck, nanoTime.getAsLong());
      watch = current;
    }
    return current;
  }

  private void see(TopicState seen) {
    switch (seen) {
      case TopicState.Present(Uuid topicId, int partitionCount, List<Integer> leaderless) -> {
        trouble.isThere(leaderless);
        read(topicId, partitionCount);
      }
      case TopicState.Missing() -> trouble.isMissing();
      case TopicState.Unknown(Throwable cause) -> trouble.happened(cause, nanoTime.getAsLong());
    }
  }

  private void read(Uuid topicId, int partitionCount) {
    TopicReading<V> current = reading;
    if (current == null || !current.topicId().equals(topicId)) {
      begin(topicId, partitionCount);
    } else if (current.extendTo(partitionCount)) {
      watch().restartEnds(nanoTime.getAsLong());
      log.atInfo()
          .addKeyValue("topic", topic)
          .addKeyValue("partitions", partitionCount)
          .log("Partitions were added");
    }
  }

  private void begin(Uuid topicId, int partitionCount) {
    closeReading();
    Beginning.Begun<V> from =
        beginning.begin(
            new Beginning.Topic(topicId, partitionCount, watch(), this::goesOn, shown.loaded()));
    var begun =
        new TopicReading<>(
            topicId, topic, partitionCount, from.view(), from.start(), properties, meters);
    reading = begun;
    watch().restartEnds(nanoTime.getAsLong());
    if (!shown.loaded()) {
      shown.inPart(begun.view());
    }
    log.atInfo()
        .addKeyValue("topic", topic)
        .addKeyValue("topicId", topicId)
        .addKeyValue("partitions", partitionCount)
        .log("Reading topic");
  }

  /** In the midst of a turn that takes long. */
  private boolean goesOn() {
    turnedAt = nanoTime.getAsLong();
    return thread.goesOn();
  }

  private void closeReading() {
    TopicReading<V> current = reading;
    if (current != null) {
      reading = null;
      current.close();
    }
  }

  private void compareWithEnd(TopicPoller asked, TopicReading<V> current) {
    long now = nanoTime.getAsLong();
    if (current.wantsEnds()) {
      asked.ends(current.partitions(), now).ifPresent(answer -> take(answer, current));
    }
    current.endReached(now).ifPresent(moment -> wasAtEnd(moment, current));
  }

  private void take(Reply<Map<TopicPartition, Long>> answer, TopicReading<V> current) {
    CompletableFuture<Map<TopicPartition, Long>> outcome = answer.outcome();
    if (outcome.isCompletedExceptionally()) {
      trouble.happened(outcome.exceptionNow(), nanoTime.getAsLong());
    } else {
      trouble.isRead();
      current.setEnds(answer.askedAt(), outcome.resultNow());
    }
  }

  private void wasAtEnd(long moment, TopicReading<V> current) {
    V read = current.view();
    if (shown.whole(read, moment)) {
      log.atInfo()
          .addKeyValue("topic", topic)
          .addKeyValue("entries", read.entries())
          .log("View is loaded");
    }
    read.atEnd(nanoTime.getAsLong());
  }

  /** Asks the thread to end, without waiting for it. */
  void end() {
    thread.end();
  }

  /** Waits until the thread and its clients have ended, for at most so many nanoseconds. */
  void awaitEnd(long nanos) {
    thread.awaitEnd(nanos);
  }
}
