package dev.ringpost.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.GeneratedSection;
import dev.ringpost.testing.OperatorCommandNames;
import dev.ringpost.tools.dlq.Replay;
import dev.ringpost.tools.topics.AccessRight;
import dev.ringpost.tools.topics.OperatorRights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rights of operators, compared with the commands that there are, and with their page. */
@Timeout(30)
class OperatorRightsTest {

  private final List<OperatorRights> all;

  OperatorRightsTest(@TempDir Path folder) throws InvalidConfigException {
    Path file =
        ConfigFile.withDefaultTopics("localhost:9092")
            .with("topics: {device-health: voip-device-health}\n")
            .write(folder.resolve("operator.yaml"));
    all = OperatorRights.all(ConfigLoader.loadWithoutApple(file, Map.of()), Replay.GROUP);
  }

  @Test
  void everyCommandOfOperatorsHasSome() {
    assertThat(all)
        .extracting(OperatorRights::command)
        .containsExactlyInAnyOrderElementsOf(OperatorCommandNames.all());
    assertThat(all).noneMatch(command -> command.rights().isEmpty());
  }

  @Test
  void thePageOfToolsListsThem() throws IOException {
    new GeneratedSection(Path.of("docs", "tools.md"), "operator-rights")
        .isUpToDateWith(
            all.stream()
                .map(it -> "| `%s` | %s |\n".formatted(it.command(), words(it.rights())))
                .collect(Collectors.joining("", "| command | rights |\n|---|---|\n", "")));
  }

  private static String words(List<AccessRight> rights) {
    Map<String, List<String>> byResource = new LinkedHashMap<>();
    for (AccessRight right : rights) {
      String pattern = right.prefixed() ? " (prefixed)" : "";
      String name = "%s `%s`%s".formatted(right.resource().word(), right.name(), pattern);
      byResource.computeIfAbsent(name, _ -> new ArrayList<>()).add("`" + right.operation() + "`");
    }
    return byResource.entrySet().stream()
        .map(it -> it.getKey() + ": " + String.join(", ", it.getValue()))
        .collect(Collectors.joining("; "));
  }
}
