package dev.ringpost;

import dev.ringpost.cli.DoctorFactory;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.tools.check.Check;
import dev.ringpost.tools.check.SettingsCheck;
import dev.ringpost.tools.check.TopicInspection;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;

/** Calls the doctor for a configuration that the rooms have found to be in order. */
public record Doctors(InstantSource clock, Supplier<UUID> ids) implements DoctorFactory {

  @Override
  public Check create(RingpostConfig config) throws InvalidConfigException {
    SettingsCheck.require(config);
    var rooms = new RoomSettings(config);
    return new Check(config, rooms.directory(), rooms.apns(), clock, ids);
  }

  @Override
  public TopicInspection topics(RingpostConfig config) throws InvalidConfigException {
    SettingsCheck.requireWithoutApple(config);
    return new TopicInspection(
        config.kafka(), config.topics(), config.retry().rungs(), config.ring().max());
  }
}
