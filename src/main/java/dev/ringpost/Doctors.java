package dev.ringpost;

import dev.ringpost.cli.DoctorFactory;
import dev.ringpost.config.ConfigProblems;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.Doctor;
import dev.ringpost.tools.TopicInspection;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;

/** Calls the doctor for a configuration that the rooms have found to be in order. */
public record Doctors(InstantSource clock, Supplier<UUID> ids) implements DoctorFactory {

  @Override
  public Doctor create(RingpostConfig config) throws ConfigProblems {
    SettingsCheck.require(config, clock.instant());
    var rooms = new RoomSettings(config);
    return new Doctor(config, rooms.directory(), rooms.apns(), clock, ids);
  }

  @Override
  public TopicInspection topics(RingpostConfig config) throws ConfigProblems {
    SettingsCheck.requireWithoutApple(config);
    return new TopicInspection(config.kafka(), config.topics(), config.ring().max());
  }
}
