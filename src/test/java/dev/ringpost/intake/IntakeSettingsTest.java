package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.events.RingSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntakeSettingsTest {

  @Test
  void printedItNamesKafkaPropertiesAndShowsNoValue() {
    var settings =
        new IntakeSettings(
            new IntakeSettings.Source.Fresh("call-invites"),
            "ringpost",
            1,
            1,
            false,
            new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
            IntakeSettings.GroupProtocol.CLASSIC,
            Map.of("ssl.key.password", "hunter2"));

    assertThat(settings.toString())
        .contains("call-invites", "ssl.key.password")
        .doesNotContain("hunter2");
  }
}
