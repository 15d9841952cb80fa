package dev.ringpost.intake;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;

/** Kafka's mock consumer, which also remembers what was committed and paused, for any thread. */
final class RecordingConsumer extends MockConsumer<byte[], byte[]> {

  private static final Duration POLL_PAUSE = Duration.ofMillis(2);

  private final Map<TopicPartition, List<OffsetAndMetadata>> commits = new ConcurrentHashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> seeded = new ConcurrentHashMap<>();
  private final Map<TopicPartition, OffsetAndTimestamp> young = new ConcurrentHashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> sentTo = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
  private final AtomicReference<Set<TopicPartition>> pausedNow = new AtomicReference<>(Set.of());
  private final Map<TopicPartition, Long> askedForTimes = new ConcurrentHashMap<>();
  private final AtomicInteger polls = new AtomicInteger();
  private final AtomicReference<ConsumerRebalanceListener> listener = new AtomicReference<>();

  private final Set<TopicPartition> leaderless = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean silentOnce = new AtomicBoolean();
  private final List<OffsetCommitCallback> unanswered = new CopyOnWriteArrayList<>();
  private volatile boolean holding;
  private volatile int maxMetadata = Integer.MAX_VALUE;
  private volatile Runnable beforeCommitSync = () -> {};
  private final AtomicReference<Runnable> afterFirstAnswer = new AtomicReference<>(() -> {});
  private volatile boolean everPaused;
  private volatile boolean refusing;
  private volatile boolean wakeUpPending;
  private volatile int rebalancing;

  RecordingConsumer() {
    super("none");
  }

  /** What a former owner committed. */
  void seed(TopicPartition partition, OffsetAndMetadata committed) {
    seeded.put(partition, committed);
  }

  void assign(TopicPartition... partitions) {
    schedulePollTask(
        () -> {
          Map<TopicPartition, Long> beginnings = new HashMap<>();
          for (TopicPartition partition : partitions) {
            beginnings.put(partition, 0L);
          }
          updateBeginningOffsets(beginnings);
          rebalance(List.of(partitions));
          seeded.forEach((partition, before) -> seek(partition, before.offset()));
        });
  }

  /** What is young enough to ring on a partition that nobody has read, from an offset on. */
  void young(TopicPartition partition, long offset) {
    young.put(partition, new OffsetAndTimestamp(offset, 0));
  }

  void rebalanceTo(TopicPartition... partitions) {
    schedulePollTask(() -> rebalance(List.of(partitions)));
  }

  void losePartitions(Set<TopicPartition> lost) {
    schedulePollTask(() -> loseNow(lost));
  }

  /** For poll tasks: the group gives these to others. */
  void loseNow(Set<TopicPartition> lost) {
    listener.get().onPartitionsLost(lost);
  }

  void invite(TopicPartition partition, long offset) {
    schedulePollTask(() -> addRecord(InviteConsumerFixture.record(partition, offset)));
  }

  OffsetAndMetadata lastCommit(TopicPartition partition) {
    List<OffsetAndMetadata> all = commits(partition);
    return all.isEmpty() ? new OffsetAndMetadata(0) : all.getLast();
  }

  CommitMetadata lastNote(TopicPartition partition) {
    OffsetAndMetadata last = lastCommit(partition);
    return CommitMetadata.decode(last.offset(), last.metadata()).orElse(CommitMetadata.NONE);
  }

  List<OffsetAndMetadata> commits(TopicPartition partition) {
    return commits.getOrDefault(partition, List.of());
  }

  /** Where it was last sent with what is known of the log there. */
  Map<TopicPartition, OffsetAndMetadata> sentTo() {
    return Map.copyOf(sentTo);
  }

  @Override
  public synchronized void seek(TopicPartition partition, OffsetAndMetadata to) {
    sentTo.put(partition, to);
    super.seek(partition, to);
  }

  Set<TopicPartition> pausedNow() {
    return pausedNow.get();
  }

  int polls() {
    return polls.get();
  }

  @Override
  public void subscribe(Collection<String> topics, ConsumerRebalanceListener toTell) {
    listener.set(toTell);
    super.subscribe(topics, toTell);
  }

  @Override
  public synchronized void subscribe(Pattern topics, ConsumerRebalanceListener toTell) {
    listener.set(toTell);
    super.subscribe(topics, toTell);
  }

  /** The mock's poll returns at once; a short wait keeps the loop from spinning. */
  @Override
  public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    polls.incrementAndGet();
    rebalancing = Math.max(0, rebalancing - 1);
    try {
      Thread.sleep(POLL_PAUSE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    pausedNow.set(Set.copyOf(paused()));
    everPaused |= !paused().isEmpty();
    return super.poll(timeout);
  }

  /** Commits fail as under the consumer protocol: the callback does not hear which. */
  void refuseCommits() {
    refusing = true;
  }

  /** Commits that are not waited for are answered by the test from now on, in any order. */
  List<OffsetCommitCallback> holdAnswers() {
    holding = true;
    return unanswered;
  }

  /** Commits are accepted again. */
  void acceptCommits() {
    refusing = false;
  }

  /** What happens once, between the answers to two questions about where partitions begin. */
  void afterFirstAnswer(Runnable event) {
    afterFirstAnswer.set(event);
  }

  /**
   * The second of the next commits that are waited for meets a wake-up instead, as the real
   * consumer's does.
   *
   * @param atFirst what happens during the first of them
   */
  void wakeUpAtSecondCommit(Runnable atFirst) {
    beforeCommitSync =
        () -> {
          beforeCommitSync = () -> {};
          wakeUpPending = true;
          atFirst.run();
        };
  }

  /** Where a partition ends when it is assigned; 0 unless it is told. */
  void ends(TopicPartition partition, long offset) {
    ends.put(partition, offset);
  }

  /** No question about these is answered, nor one about others together with them. */
  void withoutLeader(TopicPartition... partitions) {
    leaderless.addAll(List.of(partitions));
  }

  void withLeaders() {
    leaderless.clear();
  }

  @Override
  public synchronized List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
    var leader = new Node(1, "localhost", 9092);
    return assignment().stream()
        .filter(partition -> partition.topic().equals(topic))
        .map(
            partition ->
                new PartitionInfo(
                    topic,
                    partition.partition(),
                    leaderless.contains(partition) ? null : leader,
                    new Node[0],
                    new Node[0]))
        .toList();
  }

  /** From which times on partitions were asked for. */
  Map<TopicPartition, Long> askedForTimes() {
    return Map.copyOf(askedForTimes);
  }

  boolean everPaused() {
    return everPaused;
  }

  @Override
  public synchronized Map<TopicPartition, Long> endOffsets(
      Collection<TopicPartition> partitions, Duration timeout) {
    if (partitions.stream().anyMatch(leaderless::contains)) {
      throw new TimeoutException("planted");
    }
    Map<TopicPartition, Long> found = new HashMap<>();
    partitions.forEach(partition -> found.put(partition, ends.getOrDefault(partition, 0L)));
    afterFirstAnswer.getAndSet(() -> {}).run();
    return found;
  }

  @Override
  public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
      Map<TopicPartition, Long> times, Duration timeout) {
    askedForTimes.putAll(times);
    Map<TopicPartition, OffsetAndTimestamp> found = Map.copyOf(young);
    afterFirstAnswer.getAndSet(() -> {}).run();
    return found;
  }

  @Override
  public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
      Set<TopicPartition> partitions, Duration timeout) {
    if (silentOnce.getAndSet(false)) {
      throw new TimeoutException("planted");
    }
    Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata before = seeded.get(partition);
      if (before != null) {
        found.put(partition, before);
      }
    }
    return found;
  }

  @Override
  public synchronized void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
    if (refusing) {
      callback.onComplete(null, new TopicAuthorizationException("planted"));
      return;
    }
    if (isTooLarge(offsets)) {
      callback.onComplete(offsets, new OffsetMetadataTooLarge("planted"));
      return;
    }
    remember(offsets);
    if (holding) {
      unanswered.add(callback);
      return;
    }
    super.commitAsync(offsets, callback);
  }

  @Override
  public synchronized void commitSync(
      Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    if (wakeUpPending) {
      wakeUpPending = false;
      throw new WakeupException();
    }
    beforeCommitSync.run();
    if (rebalancing > 0) {
      throw new RebalanceInProgressException("planted");
    }
    if (isTooLarge(offsets)) {
      throw new OffsetMetadataTooLarge("planted");
    }
    remember(offsets);
  }

  /** The group rebalances: until this consumer has polled so often it refuses each commit. */
  void rebalancesForPolls(int count) {
    rebalancing = count;
  }

  /** The next question for committed offsets is not answered in time. */
  void silentOnce() {
    silentOnce.set(true);
  }

  /** As a broker whose {@code offset.metadata.max.bytes} is this. */
  void takesMetadataUpTo(int length) {
    maxMetadata = length;
  }

  private boolean isTooLarge(Map<TopicPartition, OffsetAndMetadata> offsets) {
    return offsets.values().stream().anyMatch(at -> at.metadata().length() > maxMetadata);
  }

  /** What happens, on the consumer's thread, when a commit is waited for; it may throw. */
  void beforeCommitSync(Runnable event) {
    beforeCommitSync = event;
  }

  private void remember(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach(
        (partition, offset) ->
            commits.computeIfAbsent(partition, _ -> new CopyOnWriteArrayList<>()).add(offset));
  }
}
