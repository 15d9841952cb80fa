package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.telemetry.MeterName;
import dev.ringpost.testing.DocPage;
import dev.ringpost.testing.PrometheusNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The quotes in the pages, looked up in the code: log lines, metrics, options of commands, files,
 * tests.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DocsQuoteCodeTest {

  /** A phrase of words alone, as log lines are; commands begin with their program's name. */
  private static final Pattern PHRASE =
      Pattern.compile("[A-Za-z][a-z']+(?:[,;]? [A-Za-z][A-Za-z']*)+");

  private static final Pattern COMMAND =
      Pattern.compile("(?:ringpost|devkit|kubectl|chronyc|kafka|mvn|docker|topics|helm)\\b.*");

  /** Words of Kafka's client. */
  private static final Set<String> KAFKAS = Set.of("Invalid magic", "is corrupt");

  private static final Pattern METRIC = Pattern.compile("(?<![\\w/.-])ringpost_[a-z][a-z_0-9]*");
  private static final Pattern RULE = Pattern.compile("ringpost:[a-z]+_[a-z_0-9:]+");
  private static final Pattern OF_HISTOGRAMS = Pattern.compile("_(?:bucket|count|sum|max)$");

  /** A command with all that stands behind it in its line. */
  private static final Pattern RUN =
      Pattern.compile("(?:ringpost|ringpost\\.jar) ([a-z]+)((?: +[^\n`]*)?)");

  private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z][a-z-]+");
  private static final Pattern FILE =
      Pattern.compile("(?:docs|helm|k8s|src|\\.ci|\\.mvn)/[\\w./-]+");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern TEST = Pattern.compile("[A-Z][a-z]\\w*(?:Test|IT|Drill)");
  private static final Path MAIN = Path.of("src", "main", "java");

  @Test
  void everyLogLineThatTheRunbookQuotesIsInTheCode() throws IOException {
    String code = joined(MAIN);
    Set<String> phrases =
        DocPage.of(Path.of("docs", "runbook.md")).quoted().stream()
            .filter(quoted -> PHRASE.matcher(quoted).matches())
            .filter(quoted -> !COMMAND.matcher(quoted).matches() && !KAFKAS.contains(quoted))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(phrases).hasSizeGreaterThan(6).allMatch(code::contains);
  }

  @Test
  void everyMetricThatThePagesNameExists() throws IOException {
    Set<String> known = new HashSet<>();
    MeterName.all().forEach(name -> known.add(PrometheusNames.of(name)));
    String rules = Files.readString(Path.of("helm", "ringpost", "rules", "ringpost.rules.yaml"));

    for (DocPage page : DocPage.all()) {
      if (page.path().endsWith("CHANGELOG.md")) {
        continue; // It names what is gone.
      }
      assertThat(found(METRIC, page.text()))
          .as(page.path().toString())
          .allMatch(
              name ->
                  known.contains(name)
                      || known.contains(OF_HISTOGRAMS.matcher(name).replaceFirst(""))
                      || name.endsWith("_"));
      assertThat(found(RULE, page.text())).as(page.path().toString()).allMatch(rules::contains);
    }
  }

  @Test
  void everyCommandAndOptionThatThePagesShowExists() throws IOException {
    String code = joined(MAIN.resolve("dev/ringpost/cli"));

    for (DocPage page : DocPage.all()) {
      RUN.matcher(page.text())
          .results()
          .filter(run -> code.contains("name = \"" + run.group(1) + "\""))
          .forEach(
              run ->
                  assertThat(found(OPTION, run.group(2)))
                      .as(page.path() + ": " + run.group())
                      .allMatch(option -> code.contains("\"" + option + "\"")));
      assertThat(page.quoted().stream().filter(quoted -> quoted.startsWith("ringpost ")))
          .as(page.path().toString())
          .allMatch(
              quoted ->
                  quoted.startsWith("ringpost --")
                      || code.contains("name = \"" + quoted.split("[ …]", -1)[1] + "\""));
    }
  }

  @Test
  void everyFileAndTestThatThePagesNameExists() throws IOException {
    Set<String> tests;
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      tests =
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toSet());
    }

    for (DocPage page : DocPage.all()) {
      List<String> quoted = page.quoted();
      assertThat(quoted.stream().filter(text -> FILE.matcher(text).matches()))
          .as(page.path().toString())
          .allMatch(file -> Files.exists(Path.of(file)));
      assertThat(quoted.stream().filter(text -> TEST.matcher(text).matches()))
          .as(page.path().toString())
          .isSubsetOf(tests);
    }
  }

  @Test
  void everyLinkLeadsToAFileAndASection() throws IOException {
    for (DocPage page : DocPage.all()) {
      Path file = page.path().toAbsolutePath();
      for (String link : links(page)) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
        assertThat(target).as(page.path() + ": " + link).exists();
        if (parts.length > 1) {
          assertThat(sections(DocPage.of(target))).as(page.path() + ": " + link).contains(parts[1]);
        }
      }
    }
  }

  private static List<String> links(DocPage page) {
    return LINK.matcher(page.text())
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.contains("://"))
        .toList();
  }

  /** The anchors that GitHub makes of headings. */
  private static List<String> sections(DocPage page) {
    return page.prose().stream()
        .map(DocPage.Line::text)
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ +", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
        .toList();
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All source text below a folder, with strings that are joined by plus signs in one piece. */
  private static String joined(Path folder) throws IOException {
    var code = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        code.append(Files.readString(file)).append('\n');
      }
    }
    return code.toString().replaceAll("\"\\s*\\+\\s*\"", "");
  }
}
