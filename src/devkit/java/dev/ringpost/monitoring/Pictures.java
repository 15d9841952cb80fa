package dev.ringpost.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.demo.Demo;
import dev.ringpost.monitoring.Dashboards.Query;
import dev.ringpost.monitoring.LocalPrometheus.Series;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The program that draws what each dashboard shows of a demo run into {@code docs/pictures}: {@code
 * mvn test-compile exec:exec@pictures}. It needs the program prometheus.
 */
final class Pictures {

  private static final Path FOLDER = Path.of("docs", "pictures");
  private static final Duration BEFORE = Duration.ofSeconds(3);
  private static final Duration TROUBLE_AFTER = Duration.ofSeconds(5);
  private static final Duration TROUBLE = Duration.ofSeconds(3);
  private static final int COLUMNS = 2;
  private static final int GAP = 8;

  private Pictures() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("ringpost-pictures");
    try {
      drawFrom(folder);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
    System.exit(0);
  }

  private static void drawFrom(Path folder) throws IOException {
    PrintStream out = System.out;
    try (Demo demo = Demo.start(out);
        GatewayScene scene = GatewayScene.start(folder.resolve("gateway"));
        LocalPrometheus prometheus =
            LocalPrometheus.start(
                folder,
                demo.adminPort(),
                scene.adminPort(),
                scene.healthPort(),
                scene.syntheticPort())) {
      prometheus.awaitScrape();
      Instant from = Instant.now().minus(BEFORE);
      Thread.ofVirtual().start(() -> troubles(scene));
      if (!demo.run()) {
        throw new IllegalStateException("the demo does not hold: nothing is drawn");
      }
      draw(prometheus, from, Instant.now());
    }
  }

  /** Of the gateway: a webhook that does not accept, and then slow answers of APNs. */
  private static void troubles(GatewayScene scene) {
    try {
      Thread.sleep(TROUBLE_AFTER);
      scene.receiverRefuses(true);
      Thread.sleep(TROUBLE);
      scene.receiverRefuses(false);
      Thread.sleep(TROUBLE);
      scene.apnsIsSlow(true);
      Thread.sleep(TROUBLE);
      scene.apnsIsSlow(false);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void draw(LocalPrometheus prometheus, Instant from, Instant to)
      throws IOException {
    Files.createDirectories(FOLDER);
    for (JsonNode dashboard : Dashboards.all()) {
      List<PanelPicture> panels =
          dashboard
              .get("panels")
              .valueStream()
              .map(panel -> panel(prometheus, panel, from, to))
              .toList();
      String name = dashboard.get("uid").asText().replace("ringpost-", "") + ".svg";
      Files.writeString(FOLDER.resolve(name), page(panels));
      System.out.println(FOLDER.resolve(name) + ": " + panels.size() + " panels");
    }
  }

  private static PanelPicture panel(
      LocalPrometheus prometheus, JsonNode panel, Instant from, Instant to) {
    List<String> legends = new ArrayList<>();
    List<Series> lines = new ArrayList<>();
    for (JsonNode target : panel.get("targets")) {
      String expression = new Query("", target.get("expr").asText()).sent("5s");
      for (Series line : prometheus.range(expression, from, to)) {
        lines.add(line);
        legends.add(PanelPicture.legend(target.get("legendFormat").asText(), line.labels()));
      }
    }
    return new PanelPicture(panel, legends, lines, from, to);
  }

  private static String page(List<PanelPicture> panels) {
    int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
    int width = COLUMNS * (PanelPicture.WIDTH + GAP) + GAP;
    int height = rows * (PanelPicture.HEIGHT + GAP) + GAP;
    StringBuilder svg =
        new StringBuilder(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' font-family='sans-serif' font-size='13'>\n<rect width='100%%' height='100%%' fill='#f4f5f5'/>\n"
                .formatted(width, height, width, height));
    for (int i = 0; i < panels.size(); i++) {
      svg.append(
          panels
              .get(i)
              .at(
                  GAP + (i % COLUMNS) * (PanelPicture.WIDTH + GAP),
                  GAP + (i / COLUMNS) * (PanelPicture.HEIGHT + GAP)));
    }
    return svg.append("</svg>\n").toString();
  }
}
