package dev.ringpost.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.testing.LocalKafka;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A topic that another worker creates between the look and the order is there, not missing. */
@Timeout(120)
class TopicsCreatedMeanwhileTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final LocalKafka cluster = LocalKafka.start();

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "ASK"})
  void aTopicThatAnotherCreatesIsLookedAtLikeAnyOther(IfMissing ifMissing) throws Exception {
    String prefix = ifMissing + ".";
    String address = cluster.bootstrapServers();
    int colon = address.lastIndexOf(':');
    var server =
        new Server(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    var kafka = new Kafka(List.of(server), Map.of(), GroupProtocol.CLASSIC);
    var check =
        new TopicCheck(kafka, topics(prefix), 1, Duration.ofMinutes(2), PATIENCE, ifMissing);

    List<Finding> findings;
    try (var admin =
        new TopicAdmin(
            new AnotherWorker(kafka.clientProperties(), prefix + "call-invites"), PATIENCE)) {
      findings = check.run(admin);
    }

    assertThat(findings)
        .extracting(finding -> finding.subject() + " " + finding.found())
        .containsExactly(
            prefix
                + "call-invites has message.timestamp.type=CreateTime, so a producer's wrong clock"
                + " counts");
    assertThat(check.seen().keySet())
        .extracting(TopicRule::name)
        .containsExactly(prefix + "call-invites");
  }

  /** Kafka's own admin client; before each order another hand creates one of the topics. */
  private static final class AnotherWorker extends ForwardingAdmin {

    private final String topic;

    AnotherWorker(Map<String, Object> properties, String topic) {
      super(properties);
      this.topic = topic;
    }

    @Override
    public CreateTopicsResult createTopics(
        Collection<NewTopic> wanted, CreateTopicsOptions options) {
      var it = new NewTopic(topic, 1, (short) 1);
      super.createTopics(List.of(it), new CreateTopicsOptions())
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
      return super.createTopics(wanted, options);
    }
  }

  private static Topics topics(String prefix) {
    return new Topics(
        true,
        1,
        4,
        prefix + "call-invites",
        prefix + "voip-tokens",
        prefix + "voip-token-invalidations",
        prefix + "call-signals",
        prefix + "call-push-results",
        prefix + "call-invites.retry",
        prefix + "missed",
        prefix + "call-invites.dlq",
        Optional.empty());
  }
}
