package dev.ringpost.cli;

import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.check.Check;
import dev.ringpost.tools.check.CheckReport;
import dev.ringpost.tools.check.GatewayCheck;
import dev.ringpost.tools.check.HealthCheck;
import dev.ringpost.tools.check.SyntheticCheck;
import dev.ringpost.tools.check.TopicInspection;
import dev.ringpost.tools.synthetic.SyntheticCall;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The looks that {@code ringpost check} and {@code ringpost topics} take.
 *
 * @param everything at all that a worker needs
 * @param gateway at all that a gateway needs
 * @param health at all that {@code ringpost health} needs
 * @param synthetic at all that {@code ringpost synthetic} needs
 * @param topics at the topics, and not at Apple's part of the configuration
 * @param topicsCreated the same, and missing topics are created
 */
public record Looks(
    Look everything, Look gateway, Look health, Look synthetic, Look topics, Look topicsCreated) {

  /** A look at what a configuration is about. */
  @FunctionalInterface
  public interface Look {

    /**
     * What was found.
     *
     * @throws InvalidConfigException if a room or a Kafka client refuses its settings
     */
    CheckReport at(RingpostConfig config) throws InvalidConfigException;
  }

  /**
   * The looks as they are.
   *
   * @param ids gives each push an {@code apns-id}
   */
  public static Looks of(InstantSource clock, Supplier<UUID> ids) {
    return new Looks(
        config -> Check.of(config, clock, ids).examine(),
        config -> GatewayCheck.of(config).examine(),
        config -> HealthCheck.of(config).examine(),
        config -> {
          var _ = SyntheticCall.of(config, clock, ids);
          return SyntheticCheck.of(config).examine();
        },
        config -> TopicInspection.of(config).report(false),
        config -> TopicInspection.of(config).report(true));
  }
}
