package dev.ringpost.tools.check;

import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.gateway.GatewaySettings;
import dev.ringpost.tools.topics.IfMissing;
import dev.ringpost.tools.topics.KafkaCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A check of everything that a gateway needs, as the gateway's own user and from where it will run:
 * its settings and files, and its rights in Kafka. It opens no port, joins no group, writes nothing
 * and calls no webhook. For one use, on one thread.
 */
public final class GatewayCheck {

  private final RingpostConfig config;
  private final Duration patience;

  GatewayCheck(RingpostConfig config, Duration patience) {
    this.config = config;
    this.patience = patience;
  }

  /**
   * A check for a gateway of this configuration.
   *
   * @throws InvalidConfigException if the gateway or a Kafka client refuses its settings, or a file
   *     that they name cannot be used
   */
  public static GatewayCheck of(RingpostConfig config) throws InvalidConfigException {
    SettingsCheck.requireOfGateway(config);
    return new GatewayCheck(config, Check.PATIENCE);
  }

  /** Looks at everything; each question to Kafka, of four at most, for {@link Check#PATIENCE}. */
  public CheckReport examine() {
    List<CheckLine> lines = new ArrayList<>();
    lines.add(CheckLine.ok("configuration", "", config.file() + " is in order for a gateway"));
    boolean answered =
        TopicInspection.ofGateway(config.kafka(), config.topics(), patience)
            .tell(IfMissing.TELL, lines)
            .answered();
    GatewaySettings settings = new RoomSettings(config).gateway();
    if (answered && settings.webhook().isPresent()) {
      lines.addAll(
          new GroupLines(config.kafka(), patience, KafkaCommands.ofGateway(config.kafka()))
              .of(List.of(settings.webhook().get().group()), settings.topics().results()));
    }
    return new CheckReport(lines);
  }
}
