package dev.ringpost.tools.check;

import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.topics.IfMissing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A check of everything that {@code ringpost synthetic} needs, as its own user and from where it
 * will run: its settings, and its rights in Kafka. It calls nobody and writes nothing. For one use,
 * on one thread.
 */
public final class SyntheticCheck {

  private final RingpostConfig config;
  private final Duration patience;

  private SyntheticCheck(RingpostConfig config, Duration patience) {
    this.config = config;
    this.patience = patience;
  }

  /**
   * A check for synthetic calls with this configuration.
   *
   * @throws InvalidConfigException if nobody is named to be called, or a Kafka client refuses its
   *     settings
   */
  public static SyntheticCheck of(RingpostConfig config) throws InvalidConfigException {
    SettingsCheck.requireOfSynthetic(config);
    return new SyntheticCheck(config, Check.PATIENCE);
  }

  /** Looks at everything; each question to Kafka, of two at most, for {@link Check#PATIENCE}. */
  public CheckReport examine() {
    List<CheckLine> lines = new ArrayList<>();
    lines.add(
        CheckLine.ok("configuration", "", config.file() + " is in order for ringpost synthetic"));
    var _ =
        TopicInspection.ofSynthetic(config.kafka(), config.topics(), patience)
            .tell(IfMissing.TELL, lines);
    return new CheckReport(lines);
  }
}
