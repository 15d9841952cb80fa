package dev.ringpost.tools.check;

import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Builds every room's settings before a worker exists, so that what a room, an Apple credential or
 * a Kafka client refuses is a problem of the configuration, named with all others, and neither an
 * internal error nor a client that is recreated again and again. Starts nothing and asks nobody.
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
   * @param now when credentials must be valid
   * @throws InvalidConfigException with everything that is refused; no value of a Kafka property is
   *     in it
   */
  public static void require(RingpostConfig config, Instant now) throws InvalidConfigException {
    var check = new SettingsCheck(config);
    check.roomsOfKafka();
    Optional<ApnsSettings> apns = check.room(check.rooms::apns);
    apns.ifPresent(
        settings ->
            Credentials.problems(settings.apps(), settings.trustedCertificates(), now)
                .forEach(
                    finding ->
                        check.problems.add(
                            new Problem(finding.subject(), "", finding.found(), finding.fix()))));
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

  private <T> Optional<T> room(Supplier<T> settings) {
    try {
      return Optional.of(settings.get());
    } catch (IllegalArgumentException e) {
      String.valueOf(e.getMessage()).lines().forEach(this::add);
      return Optional.empty();
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
