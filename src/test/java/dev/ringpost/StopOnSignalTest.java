package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.chart.Chart;
import dev.ringpost.gateway.Gateway;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopOnSignalTest {

  /** A program that works until it is stopped, and then takes its time to leave. */
  static final class Program {
    public static void main(String[] args) throws InterruptedException {
      StopOnSignal signal = new StopOnSignal();
      CountDownLatch stopped = new CountDownLatch(1);
      signal.onStop(stopped::countDown);
      System.out.println("working");
      if (args[0].equals("until-stopped")) {
        stopped.await();
        System.out.println("leaving");
      }
      signal.leave(Integer.parseInt(args[1]));
    }
  }

  @Test
  void theChartGivesAWorkerMoreTimeThanItTakes() {
    var pod = Chart.with("").the("Deployment").at("/spec/template/spec");

    assertThat(Duration.ofSeconds(pod.get("terminationGracePeriodSeconds").asInt()))
        .isGreaterThan(StopOnSignal.LIMIT);
  }

  @Test
  void sigtermLeavesWithTheCodeOfTheProgramOnceItsWorkIsDone() throws Exception {
    Process program = start("until-stopped", "0");
    try (BufferedReader lines = lines(program)) {
      assertThat(lines.readLine()).isEqualTo("working");

      program.toHandle().destroy(); // SIGTERM; Process.destroy would close the streams as well.

      assertThat(lines.readLine()).isEqualTo("leaving");
      assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(program.exitValue()).isZero();
    }
  }

  @Test
  void aProgramThatEndsByItselfLeavesWithItsCode() throws Exception {
    Process program = start("at-once", "70");

    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isEqualTo(70);
  }

  @Test
  void aWorkerThatIsSlowToLeaveIsNotCutOff() throws Exception {
    assertThat(StopOnSignal.LIMIT)
        .isGreaterThan(Worker.LEAVE_BOUND)
        .isGreaterThan(Gateway.LEAVE_BOUND)
        .isLessThan(Duration.ofSeconds(30));
    assertThat(Files.readString(Path.of("docs", "runbook.md")))
        .contains("at most " + StopOnSignal.LIMIT.toSeconds() + " s after SIGTERM");
  }

  private static BufferedReader lines(Process program) {
    return new BufferedReader(
        new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
  }

  private static Process start(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
