package dev.ringpost.tools.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.UserId;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.events.Invalidation;
import dev.ringpost.events.InvalidationCodec;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.events.ViewRecord.ValueCodec;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.tools.records.ReadingProgress;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.TopicReader;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The registrations of one user as workers see them: the newest record of each key, with the word
 * that its token is dead. A compacted topic has no place to seek a user at, so both are read whole;
 * records of other users are passed by their keys' bytes. For one thread.
 */
public final class UserDevices {

  /** One registration, live, dead or unreadable. */
  public sealed interface Registration {

    /** The id of the device. */
    String device();

    /** A device that can be pushed. */
    record Live(Device registered) implements Registration {
      @Override
      public String device() {
        return registered.id().value();
      }
    }

    /**
     * A device whose token APNs called dead.
     *
     * @param since when
     */
    record Dead(Device registered, Instant since) implements Registration {
      @Override
      public String device() {
        return registered.id().value();
      }
    }

    /**
     * A record that gives no device.
     *
     * @param kind what its key is for
     * @param why in words
     */
    record Unreadable(DeviceKey.Kind kind, String device, String why) implements Registration {}
  }

  /** The newest record of a key on one partition, with its time. */
  private record Newest<T>(int partition, Instant at, ViewRecord<T> record) {}

  private final UserId user;
  private final byte[] prefix;
  private final Map<String, List<Newest<Device>>> tokens = new TreeMap<>();
  private final Map<String, List<Newest<Invalidation>>> dead = new TreeMap<>();

  private UserDevices(UserId user) {
    this.user = user;
    this.prefix = (user.value() + "/").getBytes(UTF_8);
  }

  /**
   * Reads the topics of registrations and invalidations.
   *
   * @throws UnreadableTopicsException if the cluster does not hand them out, or has one of them not
   */
  public static List<Registration> of(
      RingpostConfig config, UserId user, Instant now, ReadingProgress progress)
      throws UnreadableTopicsException {
    var devices = new UserDevices(user);
    RingpostConfig.Topics topics = config.topics();
    var all = new Stretch(Instant.EPOCH, now.plusSeconds(3600));
    var tokens = new TokenCodec();
    var invalidations = new InvalidationCodec();
    try (var reader = new TopicReader(config.kafka().clientProperties())) {
      TopicReader.Summary summary =
          reader.read(
              List.of(topics.tokens(), topics.invalidations()),
              all,
              record -> {
                if (record.origin().topic().equals(topics.tokens())) {
                  devices.look(record, tokens, devices.tokens);
                } else {
                  devices.look(record, invalidations, devices.dead);
                }
              },
              progress);
      if (!summary.missing().isEmpty()) {
        throw new UnreadableTopicsException(
            "topics that do not exist: " + String.join(", ", summary.missing()));
      }
    }
    return devices.registrations();
  }

  /**
   * Keeps a record of the user's. On one partition the last record of a key counts, whatever its
   * time; of what stands on several the newest, as with workers.
   */
  private <T> void look(Envelope record, ValueCodec<T> codec, Map<String, List<Newest<T>>> newest) {
    byte[] key = record.key();
    if (key == null || !begins(key)) {
      return;
    }
    Instant at = record.origin().timestamp();
    ViewRecord<T> read =
        ViewRecord.read(key, record.value(), ContentMode.of(record.headers()), at, codec);
    int partition = record.origin().partition();
    List<Newest<T>> known = newest.computeIfAbsent(new String(key, UTF_8), _ -> new ArrayList<>(1));
    known.removeIf(other -> other.partition() == partition);
    known.add(new Newest<>(partition, at, read));
  }

  private static <T> ViewRecord<T> that(List<Newest<T>> onPartitions) {
    return onPartitions.stream()
        .max(
            Comparator.<Newest<T>, Instant>comparing(Newest::at)
                .thenComparingInt(Newest::partition))
        .orElseThrow()
        .record();
  }

  private boolean begins(byte[] key) {
    if (key.length < prefix.length) {
      return false;
    }
    for (int at = 0; at < prefix.length; at++) {
      if (key[at] != prefix[at]) {
        return false;
      }
    }
    return true;
  }

  private List<Registration> registrations() {
    List<Registration> found = new ArrayList<>();
    tokens.forEach(
        (key, newest) -> {
          switch (that(newest)) {
            case ViewRecord.Entry<Device>(DeviceKey read, Device device) -> {
              // a user's id may hold a '/': the key is another user's then
              if (read.user().equals(user)) {
                found.add(state(key, device));
              }
            }
            case ViewRecord.UnusableValue<Device>(DeviceKey read, var why) -> {
              if (read.user().equals(user)) {
                found.add(
                    new Registration.Unreadable(read.kind(), read.device().value(), why.detail()));
              }
            }
            case ViewRecord.Removed<Device> _, ViewRecord.MalformedKey<Device> _ -> {}
          }
        });
    return found;
  }

  private Registration state(String key, Device device) {
    return Optional.ofNullable(dead.get(key))
        .map(UserDevices::that)
        .filter(ViewRecord.Entry.class::isInstance)
        .map(entry -> ((ViewRecord.Entry<Invalidation>) entry).value())
        .filter(word -> word.kills(device))
        .<Registration>map(word -> new Registration.Dead(device, word.invalidAt()))
        .orElseGet(() -> new Registration.Live(device));
  }
}
