package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.drills.DrillCluster.Excuse;
import dev.ringpost.testing.CallPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The drills of trouble with Kafka. */
@Isolated
@Timeout(150)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KafkaDrill {

  private static final Duration SHORTLY = Duration.ofSeconds(2);

  private DrillSeries series;
  private DrillCluster cluster;

  @BeforeAll
  void open(@TempDir Path folder) {
    series = DrillSeries.begin(folder, "kafka");
    cluster = series.cluster();
  }

  @AfterAll
  void everyGuaranteeHeld() throws IOException {
    series.end(0);
  }

  @Test
  @Order(1)
  void aBrokerGoesAndComesBack() {
    int broker = cluster.kafka().brokers().brokerIds().getFirst();
    series.drill(
        "one of three brokers stops for 4 s",
        Excuse.REPEATS,
        SHORTLY,
        () -> {
          cluster.kafka().brokers().stopBroker(broker);
          DrillCluster.pause(Duration.ofSeconds(4));
          cluster.kafka().brokers().startBroker(broker);
        });
  }

  @Test
  @Order(2)
  void theResultsHaveNoLeader() {
    int broker = cluster.kafka().brokers().brokerIds().getLast();
    series.drill(
        "the results topic has no leader for 6 s",
        Excuse.REPEATS,
        SHORTLY,
        () -> {
          long before = cluster.apns().received();
          cluster.kafka().brokers().stopBroker(broker);
          DrillCluster.pause(Duration.ofSeconds(6));
          assertThat(cluster.apns().received() - before).as("phones ring on").isGreaterThan(50);
          cluster.kafka().brokers().startBroker(broker);
        });
  }

  @Test
  @Order(3)
  void noBrokerIsThere() {
    series.drill(
        "no broker for 15 s",
        Excuse.REPEATS,
        Duration.ofSeconds(4),
        () -> {
          cluster.kafka().brokers().stopBrokers();
          DrillCluster.pause(Duration.ofSeconds(15));
          cluster.kafka().brokers().startBrokers();
        });
  }

  @Test
  @Order(4)
  void poisonComesAmongTheCalls() {
    List<String> poison = CallHardships.POISON;
    DrillRow row =
        series.drill(
            poison.size() + " kinds of poison records among the calls",
            Excuse.NONE,
            SHORTLY,
            () -> {
              for (String value : poison) {
                cluster.platform().publish(null, value);
                DrillCluster.pause(Duration.ofMillis(50));
              }
            });
    assertThat(row.lost()).isZero();
    assertThat(cluster.platform().deadLetters()).hasSizeGreaterThanOrEqualTo(poison.size());
  }

  @Test
  @Order(5)
  void partitionsAreAdded() {
    series.drill(
        "partitions of the invites grow from 6 to 9",
        Excuse.NONE,
        Duration.ofSeconds(4),
        () -> {
          cluster
              .kafka()
              .admin()
              .createPartitions(Map.of(CallPlatform.INVITES, NewPartitions.increaseTo(9)))
              .all()
              .get();
          cluster.fleet().awaitSharing(9);
        });
  }

  @Test
  @Order(6)
  void theTopicOfTokensIsMadeAnew() {
    series.drill(
        "the token topic is deleted and recreated",
        Excuse.MISSES,
        SHORTLY,
        cluster::recreateTokens);
  }
}
