package dev.ringpost.cli;

import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.check.Check;
import dev.ringpost.tools.check.TopicInspection;

/** The maker of checks. {@code Main} gives it, so that commands need not know the whole house. */
public interface DoctorFactory {

  /**
   * A doctor for a worker of this configuration.
   *
   * @throws InvalidConfigException if a room, a credential or a Kafka client refuses its settings
   */
  Check create(RingpostConfig config) throws InvalidConfigException;

  /**
   * Who looks at the topics. Apple's part of the configuration is not looked at.
   *
   * @throws InvalidConfigException if a Kafka client refuses its settings
   */
  TopicInspection topics(RingpostConfig config) throws InvalidConfigException;
}
