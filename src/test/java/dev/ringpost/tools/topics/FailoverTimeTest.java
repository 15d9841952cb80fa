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
    assertThat(FailoverTime.of(byDefault, "ringpost", PATIENCE)).hasValue(Duration.ofSeconds(6));

    var own =
        new Kafka(
            List.of(NOBODY),
            Map.of("session.timeout.ms", new Secret("9000")),
            GroupProtocol.CLASSIC);
    assertThat(FailoverTime.of(own, "ringpost", PATIENCE)).hasValue(Duration.ofSeconds(9));
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

    assertThat(FailoverTime.isSlow(Duration.ofSeconds(10), ring)).isFalse();
    assertThat(FailoverTime.isSlow(Duration.ofMillis(10_001), ring)).isTrue();
  }

  private static Optional<Duration> classic(Map<String, String> properties) {
    Map<String, Secret> secrets = new HashMap<>();
    properties.forEach((name, value) -> secrets.put(name, new Secret(value)));
    var kafka = new Kafka(List.of(NOBODY), secrets, GroupProtocol.CLASSIC);
    return FailoverTime.of(kafka, "ringpost", PATIENCE);
  }

  @Test
  void theConsumerProtocolHasTheBrokersTimeOut() {
    var settings = Map.of("group.consumer.session.timeout.ms", "47000");
    try (var cluster = LocalKafka.start(settings)) {
      String port = cluster.bootstrapServers().substring("localhost:".length());
      var kafka =
          new Kafka(
              List.of(new Server("localhost", Integer.parseInt(port))),
              Map.of(),
              GroupProtocol.CONSUMER);

      assertThat(FailoverTime.of(kafka, "ringpost", PATIENCE)).hasValue(Duration.ofSeconds(47));
    }
  }

  @Test
  void aBrokerThatDoesNotAnswerTellsNothingInBoundedTime() {
    var kafka =
        new Kafka(
            List.of(new Server("localhost", FreePort.find())), Map.of(), GroupProtocol.CONSUMER);

    assertThat(FailoverTime.of(kafka, "ringpost", LITTLE_PATIENCE)).isEmpty();
  }
}
