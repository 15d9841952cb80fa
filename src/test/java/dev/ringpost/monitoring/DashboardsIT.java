package dev.ringpost.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.demo.Demo;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A real Prometheus scrapes the demo on a short day, a gateway, a search for deaf phones and
 * synthetic calls, and every panel has something to show.
 */
@Needs(Need.PROMETHEUS)
@Timeout(120)
@Isolated("it counts what is late in the demo")
class DashboardsIT {

  private static final String BEHIND = "sum(ringpost_invites_clock_skew_total{clock=\"behind\"})";
  private static final String AHEAD = "sum(ringpost_invites_clock_skew_total{clock=\"ahead\"})";

  private static final Duration SHOWN_WITHIN = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofMillis(200);

  /** Holds the short day on a machine that is slow, too. */
  private static final String RATE_INTERVAL = "2m";

  @Test
  void everyExpressionOfTheDashboardsReturnsData(@TempDir Path folder) throws IOException {
    var output = new ByteArrayOutputStream();
    try (var demo = Demo.startShort(new PrintStream(output, true, StandardCharsets.UTF_8));
        var scene = GatewayScene.start(folder.resolve("gateway"));
        var prometheus =
            LocalPrometheus.start(
                folder,
                demo.adminPort(),
                scene.adminPort(),
                scene.healthPort(),
                scene.syntheticPort())) {
      prometheus.awaitScrape();
      // The panel of the JVM's pauses needs one while somebody looks.
      System.gc();
      assertThat(demo.run()).as(output.toString(StandardCharsets.UTF_8)).isTrue();

      for (Dashboards.Query query : Dashboards.queries()) {
        await(query.panel() + ": " + query.expression())
            .atMost(SHOWN_WITHIN)
            .pollDelay(Duration.ZERO)
            .pollInterval(LOOK)
            .until(() -> prometheus.query(query.sent(RATE_INTERVAL)), DashboardsIT::hasNumbers);
      }
      await(BEHIND)
          .atMost(SHOWN_WITHIN)
          .pollInterval(LOOK)
          .until(() -> prometheus.query(BEHIND), counts -> counts.stream().noneMatch(n -> n == 0));
      assertThat(prometheus.query(AHEAD)).containsExactly(0.0);
      assertThat(prometheus.ruleErrors()).isEmpty();
      assertThat(prometheus.query("ALERTS{alertname=~\"RingpostNoWorkerReady|RingpostBudget.*\"}"))
          .isEmpty();
    }
  }

  private static boolean hasNumbers(List<Double> samples) {
    return samples.stream().anyMatch(sample -> !sample.isNaN());
  }
}
