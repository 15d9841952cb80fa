package dev.ringpost.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.tools.check.CheckLine;
import dev.ringpost.tools.check.ReplicaCheck;
import dev.ringpost.tools.topics.KafkaCommands;
import dev.ringpost.tools.topics.TopicRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The report on replicas, of one partition more or less and one replica more or less. */
@Timeout(30)
class ReplicasTest {

  private static final List<Node> ALL = List.of(node(1), node(2), node(3));

  @Test
  void nothingIsToldWhereAsManyAreInSyncAsThereAre() {
    assertThat(lines(2, whole(0), whole(1))).isEmpty();
  }

  @Test
  void onePartitionWithoutALeaderFails() {
    var gone = List.of(new Node(1, "", -1), node(2));
    var leaderless = new TopicPartitionInfo(1, null, gone, List.of());

    assertThat(lines(1, whole(0), leaderless))
        .singleElement()
        .returns(Severity.FAILED, CheckLine::severity)
        .returns(
            "1 of 2 partitions has no leader (not there: broker 1): nothing can be read or written"
                + " there",
            CheckLine::found);
  }

  @Test
  void aPartitionThatHasALeaderAndTooFewInSyncIsToldBesideOneWithout() {
    var leaderless = new TopicPartitionInfo(1, null, ALL, List.of());

    assertThat(lines(2, inSync(0, 1), leaderless))
        .extracting(CheckLine::severity)
        .containsExactly(Severity.FAILED, Severity.FAILED);
  }

  @Test
  void asManyInSyncAsAreAskedForCanBeWrittenAndTheThirdIsMissed() {
    assertThat(lines(2, whole(0), inSync(1, 2)))
        .singleElement()
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).startsWith("1 of 2 partitions has a replica"));
    assertThat(lines(3, whole(0), inSync(1, 2)))
        .singleElement()
        .returns(Severity.FAILED, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("min.insync.replicas=3"));
  }

  @Test
  void twoInSyncAreAskedForOnlyWhereThreeAre() {
    var two = List.of(node(1), node(2));

    assertThat(lines(1, whole(0)))
        .singleElement()
        .returns(Severity.WARNING, CheckLine::severity)
        .satisfies(line -> assertThat(line.found()).contains("min.insync.replicas=1"));
    assertThat(lines(1, whole(0), new TopicPartitionInfo(1, node(1), two, two))).isEmpty();
  }

  @Test
  void whatThisUserMayNotSeeIsNotGuessed() {
    assertThat(lines(Optional.empty(), whole(0))).isEmpty();
  }

  private static List<CheckLine> lines(long minInSync, TopicPartitionInfo... partitions) {
    return lines(Optional.of(minInSync), partitions);
  }

  private static List<CheckLine> lines(Optional<Long> minInSync, TopicPartitionInfo... partitions) {
    var kafka = new Kafka(List.of(new Server("localhost", 9092)), Map.of(), GroupProtocol.CLASSIC);
    var topics =
        new Topics(
            true,
            3,
            2,
            "invites",
            "tokens",
            "dead",
            "signals",
            "results",
            "retry",
            "missed",
            "x",
            Optional.empty());
    TopicRule results =
        TopicRule.of(topics, 0).stream()
            .filter(rule -> rule.name().equals("results"))
            .findFirst()
            .orElseThrow();
    var seen = new TopicDescription("results", false, Arrays.asList(partitions));
    return new ReplicaCheck(results, seen, minInSync, new KafkaCommands(kafka)).lines();
  }

  private static TopicPartitionInfo whole(int partition) {
    return inSync(partition, ALL.size());
  }

  private static TopicPartitionInfo inSync(int partition, int replicas) {
    return new TopicPartitionInfo(partition, node(1), ALL, ALL.subList(0, replicas));
  }

  private static Node node(int id) {
    return new Node(id, "broker-" + id, 9092);
  }
}
