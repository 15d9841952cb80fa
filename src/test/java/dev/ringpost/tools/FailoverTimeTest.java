package dev.ringpost.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Secret;
import dev.ringpost.config.RingpostConfig.GroupProtocol;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
