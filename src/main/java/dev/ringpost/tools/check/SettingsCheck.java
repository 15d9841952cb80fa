package dev.ringpost.tools.check;

import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Builds every room's settings before a worker exists, so that what a room or a Kafka client
 * refuses is a problem of the configuration, named with all others, and neither an internal error
 * nor a client that is recreated again and again. Starts nothing and asks nobody.
 */
public final class SettingsCheck {

  private final RoomSettings rooms;
  private final List<Problem> problems = new ArrayList<>();

  private SettingsCheck(RingpostConfig config) {
    this.rooms = new RoomSettings(config);
  }

  /**
   * Returns if the settings can be worked with.
   *
   * @throws InvalidConfigException with everything that is refused; no value of a Kafka property is
   *     in it
   */
  public static void require(RingpostConfig config) throws InvalidConfigException {
    var check = new SettingsCheck(config);
    check.roomsOfKafka();
    check.room(check.rooms::apns);
    check.askKafka(config);
  }

  /**
   * Returns if the settings that are not Apple's can be worked with.
   *
   * @throws InvalidConfigException as above
   */
  public static void requireWithoutApple(RingpostConfig config) throws InvalidConfigException {
    var check = new SettingsCheck(config);
    check.roomsOfKafka();
    check.askKafka(config);
  }

  private void askKafka(RingpostConfig config) throws InvalidConfigException {
    if (problems.isEmpty()) {
      problems.addAll(new KafkaSettingsCheck(config).problems());
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(config.file(), problems);
    }
  }

  private void roomsOfKafka() {
    room(rooms::intake);
    room(rooms::retries);
    room(rooms::delivery);
    room(rooms::directory);
    room(rooms::outbox);
  }

  private void room(Supplier<?> settings) {
    try {
      var _ = settings.get();
    } catch (IllegalArgumentException e) {
      String.valueOf(e.getMessage()).lines().forEach(this::add);
    }
  }

  /** A room's line begins with the key and may end with the fix, after a semicolon. */
  private void add(String line) {
    int key = line.indexOf(' ');
    int fix = line.lastIndexOf("; ");
    problems.add(
        new Problem(
            line.substring(0, Math.max(0, key)),
            "",
            line.substring(key + 1, fix > key ? fix : line.length()),
            fix > key ? line.substring(fix + 2) : "correct it"));
  }
}
