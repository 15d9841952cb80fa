package dev.ringpost.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class BenchOptionsTest {

  @Test
  void allIsMeasuredUnlessAPartIsNamed() {
    BenchOptions all = options(Map.of());
    assertThat(all.parts()).isEqualTo(BenchOptions.PARTS);
    assertThat(all.programs()).containsExactly(Program.values());
    assertThat(all.turns()).isEqualTo(5);
    assertThat(all.warmUp()).isEqualTo(300_000);
    assertThat(all.cache()).isTrue();

    BenchOptions some =
        options(
            Map.of(
                "bench.parts", "rest, rate",
                "bench.programs", "ringpost,async",
                "bench.turns", "1",
                "bench.warmup", "20_000",
                "bench.cache", "false",
                "bench.file", "a.json"));
    assertThat(some.parts()).containsExactly("rest", "rate");
    assertThat(some.programs()).containsExactly(Program.RINGPOST, Program.ASYNC);
    assertThat(some.turns()).isEqualTo(1);
    assertThat(some.warmUp()).isEqualTo(20_000);
    assertThat(some.cache()).isFalse();
    assertThat(some.file()).isEqualTo(Path.of("a.json"));
  }

  @Test
  void anUnknownPartAndNoTurnAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> options(Map.of("bench.parts", "rates")))
        .withMessageContaining("rates");
    assertThatIllegalArgumentException().isThrownBy(() -> options(Map.of("bench.turns", "0")));
  }

  @Test
  void theFlagsAreThoseOfTheImageWithoutItsOwnFolders() throws IOException {
    assertThat(ImageFlags.read())
        .startsWith("-XX:MaxRAM=768m")
        .contains("-XX:+UseSerialGC", "-XX:MaxRAMPercentage=60")
        .noneMatch(flag -> flag.startsWith("-D"));
  }

  private static BenchOptions options(Map<String, String> properties) {
    return BenchOptions.of(name -> properties.getOrDefault(name, ""));
  }
}
