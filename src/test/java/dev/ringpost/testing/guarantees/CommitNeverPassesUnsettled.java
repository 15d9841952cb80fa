package dev.ringpost.testing.guarantees;

import dev.ringpost.call.Origin;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.TopicContents;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The guarantee that no committed offset is beyond an invite that is not settled: by a final
 * result, a dead letter, or the record of its next try; a result that only says so is none. It
 * looks at the group again and again while things happen: first at what is committed, then at what
 * was stored by then, so that what comes after its commit is found out.
 */
public final class CommitNeverPassesUnsettled implements Guarantee, AutoCloseable {

  /** What the names of the retry topics begin with. */
  static final String RETRIES = "call-invites.retry-";

  private static final Duration LOOK_EVERY = Duration.ofMillis(150);

  private final Supplier<Set<Origin>> invites;
  private final String group;
  private final Predicate<Origin> unread;
  private final Admin admin;
  private final String bootstrapServers;
  private final TopicContents contents;
  private Optional<TopicContents> retries = Optional.empty();
  private final Set<String> settled = new HashSet<>();
  private final Map<Origin, String> breaches = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread watching;
  private volatile int looks;

  public CommitNeverPassesUnsettled(CallPlatform platform, String group) {
    this(platform, group, _ -> false);
  }

  /**
   * @param unread whether an invite was removed by Kafka before any worker could read it
   */
  public CommitNeverPassesUnsettled(CallPlatform platform, String group, Predicate<Origin> unread) {
    this(platform.bootstrapServers(), group, () -> platform.invited().keySet(), unread);
  }

  private CommitNeverPassesUnsettled(
      String bootstrapServers,
      String group,
      Supplier<Set<Origin>> invites,
      Predicate<Origin> unread) {
    this.bootstrapServers = bootstrapServers;
    this.invites = invites;
    this.unread = unread;
    this.group = group;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.contents =
        TopicContents.of(bootstrapServers, CallPlatform.RESULTS, CallPlatform.DEAD_LETTERS);
    this.watching = Thread.ofPlatform().daemon().name("commit-watch").start(this::watch);
  }

  /**
   * The same for more calls than a platform can remember.
   *
   * @param invites those that Kafka has; one whose final result was read may be left out
   */
  public static CommitNeverPassesUnsettled among(
      String bootstrapServers, String group, Supplier<Set<Origin>> invites) {
    return new CommitNeverPassesUnsettled(bootstrapServers, group, invites, _ -> false);
  }

  @Override
  public List<String> breaches() {
    look();
    return breaches.entrySet().stream()
        .filter(breach -> !unread.test(breach.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** How often it has looked; a check that never looked proves nothing. */
  public int looks() {
    return looks;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      watching.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    contents.close();
    retries.ifPresent(TopicContents::close);
    admin.close(Duration.ZERO);
  }

  private void watch() {
    try {
      while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Before there are such topics no retry is stored. */
  private void openRetries() throws InterruptedException, ExecutionException {
    if (retries.isEmpty()) {
      String[] topics =
          admin.listTopics().names().get().stream()
              .filter(topic -> topic.startsWith(RETRIES))
              .toArray(String[]::new);
      if (topics.length > 0) {
        retries = Optional.of(TopicContents.of(bootstrapServers, topics));
      }
    }
  }

  private static boolean settles(ConsumerRecord<byte[], byte[]> record) {
    return record.topic().equals(CallPlatform.DEAD_LETTERS)
        || CallPlatform.json(record).path("final").asBoolean();
  }

  private synchronized void look() {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      contents.newUpToNow().stream()
          .filter(CommitNeverPassesUnsettled::settles)
          .forEach(record -> settled.add(TopicContents.inviteOf(record)));
      openRetries();
      retries.ifPresent(
          topics ->
              topics.newUpToNow().forEach(record -> settled.add(TopicContents.inviteOf(record))));
      for (var invite : List.copyOf(invites.get())) {
        OffsetAndMetadata offset =
            committed.get(new TopicPartition(invite.topic(), invite.partition()));
        if (offset != null
            && offset.offset() > invite.offset()
            && !settled.contains(invite.partition() + "@" + invite.offset())) {
          breaches.put(
              invite, invite + " is not settled, but " + offset.offset() + " is committed already");
        }
      }
      looks++;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | KafkaException _) {
      // Kafka is away, which is what some tests are about; what was not seen is not counted.
    }
  }
}
