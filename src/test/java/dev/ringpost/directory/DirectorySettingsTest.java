package dev.ringpost.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DirectorySettingsTest {

  private static DirectorySettings of(
      String tokens, String dead, String calls, Map<String, Object> properties) {
    return DirectorySettings.of(tokens, dead, calls, Duration.ofMinutes(2), properties, true);
  }

  @Test
  void hasDefaultTimes() {
    var settings = of("tokens", "dead", "calls", Map.of());

    assertThat(settings.maxBehind()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.topicCheck()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.tombstoneMemory()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(" ", "dead", "calls", Map.of()))
        .withMessageContaining("topics.tokens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("same", "same", "calls", Map.of()))
        .withMessageContaining("topics.invalidations");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("same", "dead", "same", Map.of()))
        .withMessage("topics.signals must be another topic than topics.tokens, not same");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("tokens", "same", "same", Map.of()))
        .withMessageContaining("topics.signals");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new DirectorySettings(
                    "tokens",
                    "dead",
                    "calls",
                    Map.of(),
                    true,
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Optional.empty(),
                    Optional.empty()))
        .withMessageContaining("maxBehind");
  }

  @Test
  void doesNotPrintWhatMayBeAPassword() {
    assertThat(of("tokens", "dead", "calls", Map.of("sasl.jaas.config", "secret")).toString())
        .contains("sasl.jaas.config")
        .doesNotContain("secret");
  }
}
