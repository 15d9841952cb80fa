package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;

/**
 * A client that asks a cluster about topics and groups, each question within a bounded time. For
 * one thread.
 */
public final class TopicAdmin implements AutoCloseable {

  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** What the client's own time-out may be late by. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** The exception where the cluster as a whole gives no answer, or rejects the login. */
  public static final class NoReplyException extends Exception {
    private static final long serialVersionUID = 1;

    private final Throwable reason;

    NoReplyException(Throwable reason) {
      super(reason);
      this.reason = reason;
    }

    Throwable reason() {
      return reason;
    }
  }

  private final Admin admin;
  private final Duration patience;

  /**
   * @param client what every Kafka client is configured with
   * @param patience bound on each question
   * @throws KafkaException if Kafka's client refuses its settings
   */
  public TopicAdmin(Map<String, Object> client, Duration patience) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("client.id", "ringpost-topic-check");
    this(Admin.create(settings), patience);
  }

  /**
   * @param admin is closed with it
   */
  TopicAdmin(Admin admin, Duration patience) {
    this.admin = admin;
    this.patience = patience;
  }

  /** Which topics exist, and what this user may do with them. */
  Map<TopicRule, BrokerReply<TopicDescription>> describe(List<TopicRule> rules)
      throws NoReplyException {
    return answers(
        rules,
        admin
            .describeTopics(
                rules.stream().map(TopicRule::name).toList(),
                new DescribeTopicsOptions().includeAuthorizedOperations(true).timeoutMs(millis()))
            .topicNameValues());
  }

  /**
   * Creates topics as their rules want them.
   *
   * @param dry whether the cluster shall only say whether it would
   */
  Map<TopicRule, BrokerReply<Void>> create(List<TopicRule> rules, Topics topics, boolean dry)
      throws NoReplyException {
    List<NewTopic> wanted = rules.stream().map(rule -> topic(rule, topics)).toList();
    return answers(
        rules,
        admin
            .createTopics(wanted, new CreateTopicsOptions().timeoutMs(millis()).validateOnly(dry))
            .values());
  }

  /**
   * Whether a group takes offsets from us. The offset is one of a partition that does not exist, so
   * that it changes nothing: brokers look at the right to the group first, then refuse the
   * partition, and the group never hears of it.
   *
   * @param topic some topic that the group reads
   */
  public BrokerReply<Void> commitNowhere(String group, String topic) throws NoReplyException {
    var nowhere = new TopicPartition(topic, Integer.MAX_VALUE);
    return answer(
        admin
            .alterConsumerGroupOffsets(
                group,
                Map.of(nowhere, new OffsetAndMetadata(0)),
                new AlterConsumerGroupOffsetsOptions().timeoutMs(millis()))
            .partitionResult(nowhere));
  }

  /** How Kafka's controllers stand to one another. */
  public BrokerReply<QuorumInfo> quorum() throws NoReplyException {
    return answer(
        admin
            .describeMetadataQuorum(new DescribeMetadataQuorumOptions().timeoutMs(millis()))
            .quorumInfo());
  }

  private static NewTopic topic(TopicRule rule, Topics topics) {
    return new NewTopic(
            rule.name(),
            Optional.of(topics.partitions()),
            Optional.of((short) topics.replicationFactor()))
        .configs(rule.settings(topics.replicationFactor()));
  }

  /** How topics are set. */
  Map<TopicRule, BrokerReply<Config>> settings(List<TopicRule> rules) throws NoReplyException {
    List<ConfigResource> resources =
        rules.stream()
            .map(rule -> new ConfigResource(ConfigResource.Type.TOPIC, rule.name()))
            .toList();
    Map<String, KafkaFuture<Config>> futures = new HashMap<>();
    admin
        .describeConfigs(resources, new DescribeConfigsOptions().timeoutMs(millis()))
        .values()
        .forEach((resource, future) -> futures.put(resource.name(), future));
    return answers(rules, futures);
  }

  private <T> Map<TopicRule, BrokerReply<T>> answers(
      List<TopicRule> rules, Map<String, KafkaFuture<T>> futures) throws NoReplyException {
    Map<TopicRule, BrokerReply<T>> answers = new LinkedHashMap<>();
    for (TopicRule rule : rules) {
      KafkaFuture<T> future = futures.get(rule.name());
      if (future != null) {
        answers.put(rule, answer(future));
      }
    }
    return answers;
  }

  private <T> BrokerReply<T> answer(KafkaFuture<T> future) throws NoReplyException {
    try {
      return new BrokerReply.Given<>(
          future.get(patience.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      if (reason instanceof org.apache.kafka.common.errors.TimeoutException
          || reason instanceof AuthenticationException) {
        throw new NoReplyException(reason);
      }
      return new BrokerReply.Failed<>(reason);
    } catch (TimeoutException e) {
      throw new NoReplyException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoReplyException(e);
    }
  }

  private int millis() {
    return Math.toIntExact(patience.toMillis());
  }

  @Override
  public void close() {
    admin.close(CLOSING);
  }
}
