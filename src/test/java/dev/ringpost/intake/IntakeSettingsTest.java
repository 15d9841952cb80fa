package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.events.RingSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IntakeSettingsTest {

  @Test
  void printedItNamesKafkaPropertiesAndShowsNoValue() {
    assertThat(classic(Map.of("ssl.key.password", "hunter2")).toString())
        .contains("call-invites", "ssl.key.password")
        .doesNotContain("hunter2");
  }

  @Test
  void heartbeatsFollowTheSessionTimeOutUnlessTheyAreSetThemselves() {
    assertThat(heartbeat(Map.of())).isEqualTo(1500);
    assertThat(heartbeat(Map.of("session.timeout.ms", "2000"))).isEqualTo(500);
    assertThat(heartbeat(Map.of("session.timeout.ms", "45000"))).isEqualTo(1500);
    assertThat(heartbeat(Map.of("session.timeout.ms", "2000", "heartbeat.interval.ms", "900")))
        .isEqualTo("900");
    assertThat(heartbeat(Map.of("session.timeout.ms", "soon"))).isEqualTo(1500);
    assertThat(IntakeSettings.heartbeatInterval(Map.of("session.timeout.ms", "2000")))
        .isEqualTo(Duration.ofMillis(500));
    assertThat(IntakeSettings.heartbeatInterval(Map.of("heartbeat.interval.ms", "900")))
        .isEqualTo(Duration.ofMillis(900));
  }

  private static @Nullable Object heartbeat(Map<String, Object> kafkaProperties) {
    return classic(kafkaProperties).consumerProperties().get("heartbeat.interval.ms");
  }

  private static IntakeSettings classic(Map<String, Object> kafkaProperties) {
    return new IntakeSettings(
        new IntakeSettings.Source.Fresh("call-invites"),
        "ringpost",
        1,
        1,
        false,
        new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
        IntakeSettings.GroupProtocol.CLASSIC,
        kafkaProperties);
  }
}
