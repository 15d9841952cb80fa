package dev.ringpost.cli;

import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import java.util.Optional;

/**
 * The builder of the worker. {@code Main} gives it, so that commands need not know the whole house.
 */
@FunctionalInterface
public interface WorkerFactory {

  /**
   * Builds a worker and starts nothing.
   *
   * @throws InvalidConfigException if a room refuses its settings
   */
  Startable create(RingpostConfig config) throws InvalidConfigException;

  /** The builder of a shadow of the workers. */
  @FunctionalInterface
  interface OfShadow {

    /**
     * Builds a shadow and starts nothing.
     *
     * @param group its consumer group, if one was named
     * @throws InvalidConfigException if a room refuses its settings, or the group is a live one
     */
    Startable create(RingpostConfig config, Optional<String> group) throws InvalidConfigException;
  }

  /** Something that works until it is told to stop. */
  interface Startable {

    /**
     * Starts, works and returns once {@link #stop} was called and everything is closed.
     *
     * @throws StartRefusedException if something it needs is not usable at start; everything is
     *     closed then
     */
    void run() throws StartRefusedException;

    /**
     * Asks it to stop and returns at once. Called from any thread, any number of times, also before
     * and after {@link #run}.
     */
    void stop();
  }
}
