package dev.ringpost.tools.records;

import dev.ringpost.call.Origin;
import dev.ringpost.tools.topics.FailureWords;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * The standing of a consumer group at one partition.
 *
 * @param members how many the group has
 * @param owner the member that owns the partition, by client id and host
 * @param committed the offset that the group has committed there
 */
public record GroupStanding(int members, Optional<String> owner, OptionalLong committed) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /**
   * Asks the cluster. A group that does not exist has no members.
   *
   * @param client what every Kafka client is configured with
   * @param place a record on the partition
   * @throws UnreadableTopicsException if the cluster does not say
   */
  public static GroupStanding of(Map<String, Object> client, String group, Origin place)
      throws UnreadableTopicsException {
    var partition = new TopicPartition(place.topic(), place.partition());
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("client.id", "ringpost-group-standing");
    try (Admin admin = Admin.create(settings)) {
      try {
        return of(admin, group, partition);
      } finally {
        admin.close(CLOSING);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return new GroupStanding(0, Optional.empty(), OptionalLong.empty());
      }
      throw failed(group, e);
    } catch (KafkaException | TimeoutException e) {
      throw failed(group, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(group, e);
    }
  }

  private static GroupStanding of(Admin admin, String group, TopicPartition partition)
      throws ExecutionException, InterruptedException, TimeoutException {
    long millis = PATIENCE.toMillis();
    Map<String, ConsumerGroupDescription> described =
        admin.describeConsumerGroups(List.of(group)).all().get(millis, TimeUnit.MILLISECONDS);
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get(millis, TimeUnit.MILLISECONDS);
    List<MemberDescription> members =
        described.values().stream().flatMap(it -> it.members().stream()).toList();
    OffsetAndMetadata committed = offsets.get(partition);
    return new GroupStanding(
        members.size(),
        members.stream()
            .filter(member -> member.assignment().topicPartitions().contains(partition))
            .findFirst()
            .map(member -> member.clientId() + " at " + member.host().replaceFirst("^/", "")),
        committed == null ? OptionalLong.empty() : OptionalLong.of(committed.offset()));
  }

  /** Kafka's admin client does not name the group that it may not see. */
  private static UnreadableTopicsException failed(String group, Exception failure) {
    return new UnreadableTopicsException("group " + group + ": " + FailureWords.of(failure));
  }
}
