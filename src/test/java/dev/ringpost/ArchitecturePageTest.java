package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.DocPage;
import dev.ringpost.testing.guarantees.Guarantee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The pages' words about rooms, guarantees and their proof, compared with the code and the tests.
 */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ArchitecturePageTest {

  private static final Path README = Path.of("README.md");
  private static final Path ARCHITECTURE = Path.of("docs", "architecture.md");
  private static final Path CONTRIBUTING = Path.of("CONTRIBUTING.md");
  private static final Path TESTS = Path.of("src", "test", "java");

  private static final Pattern TYPE = Pattern.compile("([A-Z][a-z]+(?:[A-Z][A-Za-z]+)+)(\\..*)?");

  @Test
  void theTableOfRoomsIsTheOneThatIsExecuted() throws IOException {
    Map<String, Set<String>> rooms = new TreeMap<>();
    for (String row : DocPage.of(ARCHITECTURE).table("rooms")) {
      String[] cells = row.split("\\|", -1);
      rooms.put(DocPage.quotedIn(cells[1]).getFirst(), Set.copyOf(DocPage.quotedIn(cells[3])));
    }

    assertThat(rooms).isEqualTo(HousePlan.ROOMS);
  }

  @Test
  void everyLineOfTheReadmesGuaranteesIsProvedAndEveryCheckerProvesOne() throws IOException {
    List<String> proofs = new ArrayList<>();
    for (String row : DocPage.of(README).table("guarantees")) {
      List<String> ofRow = DocPage.quotedIn(row.split("\\|", -1)[3]);
      assertThat(ofRow).as(row).isNotEmpty();
      proofs.addAll(ofRow);
    }

    assertThat(testTypes()).containsAll(proofs);
    assertThat(proofs).containsAll(checkers());
  }

  @Test
  void theArchitecturePageSaysOfEachGuaranteeWhereItIsHeld() throws IOException {
    List<String> rows = DocPage.of(ARCHITECTURE).table("guarantees");

    assertThat(rows.stream().map(row -> DocPage.quotedIn(row).getFirst()))
        .containsExactlyInAnyOrderElementsOf(checkers());
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(DocPage.quotedIn(row.split("\\|", -1)[3]))
                    .isNotEmpty()
                    .isSubsetOf(testTypes()));
  }

  @Test
  void everyTypeThatTheWayInNamesExists() throws IOException {
    Set<String> types = new HashSet<>(testTypes());
    types.addAll(typesIn(Path.of("src", "main", "java")));
    types.addAll(typesIn(Path.of("src", "devkit", "java")));
    Set<String> named = new TreeSet<>();
    for (Path page : List.of(README, ARCHITECTURE, CONTRIBUTING)) {
      DocPage.of(page).quoted().stream()
          .map(TYPE::matcher)
          .filter(Matcher::matches)
          .map(found -> found.group(1))
          .forEach(named::add);
    }

    assertThat(named).hasSizeGreaterThan(40).isSubsetOf(types);
  }

  private static Set<String> checkers() throws IOException {
    Path folder = TESTS.resolve(Guarantee.class.getPackageName().replace('.', '/'));
    Set<String> checkers = new TreeSet<>();
    for (String type : typesIn(folder)) {
      if (Files.readString(folder.resolve(type + ".java")).contains(" implements Guarantee")) {
        checkers.add(type);
      }
    }
    assertThat(checkers).hasSize(7);
    return checkers;
  }

  private static Set<String> testTypes() throws IOException {
    return typesIn(TESTS);
  }

  private static Set<String> typesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toSet());
    }
  }
}
