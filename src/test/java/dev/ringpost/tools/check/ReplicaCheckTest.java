package dev.ringpost.tools.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.tools.topics.BrokerAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The report on the topics of a cluster that has lost brokers, or that cannot be reached. */
@Timeout(120)
class ReplicaCheckTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration RING_MAX = Duration.ofMinutes(2);

  @Test
  void twoDeadBrokersOfThreeFailWhereTwoReplicasAreNeeded() {
    try (var cluster = LocalKafka.startCluster()) {
      assertThat(report(cluster, true).severity()).isEqualTo(Severity.OK);
      assertThat(report(cluster, false).lines())
          .as("what we make asks for two replicas in sync")
          .allMatch(line -> line.severity() == Severity.OK);

      List<Integer> brokers = cluster.brokerIds();
      cluster.stopBroker(brokers.get(1));
      cluster.stopBroker(brokers.get(2));

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(line(report(cluster, false), "results"))
                      .returns(Severity.FAILED, CheckLine::severity)
                      .returns(
                          "2 of 2 partitions have fewer replicas in sync than"
                              + " min.insync.replicas=2 (not there: brokers %d, %d): nothing can"
                                  .formatted(brokers.get(1), brokers.get(2))
                              + " be written there that must not get lost",
                          CheckLine::found));
    }
  }

  @Test
  void oneReplicaInSyncOfThreeIsToldWithItsFix() throws Exception {
    try (var cluster = LocalKafka.startCluster();
        var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("results", 1, (short) 3))).all().get();
      CheckReport report = report(cluster, true);

      assertThat(report.lines())
          .filteredOn(line -> line.found().contains("min.insync.replicas=1"))
          .singleElement()
          .returns(Severity.WARNING, CheckLine::severity)
          .returns("results", CheckLine::subject)
          .satisfies(line -> assertThat(line.fix()).endsWith("min.insync.replicas=2"));
    }
  }

  @Test
  void aListenerThatNobodyCanReachIsNamed() throws Exception {
    int port = FreePort.find();
    try (var forwarding = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var cluster =
            LocalKafka.start(
                Map.of(
                    "listeners",
                    "EXTERNAL://localhost:0,CHOSEN://localhost:"
                        + port
                        + ",CONTROLLER://localhost:0",
                    "advertised.listeners",
                    "EXTERNAL://localhost:1,CHOSEN://localhost:" + forwarding.getLocalPort(),
                    "listener.security.protocol.map",
                    "EXTERNAL:PLAINTEXT,CHOSEN:PLAINTEXT,CONTROLLER:PLAINTEXT"))) {
      assertThat(cluster.brokerIds()).hasSize(1);
      Thread.ofVirtual().start(() -> forward(forwarding, port));
      try (var admin = Admin.create(Map.of("bootstrap.servers", "localhost:" + port))) {
        admin.createTopics(List.of(new NewTopic("results", 1, (short) 1))).all().get();
      }
      String advertised = "localhost:" + forwarding.getLocalPort();
      shut(forwarding);

      // A broker that is busy may need longer than one question waits.
      await()
          .untilAsserted(
              () ->
                  assertThat(new BrokerAddresses(kafka("localhost:" + port)).seen())
                      .contains(
                          "it names its brokers as " + advertised,
                          "but " + advertised + " refuses connections"));
    }
  }

  private static void shut(ServerSocket door) throws IOException {
    door.close();
  }

  /** Carries bytes to a port and back until nobody may come any more. */
  private static void forward(ServerSocket from, int port) {
    while (!from.isClosed()) {
      try {
        Socket near = from.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
        Thread.ofVirtual().start(() -> carry(near, far));
        Thread.ofVirtual().start(() -> carry(far, near));
      } catch (IOException _) {
        return;
      }
    }
  }

  private static void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      return; // one of the two has gone
    }
  }

  private static CheckReport report(LocalKafka cluster, boolean make) {
    return new TopicInspection(kafka(cluster.bootstrapServers()), topics(3), 1, RING_MAX, PATIENCE)
        .report(make);
  }

  private static CheckLine line(CheckReport report, String subject) {
    return report.lines().stream()
        .filter(line -> line.subject().equals(subject))
        .findFirst()
        .orElseThrow();
  }

  private static Kafka kafka(String bootstrap) {
    return new Kafka(
        Arrays.stream(bootstrap.split(",", -1))
            .map(address -> address.split(":", -1))
            .map(parts -> new Server(parts[0], Integer.parseInt(parts[1])))
            .toList(),
        Map.of(),
        GroupProtocol.CLASSIC);
  }

  private static Topics topics(int replicationFactor) {
    return new Topics(
        true,
        replicationFactor,
        2,
        "invites",
        "tokens",
        "invalidations",
        "signals",
        "results",
        "retry",
        "missed",
        "dead-letters",
        Optional.empty());
  }
}
