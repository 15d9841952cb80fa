package dev.ringpost.cli;

import dev.ringpost.config.ConfigProblems;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.Doctor;
import dev.ringpost.tools.TopicInspection;

/** Calls the doctor. {@code Main} gives it, so that commands need not know the whole house. */
public interface DoctorFactory {

  /**
   * A doctor for a worker of this configuration.
   *
   * @throws ConfigProblems if a room, a credential or a Kafka client refuses its settings
   */
  Doctor create(RingpostConfig config) throws ConfigProblems;

  /**
   * Who looks at the topics. Apple's part of the configuration is not looked at.
   *
   * @throws ConfigProblems if a Kafka client refuses its settings
   */
  TopicInspection topics(RingpostConfig config) throws ConfigProblems;
}
