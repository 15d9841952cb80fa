package dev.ringpost.directory;

import dev.ringpost.directory.PolledQuery.Reply;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The questions to the cluster about what a topic is and where it ends, without ever waiting for
 * the answer. Belongs to one thread.
 */
final class TopicPoller implements AutoCloseable {

  /** Time between two looks at a topic that is missing or could not be looked at. */
  static final Duration MISSING_CHECK = Duration.ofSeconds(1);

  /** Time between two questions for the end: what a view that is up to date may seem behind. */
  static final Duration END_CHECK = Duration.ofMillis(750);

  /** Bound on waiting for an answer before asking again. */
  private static final int ANSWER_WAIT_MS = 5000;

  private static final int REQUEST_WAIT_MS = 3000;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  /** The state of a topic. */
  sealed interface TopicState {

    /**
     * A topic that exists.
     *
     * @param leaderless the partitions that nobody can read at the moment
     */
    record Present(Uuid topicId, int partitionCount, List<Integer> leaderless)
        implements TopicState {}

    /** A topic that the cluster does not know. */
    record Missing() implements TopicState {}

    /** A topic of which the cluster did not say whether it exists. */
    record Unknown(Throwable cause) implements TopicState {}
  }

  private final String topic;
  private final Admin admin;
  private final PolledQuery<TopicDescription> look;
  private PolledQuery<Map<TopicPartition, Long>> ends;

  TopicPoller(String topic, Map<String, Object> properties, Duration topicCheck, long nanoTime) {
    this.topic = topic;
    this.admin = Admin.create(properties(properties));
    this.look = new PolledQuery<>(topicCheck, nanoTime);
    this.ends = new PolledQuery<>(END_CHECK, nanoTime);
  }

  /** What the admin client is made with: the operator's properties, then what must be. */
  static Map<String, Object> properties(Map<String, Object> properties) {
    Map<String, Object> own = new HashMap<>(properties);
    own.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_WAIT_MS);
    own.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_WAIT_MS);
    return own;
  }

  /** The state of the topic, if it was learned since the last call. */
  Optional<TopicState> look(long nanoTime) {
    Optional<TopicState> state =
        look.turn(
                nanoTime,
                () ->
                    Objects.requireNonNull(
                            admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
                        .toCompletionStage())
            .map(answer -> state(answer.outcome()));
    if (state.isPresent() && !(state.get() instanceof TopicState.Present)) {
      look.againAfter(MISSING_CHECK, nanoTime);
    }
    return state;
  }

  private static TopicState state(CompletableFuture<TopicDescription> outcome) {
    if (!outcome.isCompletedExceptionally()) {
      TopicDescription description = outcome.resultNow();
      return new TopicState.Present(
          description.topicId(),
          description.partitions().size(),
          description.partitions().stream()
              .filter(info -> info.leader() == null || info.leader().isEmpty())
              .map(TopicPartitionInfo::partition)
              .toList());
    }
    Throwable cause = outcome.exceptionNow();
    return cause instanceof UnknownTopicOrPartitionException
        ? new TopicState.Missing()
        : new TopicState.Unknown(cause);
  }

  /** Where committed records end, if that was learned since the last call. */
  Optional<Reply<Map<TopicPartition, Long>>> ends(
      Collection<TopicPartition> partitions, long nanoTime) {
    return ends.turn(nanoTime, () -> askEnds(partitions));
  }

  private CompletionStage<Map<TopicPartition, Long>> askEnds(
      Collection<TopicPartition> partitions) {
    ListOffsetsResult asked =
        admin.listOffsets(
            partitions.stream()
                .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest())),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
    Map<TopicPartition, CompletableFuture<ListOffsetsResultInfo>> answers =
        partitions.stream()
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    p -> asked.partitionResult(p).toCompletionStage().toCompletableFuture()));
    return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
        .handle((_, _) -> offsets(answers));
  }

  private static Map<TopicPartition, Long> offsets(
      Map<TopicPartition, CompletableFuture<ListOffsetsResultInfo>> answers) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Map<Integer, String> silent = new TreeMap<>();
    answers.forEach(
        (partition, answer) -> {
          if (answer.isCompletedExceptionally()) {
            silent.put(partition.partition(), answer.exceptionNow().getMessage());
          } else {
            offsets.put(partition, answer.resultNow().offset());
          }
        });
    if (!silent.isEmpty()) {
      throw new KafkaException("the end of these partitions is not known: " + silent);
    }
    return offsets;
  }

  /**
   * For how long the topic keeps removals, its {@code delete.retention.ms}. Unlike the others this
   * waits for the answer.
   *
   * @param wait bound on it
   * @throws KafkaException if the brokers do not say
   */
  Duration removalsKept(Duration wait) {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Config config =
          Objects.requireNonNull(
              admin
                  .describeConfigs(List.of(resource))
                  .all()
                  .get(wait.toMillis(), TimeUnit.MILLISECONDS)
                  .get(resource));
      return Duration.ofMillis(
          Long.parseLong(config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG).value()));
    } catch (ExecutionException e) {
      throw new KafkaException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new KafkaException("no broker answered in " + wait.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Asks for the end again: the partitions are others now. */
  void restartEnds(long nanoTime) {
    ends = new PolledQuery<>(END_CHECK, nanoTime);
  }

  @Override
  public void close() {
    admin.close(CLOSE_WAIT);
  }
}
