package dev.ringpost.polling;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor;
import org.apache.kafka.common.TopicPartition;

/**
 * The assignor that gives all partitions to one member, and none to those that stand by: for
 * readers that put together what stands on partitions of two topics, which therefore cannot be
 * shared. Kafka's client makes it by its name.
 */
public final class AllToOneAssignor extends AbstractPartitionAssignor {

  @Override
  public String name() {
    return "ringpost-all-to-one";
  }

  @Override
  public Map<String, List<TopicPartition>> assign(
      Map<String, Integer> partitionsPerTopic, Map<String, Subscription> subscriptions) {
    Map<String, List<TopicPartition>> assignment = new HashMap<>();
    subscriptions.keySet().forEach(member -> assignment.put(member, List.of()));
    subscriptions.keySet().stream()
        .min(String::compareTo)
        .ifPresent(member -> assignment.put(member, all(partitionsPerTopic)));
    return assignment;
  }

  private static List<TopicPartition> all(Map<String, Integer> partitionsPerTopic) {
    return partitionsPerTopic.entrySet().stream()
        .flatMap(
            topic ->
                AbstractPartitionAssignor.partitions(topic.getKey(), topic.getValue()).stream())
        .toList();
  }
}
