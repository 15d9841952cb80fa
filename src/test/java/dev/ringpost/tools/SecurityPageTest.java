package dev.ringpost.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.tools.topics.TopicRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page about security, as far as it restates what topics are created with. */
@Timeout(30)
class SecurityPageTest {

  private static final String BEGIN = "<!-- personal data: compared with the code -->\n";
  private static final String END = "<!-- end of personal data -->";
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| [^|]+ \\| ([^|]+) \\|");

  @Test
  void itSaysOfEachTopicHowLongItKeepsPersonalData(@TempDir Path folder)
      throws IOException, InvalidConfigException {
    RingpostConfig config =
        ConfigLoader.loadWithoutApple(
            ConfigFile.withDefaultTopics("kafka:9092")
                .with(
                    """
                    topics:
                      device-health: voip-device-health
                    retry:
                      ladder: [1s]
                    missed-call:
                      enabled: true
                    """)
                .write(folder.resolve("ringpost.yaml")),
            Map.of());
    Map<String, String> expected = new TreeMap<>();
    TopicRule.of(config).forEach(rule -> expected.put(rule.name(), kept(rule)));

    assertThat(said()).isEqualTo(expected);
  }

  private static Map<String, String> said() throws IOException {
    String page = Files.readString(Path.of("docs", "security.md"));
    String table = page.substring(page.indexOf(BEGIN), page.indexOf(END));
    return ROW.matcher(table)
        .results()
        .collect(
            Collectors.toMap(
                row -> row.group(1), (MatchResult row) -> row.group(2), (a, _) -> a, TreeMap::new));
  }

  /** As the settings say with which Ringpost creates the topic. */
  private static String kept(TopicRule rule) {
    Map<String, String> settings = rule.settings(3);
    String retention = settings.get("retention.ms");
    return retention != null
        ? words(retention)
        : "until it is removed, and " + words(settings.get("delete.retention.ms")) + " after that";
  }

  private static String words(String millis) {
    Duration time = Duration.ofMillis(Long.parseLong(millis));
    return time.toDays() > 0 ? time.toDays() + " d" : time.toMinutes() + " min";
  }
}
