package dev.ringpost.tools.check;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.directory.snapshot.SnapshotKey;
import dev.ringpost.gateway.Gateway;
import dev.ringpost.gateway.GatewaySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A check of every room's settings before a worker exists, so that what a room or a Kafka client
 * refuses is a problem of the configuration, named with all others, and neither an internal error
 * nor a client that is recreated again and again. Starts nothing and asks nobody.
 */
public final class SettingsCheck {

  private final RoomSettings rooms;
  private final List<Finding> problems = new ArrayList<>();

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
    check.room(check::snapshotKey);
    check.ask(KafkaSettingsCheck::ofWorker, config);
  }

  /**
   * Returns if the settings that are not Apple's can be worked with.
   *
   * @throws InvalidConfigException as above
   */
  public static void requireWithoutApple(RingpostConfig config) throws InvalidConfigException {
    var check = new SettingsCheck(config);
    check.roomsOfKafka();
    check.ask(KafkaSettingsCheck::ofWorker, config);
  }

  /**
   * Returns if the settings of a gateway, and the files that they name, can be worked with.
   *
   * @throws InvalidConfigException as above
   */
  public static void requireOfGateway(RingpostConfig config) throws InvalidConfigException {
    var check = new SettingsCheck(config);
    check.roomsOfKafka();
    check.room(check::gateway);
    check.ask(KafkaSettingsCheck::ofGateway, config);
  }

  /**
   * Returns if the settings of {@code ringpost health} can be worked with.
   *
   * @throws InvalidConfigException as above
   */
  public static void requireOfHealth(RingpostConfig config) throws InvalidConfigException {
    var check = new SettingsCheck(config);
    check.roomsOfKafka();
    check.room(check.rooms::health);
    check.ask(KafkaSettingsCheck::ofHealth, config);
  }

  /**
   * Returns if the settings of {@code ringpost synthetic} can be worked with.
   *
   * @throws InvalidConfigException as above
   */
  public static void requireOfSynthetic(RingpostConfig config) throws InvalidConfigException {
    var check = new SettingsCheck(config);
    check.roomsOfKafka();
    if (config.synthetic().callee().isEmpty()) {
      check.problems.add(
          Finding.failed(
              "synthetic.callee",
              "is missing: nobody is named to be called",
              "write the user whose test phone is to ring, and nobody else's"));
    }
    check.ask(KafkaSettingsCheck::ofSynthetic, config);
  }

  private void ask(Function<RingpostConfig, KafkaSettingsCheck> clients, RingpostConfig config)
      throws InvalidConfigException {
    if (problems.isEmpty()) {
      problems.addAll(clients.apply(config).findings());
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(config.file(), problems.stream().map(Problem::of).toList());
    }
  }

  private void roomsOfKafka() {
    room(rooms::intake);
    room(rooms::retries);
    room(rooms::missedCallIntake);
    room(rooms::missedCalls);
    room(rooms::delivery);
    room(rooms::directory);
    room(rooms::outbox);
  }

  /** Reads the files too, by the code that reads them at the gateway's start. */
  private GatewaySettings gateway() {
    GatewaySettings settings = rooms.gateway();
    Gateway.examine(settings);
    return settings;
  }

  /** A worker that could seal no snapshot is not what its operator believes it to be. */
  private Optional<SnapshotKey> snapshotKey() {
    return rooms.directory().snapshots().map(it -> SnapshotKey.read(it.keyFile()));
  }

  private void room(Supplier<?> settings) {
    try {
      var _ = settings.get();
    } catch (InvalidSettingsException e) {
      e.findings().stream().filter(it -> !problems.contains(it)).forEach(problems::add);
    }
  }
}
