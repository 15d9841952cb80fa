package dev.ringpost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.cli.operator.OperatorCommands;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ringpost trace} as it is typed wrongly, which is said before anything is read. */
@Timeout(60)
class TraceCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void tokensAreRevealedToAppleOnly() {
    assertThat(run("--reveal")).isEqualTo(2);

    assertThat(err.toString().lines())
        .containsExactly(
            "ringpost: --reveal prints tokens with --for-apple only; give both",
            "See: ringpost trace --help");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--around=yesterday", "--window=0s", "--window=25h"})
  void aTimeThatIsNoneIsAMistake(String option) {
    assertThat(run(option)).isEqualTo(2);

    assertThat(err.toString()).contains(option.substring(0, option.indexOf('=')) + " must be ");
    assertThat(out.toString()).isEmpty();
  }

  private int run(String option) {
    var printed = new PrintWriter(out);
    var told = new PrintWriter(err);
    return new Cli(
            printed,
            told,
            Logging.of(new LoggerContext()),
            OperatorCommands.all(
                    Map.of(),
                    InstantSource.system(),
                    UUID::randomUUID,
                    _ -> {},
                    InputStream.nullInputStream(),
                    _ -> {},
                    _ -> 0,
                    printed,
                    told)
                .toArray())
        .run("trace", "c1", option, "--config", "not-read.yaml");
  }
}
