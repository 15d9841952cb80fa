package dev.ringpost.tools.check;

import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.health.HealthSettings;
import dev.ringpost.tools.topics.IfMissing;
import dev.ringpost.tools.topics.KafkaCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A check of everything that {@code ringpost health} needs, as its own user and from where it will
 * run: its settings, and its rights in Kafka. It opens no port, joins no group and writes nothing.
 * For one use, on one thread.
 */
public final class HealthCheck {

  private final RingpostConfig config;
  private final HealthSettings settings;
  private final Duration patience;

  private HealthCheck(RingpostConfig config, HealthSettings settings, Duration patience) {
    this.config = config;
    this.settings = settings;
    this.patience = patience;
  }

  /**
   * A check for a search with this configuration.
   *
   * @throws InvalidConfigException if no topic is named for what is found, or the search or a Kafka
   *     client refuses its settings
   */
  public static HealthCheck of(RingpostConfig config) throws InvalidConfigException {
    SettingsCheck.requireOfHealth(config);
    return new HealthCheck(config, new RoomSettings(config).health(), Check.PATIENCE);
  }

  /** Looks at everything; each question to Kafka, of three at most, for {@link Check#PATIENCE}. */
  public CheckReport examine() {
    List<CheckLine> lines = new ArrayList<>();
    lines.add(
        CheckLine.ok("configuration", "", config.file() + " is in order for ringpost health"));
    boolean answered =
        TopicInspection.ofHealth(config.kafka(), config.topics(), patience)
            .tell(IfMissing.TELL, lines)
            .answered();
    if (answered) {
      lines.addAll(
          new GroupLines(config.kafka(), patience, KafkaCommands.ofHealth(config.kafka()))
              .of(List.of(settings.group()), settings.topics().results()));
    }
    return new CheckReport(lines);
  }
}
