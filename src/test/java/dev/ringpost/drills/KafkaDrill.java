package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.drills.DrillGround.Excuse;
import dev.ringpost.testing.CallPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
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

/** What befalls Kafka. */
@Isolated
@Timeout(150)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KafkaDrill {

  private static final Duration SHORTLY = Duration.ofSeconds(2);

  private DrillDay day;
  private DrillGround ground;

  @BeforeAll
  void open(@TempDir Path folder) {
    day = DrillDay.begin(folder, "kafka");
    ground = day.ground();
  }

  @AfterAll
  void everyGuaranteeHeld() throws IOException {
    day.end(0);
  }

  /** Records of which no invite can be made, each in another way. */
  private static final List<String> POISON =
      List.of(
          "",
          "not json",
          "[]",
          "null",
          "7",
          "{",
          "{}",
          "{\"callee\": \"user-1\"}",
          "{\"callId\": 7, \"callee\": \"user-1\", \"caller\": {\"uri\": \"sip:x\"}}",
          "{\"callId\": \"\", \"callee\": \"user-1\", \"caller\": {\"uri\": \"sip:x\"}}",
          "{\"callId\": \"p\", \"callId\": \"q\"}",
          "[".repeat(10_000),
          "{\"custom\": \"" + "x".repeat(70_000) + "\"}",
          "\u0000\uffff");

  @Test
  @Order(1)
  void aBrokerGoesAndComesBack() {
    int broker = ground.kafka().brokerIds().getFirst();
    day.drill(
        "one of three brokers stops for 4 s",
        Excuse.REPEATS,
        SHORTLY,
        () -> {
          ground.kafka().stopBroker(broker);
          DrillGround.pause(Duration.ofSeconds(4));
          ground.kafka().startBroker(broker);
        });
  }

  @Test
  @Order(2)
  void theResultsHaveNoLeader() {
    int broker = ground.kafka().brokerIds().getLast();
    day.drill(
        "the results topic has no leader for 6 s",
        Excuse.REPEATS,
        SHORTLY,
        () -> {
          long before = ground.apns().received();
          ground.kafka().stopBroker(broker);
          DrillGround.pause(Duration.ofSeconds(6));
          assertThat(ground.apns().received() - before).as("phones ring on").isGreaterThan(50);
          ground.kafka().startBroker(broker);
        });
  }

  @Test
  @Order(3)
  void noBrokerIsThere() {
    day.drill(
        "no broker for 15 s",
        Excuse.REPEATS,
        Duration.ofSeconds(4),
        () -> {
          ground.kafka().stopBrokers();
          DrillGround.pause(Duration.ofSeconds(15));
          ground.kafka().startBrokers();
        });
  }

  @Test
  @Order(4)
  void poisonComesAmongTheCalls() {
    List<String> poison = new ArrayList<>(POISON);
    DrillRow row =
        day.drill(
            POISON.size() + " kinds of poison records among the calls",
            Excuse.NONE,
            SHORTLY,
            () -> {
              for (String value : poison) {
                ground.platform().publish(null, value);
                DrillGround.pause(Duration.ofMillis(50));
              }
            });
    assertThat(row.lost()).isZero();
    assertThat(ground.platform().deadLetters()).hasSizeGreaterThanOrEqualTo(POISON.size());
  }

  @Test
  @Order(5)
  void partitionsAreAdded() {
    day.drill(
        "partitions of the invites grow from 6 to 9",
        Excuse.NONE,
        Duration.ofSeconds(4),
        () -> {
          ground
              .admin()
              .createPartitions(Map.of(CallPlatform.INVITES, NewPartitions.increaseTo(9)))
              .all()
              .get();
          ground.fleet().awaitSharing(9);
        });
  }

  @Test
  @Order(6)
  void theTopicOfTokensIsMadeAnew() {
    day.drill(
        "the token topic is deleted and recreated",
        Excuse.NONE,
        SHORTLY,
        () -> {
          ground.admin().deleteTopics(List.of(CallPlatform.TOKENS)).all().get();
          DrillGround.pause(Duration.ofSeconds(1));
          var topic = new NewTopic(CallPlatform.TOKENS, DrillGround.PARTITIONS, (short) 3);
          ground.create(topic.configs(Map.of("cleanup.policy", "compact")));
          ground.registerAll();
        });
  }
}
