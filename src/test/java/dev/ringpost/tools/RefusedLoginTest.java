package dev.ringpost.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Secret;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.tools.topics.IfMissing;
import dev.ringpost.tools.topics.TopicCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The report on a cluster that answers, and refuses this user's login. */
@Timeout(120)
class RefusedLoginTest {

  private static final String SCRAM =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";

  @Test
  void aWrongPasswordIsNoLackOfAnAnswer() {
    int port = FreePort.find();
    try (var _ =
        LocalKafka.start(
            Map.of(
                "listeners",
                "EXTERNAL://localhost:0,GUARDED://localhost:" + port + ",CONTROLLER://localhost:0",
                "listener.security.protocol.map",
                "EXTERNAL:PLAINTEXT,GUARDED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "listener.name.guarded.sasl.enabled.mechanisms",
                "SCRAM-SHA-512",
                "listener.name.guarded.scram-sha-512.sasl.jaas.config",
                SCRAM + ";"))) {
      var kafka =
          new Kafka(
              List.of(new Server("localhost", port)),
              Map.of(
                  "security.protocol",
                  new Secret("SASL_PLAINTEXT"),
                  "sasl.mechanism",
                  new Secret("SCRAM-SHA-512"),
                  "sasl.jaas.config",
                  new Secret(SCRAM + " username=\"nobody\" password=\"hunter2\";")),
              GroupProtocol.CLASSIC);

      assertThat(
              new TopicCheck(
                      kafka,
                      topics(),
                      0,
                      Duration.ofMinutes(2),
                      Duration.ofSeconds(30),
                      IfMissing.TELL)
                  .run())
          .singleElement()
          .satisfies(finding -> assertThat(finding.found()).contains("rejected the login"))
          .satisfies(finding -> assertThat(finding.fix()).contains("security settings"))
          .asString()
          .doesNotContain("hunter2");
    }
  }

  private static Topics topics() {
    return new Topics(
        false,
        1,
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
  }
}
