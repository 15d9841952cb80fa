package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.DocPage;
import dev.ringpost.testing.OperatorCommandNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The questions that several pages answer: with the same tool, and with links that lead there. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class QuestionsTest {

  private static final Path ALL = Path.of("docs", "tools.md");
  private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\(([^)#]*)(#[^)]*)?\\)");
  private static final Path COMMANDS = Path.of("src", "main", "java", "dev", "ringpost", "cli");
  private static final Pattern NAME = Pattern.compile("@Command\\(\\s*name = \"([a-z]+)\"");
  private static final Pattern COMMAND = Pattern.compile("`ringpost ([a-z]+)");

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/runbook.md"})
  void aShorterListSaysTheSame(String page) throws IOException {
    List<String> shorter = questions(Path.of(page)).stream().map(QuestionsTest::plain).toList();
    List<String> all = questions(ALL).stream().map(QuestionsTest::plain).toList();

    assertThat(shorter).hasSizeGreaterThan(3).isSubsetOf(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/runbook.md", "docs/tools.md"})
  void everyLinkLeadsToAPage(String page) throws IOException {
    for (String row : questions(Path.of(page))) {
      LINK.matcher(row)
          .results()
          .map(link -> link.group(2))
          .filter(target -> !target.isEmpty())
          .forEach(target -> assertThat(Path.of(page).resolveSibling(target)).as(row).exists());
    }
  }

  @Test
  void everyCommandThatIsNamedExists() throws IOException {
    Set<String> commands = commands();
    List<String> named =
        questions(ALL).stream()
            .flatMap(row -> COMMAND.matcher(row).results())
            .map(command -> command.group(1))
            .toList();

    assertThat(named).hasSizeGreaterThan(5).isSubsetOf(commands);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/runbook.md", "docs/tools.md"})
  void everyCommandOfOperatorsAnswersAQuestion(String page) throws IOException {
    List<String> tools =
        questions(Path.of(page)).stream()
            .flatMap(row -> DocPage.quotedIn(row).stream())
            .map(tool -> tool.replaceFirst("^ringpost ", ""))
            .toList();

    assertThat(OperatorCommandNames.all())
        .contains("trace", "dlq show")
        .allMatch(
            command ->
                tools.stream()
                    .anyMatch(tool -> tool.equals(command) || tool.startsWith(command + " ")));
  }

  private static Set<String> commands() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(COMMANDS)) {
      for (Path file : files.filter(path -> path.toString().endsWith("Command.java")).toList()) {
        NAME.matcher(Files.readString(file)).results().forEach(it -> names.add(it.group(1)));
      }
    }
    return names;
  }

  private static List<String> questions(Path page) throws IOException {
    return DocPage.of(page).table("questions");
  }

  private static String plain(String row) {
    return LINK.matcher(row).replaceAll("$1");
  }
}
