package dev.ringpost.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Secret;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FailoverTimeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LITTLE_PATIENCE = Duration.ofMillis(300);
  private static final Server NOBODY = new Server("localhost", 1);

  @Test
  void theClassicProtocolHasTheClientsOwnTimeOut() {
    var byDefault = new Kafka(List.of(NOBODY), Map.of(), GroupProtocol.CLASSIC);
    assertThat(FailoverTime.of(byDefault, "ringpost", PATIENCE))
        .hasValue(new FailoverTime(Duration.ofSeconds(6), Duration.ofMillis(1500)));

    var own =
        new Kafka(
            List.of(NOBODY),
            Map.of("session.timeout.ms", new Secret("9000")),
            GroupProtocol.CLASSIC);
    assertThat(FailoverTime.of(own, "ringpost", PATIENCE))
        .hasValue(new FailoverTime(Duration.ofSeconds(9), Duration.ofMillis(1500)))
        .get()
        .returns(Duration.ofMillis(10_500), FailoverTime::longest);
  }

  @Test
  void theTimeOutIsReadAsKafkasClientReadsIt(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("session"), "11000");

    assertThat(classic(Map.of("session.timeout.ms", "10000 "))).hasValue(Duration.ofSeconds(10));
    assertThat(
            classic(
                Map.of(
                    "session.timeout.ms",
                    "${directory:" + folder + ":session}",
                    "config.providers",
                    "directory",
                    "config.providers.directory.class",
                    DirectoryConfigProvider.class.getName())))
        .hasValue(Duration.ofSeconds(11));
  }

  @Test
  void aTimeIsSlowFromMoreThanAThirdOfTheRing() {
    var ring = Duration.ofSeconds(30);

    assertThat(session(Duration.ofSeconds(10)).isSlow(ring)).isFalse();
    assertThat(session(Duration.ofMillis(10_001)).isSlow(ring)).isTrue();
  }

  private static FailoverTime session(Duration session) {
    return new FailoverTime(session, Duration.ofSeconds(1));
  }

  private static Optional<Duration> classic(Map<String, String> properties) {
    Map<String, Secret> secrets = new HashMap<>();
    properties.forEach((name, value) -> secrets.put(name, new Secret(value)));
    var kafka = new Kafka(List.of(NOBODY), secrets, GroupProtocol.CLASSIC);
    return FailoverTime.of(kafka, "ringpost", PATIENCE).map(FailoverTime::session);
  }

  @Test
  void theConsumerProtocolHasTheBrokersTimes() {
    var settings =
        Map.of(
            "group.consumer.session.timeout.ms", "47000",
            "group.consumer.heartbeat.interval.ms", "7000",
            "group.consumer.max.session.timeout.ms", "50000",
            "group.min.session.timeout.ms", "2500");
    try (var cluster = LocalKafka.startCluster(2, settings)) {
      Kafka kafka = at(cluster.bootstrapServers(), GroupProtocol.CONSUMER);

      assertThat(FailoverTime.of(kafka, "ringpost", PATIENCE))
          .hasValue(new FailoverTime(Duration.ofSeconds(47), Duration.ofSeconds(7)));
      assertThat(SessionBounds.atBrokers(kafka, PATIENCE))
          .hasValue(new SessionBounds(Duration.ofSeconds(45), Duration.ofSeconds(50)));
      assertThat(
              SessionBounds.atBrokers(
                  at(cluster.bootstrapServers(), GroupProtocol.CLASSIC), PATIENCE))
          .hasValue(new SessionBounds(Duration.ofMillis(2500), Duration.ofMinutes(30)));
    }
  }

  private static Kafka at(String bootstrapServers, GroupProtocol protocol) {
    String first = bootstrapServers.split(",", 2)[0];
    int port = Integer.parseInt(first.substring("localhost:".length()));
    return new Kafka(List.of(new Server("localhost", port)), Map.of(), protocol);
  }

  @Test
  void aBrokerThatDoesNotAnswerTellsNothingInBoundedTime() {
    var kafka =
        new Kafka(
            List.of(new Server("localhost", FreePort.find())), Map.of(), GroupProtocol.CONSUMER);

    assertThat(FailoverTime.of(kafka, "ringpost", LITTLE_PATIENCE)).isEmpty();
    assertThat(SessionBounds.atBrokers(kafka, LITTLE_PATIENCE)).isEmpty();
  }
}
