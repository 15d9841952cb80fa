package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.delivery.flood.FloodSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits on how often somebody is rung, from the file to their room. */
class FloodConfigTest {

  private final ConfigFolder folder;

  FloodConfigTest(@TempDir Path temporary) {
    folder = new ConfigFolder(temporary);
  }

  @Test
  void nobodyIsLimitedUnlessItIsAskedFor() {
    assertThat(flood(folder.load(ConfigFolder.SMALLEST)))
        .isEqualTo(new FloodSettings(0, 0, Duration.ofMinutes(1)));
  }

  @Test
  void eachKeyReachesItsOwnLimit() {
    RingpostConfig config =
        folder.load(
            ConfigFolder.SMALLEST
                + """
                ring: {max-per-callee: 7, max-per-caller: 11, flood-window: 90s}
                """);

    assertThat(flood(config)).isEqualTo(new FloodSettings(7, 11, Duration.ofSeconds(90)));
  }

  @Test
  void eachVariableReachesItsOwnLimit() {
    RingpostConfig config =
        folder.load(
            ConfigFolder.SMALLEST,
            Map.of("RINGPOST_RING_MAX_PER_CALLEE", "5", "RINGPOST_RING_MAX_PER_CALLER", "3"));

    assertThat(flood(config)).isEqualTo(new FloodSettings(5, 3, Duration.ofMinutes(1)));
  }

  @Test
  void aLimitIsNoneOrUpToWhatCanBeRemembered() {
    for (String key : List.of("max-per-callee", "max-per-caller")) {
      for (int wrong : List.of(-1, FloodSettings.MOST + 1)) {
        String yaml = ConfigFolder.SMALLEST + "ring:\n  %s: %d\n".formatted(key, wrong);

        assertThat(folder.problems(yaml)).anySatisfy(it -> assertThat(it).contains("ring." + key));
      }
    }
  }

  private static FloodSettings flood(RingpostConfig config) {
    return new RoomSettings(config).flood();
  }
}
