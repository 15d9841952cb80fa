package dev.ringpost.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.tools.topics.KafkaCommands;
import dev.ringpost.tools.topics.TopicAdmin;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClockCheckTest {

  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final Duration SKEW = Duration.ofSeconds(45);

  @Test
  void aClockThatIsAheadOrBehindFailsAndTheWayIsTold() throws Exception {
    try (var cluster = LocalKafka.start()) {
      assertThat(at(cluster, Duration.ZERO)).returns(Severity.OK, CheckLine::severity);
      assertThat(at(cluster, SKEW))
          .returns(Severity.FAILED, CheckLine::severity)
          .satisfies(line -> assertThat(line.found()).containsPattern("at least 4\\d s ahead of"));
      assertThat(at(cluster, SKEW.negated()))
          .returns(Severity.FAILED, CheckLine::severity)
          .satisfies(line -> assertThat(line.found()).containsPattern("at least 4\\d s behind"));
    }
  }

  @Test
  void aSlowAnswerIsNoWrongClock() {
    Instant kafka = NOW;

    assertThat(ClockCheck.compare(kafka, NOW.minusSeconds(5), NOW.plusSeconds(5)).severity())
        .isEqualTo(Severity.OK);
    assertThat(ClockCheck.compare(kafka, NOW.plus(ClockCheck.TOLERANCE), NOW.plusSeconds(9)))
        .returns(Severity.OK, CheckLine::severity);
    assertThat(
            ClockCheck.compare(
                kafka, NOW.plus(ClockCheck.TOLERANCE).plusMillis(1), NOW.plusSeconds(9)))
        .returns(Severity.FAILED, CheckLine::severity);
    assertThat(
            ClockCheck.compare(
                kafka, NOW.minusSeconds(9), NOW.minus(ClockCheck.TOLERANCE).minusMillis(1)))
        .returns(Severity.FAILED, CheckLine::severity);
  }

  private static CheckLine at(LocalKafka cluster, Duration skew) throws Exception {
    String port = cluster.bootstrapServers().substring("localhost:".length());
    var kafka =
        new Kafka(
            List.of(new Server("localhost", Integer.parseInt(port))),
            Map.of(),
            GroupProtocol.CLASSIC);
    InstantSource clock = InstantSource.offset(InstantSource.system(), skew);
    try (var admin = new TopicAdmin(kafka.clientProperties(), Duration.ofSeconds(20))) {
      return new ClockCheck(admin, clock, new KafkaCommands(kafka)).line();
    }
  }
}
