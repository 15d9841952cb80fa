package dev.ringpost.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DirectorySettingsTest {

  @Test
  void hasDefaultTimes() {
    var settings = DirectorySettings.of("tokens", "dead", Map.of());

    assertThat(settings.maxBehind()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.topicCheck()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.voidMemory()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DirectorySettings.of(" ", "dead", Map.of()))
        .withMessageContaining("topics.tokens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DirectorySettings.of("same", "same", Map.of()))
        .withMessageContaining("topics.invalidations");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new DirectorySettings(
                    "tokens",
                    "dead",
                    Map.of(),
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1)))
        .withMessageContaining("maxBehind");
  }

  @Test
  void doesNotPrintWhatMayBeAPassword() {
    assertThat(
            DirectorySettings.of("tokens", "dead", Map.of("sasl.jaas.config", "secret")).toString())
        .contains("sasl.jaas.config")
        .doesNotContain("secret");
  }
}
