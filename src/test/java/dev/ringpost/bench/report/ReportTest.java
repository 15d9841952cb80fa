package dev.ringpost.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ReportTest {

  private final QuietRule quiet = new QuietRule();

  @Test
  void theMedianIsTheMiddleOneOrTheMeanOfTwo() {
    assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).contains(new Spread(2, 1, 9));
    assertThat(Spread.of(List.of(9.0, 1.0, 2.0, 4.0))).contains(new Spread(3, 1, 9));
    assertThat(Spread.of(List.of())).isEmpty();
    assertThat(new Spread(1234.5, 1, 9999).line("%,.1f")).isEqualTo("1,234.5 [1.0-9,999.0]");
  }

  @Test
  void aQuietPassCountsAtOnce() {
    assertThat(run(0.29, 0.1)).isEqualTo(0.29);
    assertThat(quiet.repeated()).isZero();
    assertThat(quiet.noisy()).isZero();
  }

  @Test
  void aPassBesideOthersIsRepeatedUntilItIsQuiet() {
    assertThat(run(0.9, 0.3, 0.2, 0.1)).isEqualTo(0.2);
    assertThat(quiet.repeated()).isEqualTo(2);
    assertThat(quiet.noisy()).isZero();
  }

  @Test
  void theQuietestIsKeptWhenNoneIsQuiet() {
    assertThat(run(0.9, 0.8, 0.4, 0.7, 0.6, 0.0)).isEqualTo(0.4);
    assertThat(quiet.repeated()).isEqualTo(QuietRule.TRIES - 1);
    assertThat(quiet.noisy()).isEqualTo(1);
  }

  @Test
  void aMachineThatDoesNotTellCountsAsQuiet() {
    assertThat(run(Double.NaN, 0.1)).isNaN();
    assertThat(quiet.repeated()).isZero();
    assertThat(quiet.noisy()).isZero();
  }

  private double run(Double... others) {
    Iterator<Double> passes = List.of(others).iterator();
    return quiet.quiet(passes::next, pass -> pass);
  }

  @Test
  void whatIsWrittenIsReadAgainAndAPartReplacesItselfAlone(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("deep").resolve("figures.json");
    new Figures(Map.of("rate", part(5, pass(100, 1)), "rest", part(1))).write(file);

    Figures.read(file).with("rate", part(7, pass(300, 3), pass(200, Double.NaN))).write(file);

    Figures read = Figures.read(file);
    assertThat(read.parts()).containsOnlyKeys("rate", "rest");
    Part rate = read.part("rate").orElseThrow();
    assertThat(rate.turns()).isEqualTo(7);
    assertThat(rate.series().getFirst().of(Figure.RATE)).contains(new Spread(250, 200, 300));
    assertThat(rate.series().getFirst().of(Figure.CPU)).contains(new Spread(3, 3, 3));
    assertThat(rate.series().getFirst().of(Figure.P50)).isEmpty();
    assertThat(Figures.parse(read.json()).json()).isEqualTo(read.json());
    assertThat(folder.resolve("deep")).isDirectoryNotContaining(left -> !left.equals(file));
  }

  @Test
  void nothingIsReadOfAFileThatIsNotThere(@TempDir Path folder) throws IOException {
    assertThat(Figures.read(folder.resolve("none.json")).parts()).isEmpty();
  }

  @Test
  void aFigureThatNobodyKnowsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Figure.of("pushesPerFortnight"))
        .withMessageContaining("pushesPerFortnight");
  }

  @Test
  void thePageHasARowForEachSubjectAndNoColumnThatNobodyHas() {
    var page = new PerformancePage(new Figures(Map.of("rate", part(5, pass(100, 1)))));

    assertThat(page.text())
        .startsWith(
            """
            Part `rate`: 24 November 2026, two cores.
            Turns: 5, after 300,000 pushes of warm-up each. Passes repeated as not quiet: 2; kept all the same: 1.

            | answers at once | pushes/s | CPU µs per push |
            |---|---|---|
            | <Ringpost> | 100 [100-100] | 1.0 [1.0-1.0] |
            """)
        .contains("(pictures/bench-rate.svg)");
    assertThat(page.pictures()).containsOnlyKeys("bench-rate.svg");
  }

  @Test
  void ringpostIsSetBesideEachPeerByTheirRatiosToBarePushy() {
    var all = new Part.Passes();
    all.add("bare Pushy", "at once", pass(1000, 1));
    all.add("Ringpost, one phone", "at once", compared(0.6, 2));
    all.add("spring-kafka", "at once", compared(0.2, 8));
    var part = new Part(Instant.EPOCH, "two cores", 1, 1, 0, 0, all.all());

    assertThat(new PerformancePage(new Figures(Map.of("rate", part))).text().lines())
        .filteredOn(line -> line.startsWith("- "))
        .containsExactly(
            "- Ringpost, one phone, beside spring-kafka: 3.0 × its rate, 0.25 of its CPU.");
  }

  private static Pass compared(double rate, double cpu) {
    return pass(1, 1).put(Figure.RATE_TO_BARE, rate).put(Figure.CPU_TO_BARE, cpu);
  }

  @Test
  void aBarIsAsLongAsItsMedianAndItsTextIsEscaped() {
    String svg =
        BarChart.page(
            List.of(
                new BarChart(
                    "a & b",
                    "%,.0f",
                    List.of(
                        new BarChart.Bar("half", new Spread(2_500, 0, 5_000)),
                        new BarChart.Bar("<whole>", new Spread(5_000, 5_000, 5_000))))));

    assertThat(svg)
        .contains("a &amp; b", "&lt;whole>", ">2,500<", "width='230.0'", "width='460.0'")
        .contains("<path d='M290.0,41.0 H750.0'");
  }

  @Test
  void nothingMeasuredIsNothingDrawn() {
    assertThat(BarChart.page(List.of(new BarChart("none", "%.0f", List.of()))))
        .startsWith("<svg")
        .doesNotContain("NaN");
    assertThat(new PerformancePage(new Figures(Map.of())).text()).isEmpty();
  }

  private static Pass pass(double rate, double cpu) {
    return new Pass().put(Figure.RATE, rate).put(Figure.CPU, cpu);
  }

  private static Part part(int turns, Pass... passes) {
    var all = new Part.Passes();
    for (Pass pass : passes) {
      all.add("<Ringpost>", "answers at once", pass);
    }
    return new Part(
        Instant.parse("2026-11-24T10:00:00Z"), "two cores", turns, 300_000, 2, 1, all.all());
  }
}
