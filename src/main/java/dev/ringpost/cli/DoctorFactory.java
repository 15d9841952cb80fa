package dev.ringpost.cli;

import dev.ringpost.config.ConfigProblems;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.Doctor;

/** Calls the doctor. {@code Main} gives it, so that commands need not know the whole house. */
@FunctionalInterface
public interface DoctorFactory {

  /**
   * A doctor for a worker of this configuration.
   *
   * @throws ConfigProblems if a room, a credential or a Kafka client refuses its settings
   */
  Doctor create(RingpostConfig config) throws ConfigProblems;
}
