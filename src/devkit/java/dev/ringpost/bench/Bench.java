package dev.ringpost.bench;

import dev.ringpost.bench.report.Figures;
import dev.ringpost.bench.report.Part;
import dev.ringpost.bench.report.PerformancePage;
import dev.ringpost.bench.report.QuietRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * The benchmark: Ringpost's shipped jar, what a team would use instead, and bare Pushy, one after
 * the other in processes of their own, beside one broker and one local APNs. It prints medians and
 * spreads, writes raw figures as JSON and draws them.
 *
 * <p>{@code mvn -Ppeers package exec:exec@bench -DskipTests}; {@code -Dbench.parts=rate,delay} runs
 * a part of it, {@code -Dbench.turns=1} a short one, {@code -Dbench.programs=ringpost} Ringpost
 * alone. Without {@code -Ppeers} only Ringpost and bare Pushy are there.
 */
public final class Bench {

  private final BenchOptions options;
  private final Stage stage;

  private Bench(BenchOptions options, Stage stage) {
    this.options = options;
    this.stage = stage;
  }

  public static void main(String[] arguments) throws IOException {
    var asked = BenchOptions.of(name -> System.getProperty(name, ""));
    for (Program program : asked.programs()) {
      if (!program.isThere()) {
        System.out.println(program.words() + " is left out: it is there with -Ppeers");
      }
    }
    List<Program> there = asked.programs().stream().filter(Program::isThere).toList();
    var options =
        new BenchOptions(
            asked.parts(),
            there,
            asked.turns(),
            asked.warmUp(),
            asked.stale(),
            asked.cache(),
            asked.file());
    try (var stage = new Stage(options.cache())) {
      new Bench(options, stage).run();
    }
    System.exit(0);
  }

  private void run() throws IOException {
    for (String name : options.parts()) {
      Instant start = Instant.now();
      System.out.printf("%nPart %s, %d turns%n", name, options.turns());
      Figures figures = Figures.read(options.file()).with(name, measured(name));
      figures.write(options.file());
      var page = new PerformancePage(figures);
      for (Map.Entry<String, String> picture : page.pictures().entrySet()) {
        Path file = options.file().resolveSibling(picture.getKey());
        Files.writeString(file, picture.getValue());
      }
      System.out.printf(
          "%n%s%nPart %s took %s. All raw figures: %s%n",
          new PerformancePage(new Figures(Map.of(name, figures.part(name).orElseThrow()))).text(),
          name,
          Duration.between(start, Instant.now()).truncatedTo(ChronoUnit.SECONDS),
          options.file());
    }
  }

  private Part measured(String name) throws IOException {
    var quiet = new QuietRule();
    var passes = new Part.Passes();
    switch (name) {
      case "rate" -> new RatePart(stage, options, quiet, passes).run();
      case "delay" -> new DelayPart(stage, options, quiet, passes).run();
      case "rest" -> new RestPart(stage, options, quiet, passes).run();
      case "outage" -> new OutagePart(stage, options, quiet, passes).run();
      case "stale" -> new StalePart(stage, options, quiet, passes).run();
      default -> throw new IllegalArgumentException(name);
    }
    return new Part(
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        "%d cores, Java %s, %s"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString().replaceAll("\\+.*", ""),
                System.getProperty("os.name")),
        options.turns(),
        name.equals("rest") ? 0 : options.warmUp(),
        quiet.repeated(),
        quiet.noisy(),
        passes.all());
  }
}
