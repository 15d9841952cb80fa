package dev.ringpost.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.testing.LocalKafka;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The warnings about topics that somebody has created with Kafka's settings of compaction. */
@Timeout(120)
class LateCompactionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final LocalKafka cluster = LocalKafka.start();
  private static final Admin admin =
      Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));

  @AfterAll
  static void stop() {
    admin.close();
    cluster.close();
  }

  @Test
  void theyAreNamedOnceWithCommandsThatMendThem() throws Exception {
    create("tokens", "compact");
    create("dead", "compact,delete");

    List<Finding> findings = check();

    assertThat(findings)
        .containsExactly(
            Finding.warning(
                "tokens",
                "has segment.ms=604800000,min.cleanable.dirty.ratio=0.5,"
                    + "max.compaction.lag.ms=9223372036854775807, so that superseded registrations"
                    + " stand for long, and each start reads them",
                alter("tokens")
                    + "segment.ms=3600000,min.cleanable.dirty.ratio=0.1,"
                    + "max.compaction.lag.ms=21600000"),
            forgetful("tokens"),
            forgetful("dead"));

    for (Finding finding : findings) {
      obey(finding);
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(check()).isEmpty());
  }

  private static Finding forgetful(String topic) {
    return Finding.warning(
        topic,
        "has delete.retention.ms=86400000, less than the 604800000 that are advised, so that a"
            + " worker that was cut off for longer misses removals",
        alter(topic) + "delete.retention.ms=604800000");
  }

  private static String alter(String topic) {
    return ("kafka-configs.sh --bootstrap-server %s --alter --entity-type topics"
            + " --entity-name %s --add-config ")
        .formatted(cluster.bootstrapServers(), topic);
  }

  private static void create(String name, String cleanup) throws Exception {
    Map<String, String> settings =
        Map.of(
            "cleanup.policy", cleanup,
            "message.timestamp.type", "LogAppendTime",
            "retention.ms", "-1");
    NewTopic topic = new NewTopic(name, Optional.of(1), Optional.of((short) 1));
    admin.createTopics(List.of(topic.configs(settings))).all().get();
  }

  /** Sets what the command of a finding sets. */
  private static void obey(Finding finding) throws Exception {
    List<AlterConfigOp> settings =
        Arrays.stream(finding.fix().split("--add-config ", -1)[1].split(",", -1))
            .map(setting -> setting.split("=", -1))
            .map(setting -> new ConfigEntry(setting[0], setting[1]))
            .map(setting -> new AlterConfigOp(setting, AlterConfigOp.OpType.SET))
            .toList();
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, finding.subject());
    admin.incrementalAlterConfigs(Map.of(topic, settings)).all().get();
  }

  /** As at a worker's start; the other topics are created. */
  private static List<Finding> check() {
    String bootstrap = cluster.bootstrapServers();
    int colon = bootstrap.lastIndexOf(':');
    var server =
        new Server(bootstrap.substring(0, colon), Integer.parseInt(bootstrap.substring(colon + 1)));
    var topics =
        new Topics(
            true,
            1,
            1,
            "invites",
            "tokens",
            "dead",
            "signals",
            "results",
            "retry",
            "missed",
            "dead-letters",
            Optional.empty());
    return new TopicCheck(
            new Kafka(List.of(server), Map.of(), GroupProtocol.CLASSIC),
            topics,
            1,
            Duration.ofMinutes(2),
            PATIENCE,
            IfMissing.atStart(topics))
        .run();
  }
}
