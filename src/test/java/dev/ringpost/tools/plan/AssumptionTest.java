package dev.ringpost.tools.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.DocPage;
import dev.ringpost.tools.plan.Assumption.Mark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The figures that plans rest on, compared with the pages, the image and the chart. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AssumptionTest {

  private static final Pattern SECTION = Pattern.compile("(docs/\\w+\\.md)#([\\w-]+)");

  @ParameterizedTest
  @CsvSource({
    "PUSHES_PER_POD, '39,543'",
    "CPU_PER_PUSH, 37.1",
    "STREAMS, '1000'",
    "TABLE_BYTES, 117.8",
    "OWNER_BYTES, 11 bytes per",
    "STAYING_HEAP, 100 MB beside",
    "BESIDE_HEAP, 130 MiB beside the heap",
    "HEAP_PERCENT, at most 60 %",
    "LEAST_MEMORY, 448 MiB",
    "RECORDS_PER_SECOND, '234,000'",
    "EMPTY_START, 1.85 s",
    "BROKERS_SESSION, 45 s by its defaults"
  })
  void theFigureStandsInTheSectionThatIsNamed(Assumption assumption, String words)
      throws IOException {
    assertThat(section(assumption).replaceAll("\\s+", " ")).contains(words);
    assertThat(words.replace(",", ""))
        .containsPattern("^\\D*" + Pattern.quote(inItsUnit(assumption)));
  }

  @ParameterizedTest
  @EnumSource(Assumption.class)
  void everySourceThatIsAPageIsOneAndEveryMeasurementHasAPlace(Assumption assumption)
      throws IOException {
    if (assumption.source().contains("docs/") && assumption.mark() != Mark.GUESSED) {
      assertThat(section(assumption)).isNotEmpty();
    }
    if (assumption.mark() == Mark.MEASURED) {
      assertThat(assumption.source()).matches("(docs/.+\\.md#.+|RecordSizesTest, .+)");
    }
  }

  @Test
  void imageAndChartSayTheSame() throws IOException {
    assertThat(Files.readString(Path.of("Dockerfile")))
        .contains("-XX:MaxRAMPercentage=" + plain(Assumption.HEAP_PERCENT.value()));
    assertThat(Files.readString(Path.of("helm", "ringpost", "templates", "_guards.tpl")))
        .contains("$least := " + plain(Assumption.LEAST_MEMORY.value() / (1 << 20)) + " ");
    assertThat(Files.readString(Path.of("helm", "ringpost", "values.yaml")))
        .contains("minReadySeconds: " + plain(Assumption.READY_BEFORE_NEXT.value()));
  }

  @Test
  void noDrillWasWithoutAnOwnerOrWaitedForLonger() throws IOException {
    String workers = section(Assumption.TAKE_OVER);

    Matcher killed = Pattern.compile("\\| kill -9 of one.*?\\| ([\\d.]+) s \\|").matcher(workers);
    assertThat(killed.find()).isTrue();
    assertThat(Double.parseDouble(killed.group(1)))
        .isLessThanOrEqualTo(6 + Assumption.TAKE_OVER.value());
    Matcher left = Pattern.compile("\\| rolling.*\\| ([\\d.]+) s \\|\n").matcher(workers);
    assertThat(left.find()).isTrue();
    assertThat(Double.parseDouble(left.group(1)))
        .isLessThanOrEqualTo(Assumption.HANDED_OVER.value());
  }

  private static String inItsUnit(Assumption assumption) {
    return switch (assumption) {
      case STAYING_HEAP -> plain(assumption.value() / 1e6);
      case BESIDE_HEAP, LEAST_MEMORY -> plain(assumption.value() / (1 << 20));
      default -> plain(assumption.value());
    };
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%s", value);
  }

  /** The text below the heading that the source names. */
  private static String section(Assumption assumption) throws IOException {
    Matcher source = SECTION.matcher(assumption.source());
    assertThat(source.find()).as(assumption.source()).isTrue();
    var text = new StringBuilder();
    boolean inside = false;
    for (String line : DocPage.of(Path.of(source.group(1))).text().lines().toList()) {
      if (line.startsWith("#")) {
        inside = anchor(line).equals(source.group(2));
      } else if (inside) {
        text.append(line).append('\n');
      }
    }
    assertThat(text).as(assumption.source()).isNotEmpty();
    return text.toString();
  }

  private static String anchor(String heading) {
    return heading
        .replaceFirst("^#+ +", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
        .replace(' ', '-');
  }
}
