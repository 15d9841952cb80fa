package dev.ringpost.directory;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.events.Unusable;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.events.health.DeviceHealthCodec;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The view of the devices that are deaf. One thread applies records, any number ask. */
final class DeafView implements MaterializedView {

  /** Bound on deaf devices, about 40 MB; the results of others do not say it. */
  static final int MAX_DEAF = 100_000;

  private final DeviceHealthCodec codec = new DeviceHealthCodec();
  private final Map<DeviceKey, DeviceHealth> deaf = new ConcurrentHashMap<>();
  private final UnusableRecords unusable;
  private final int maxDeaf;

  DeafView(UnusableRecords unusable) {
    this(unusable, MAX_DEAF);
  }

  DeafView(UnusableRecords unusable, int maxDeaf) {
    this.unusable = unusable;
    this.maxDeaf = maxDeaf;
  }

  /**
   * Whether a device is deaf as it is registered now.
   *
   * @param user as results name the callee
   */
  boolean isDeaf(UserId user, Device device) {
    DeviceHealth health = deaf.isEmpty() ? null : deaf.get(new DeviceKey(user, device.id()));
    return health != null
        && health.isOf(device.token().digest(), device.app(), device.environment());
  }

  @Override
  public void apply(ConsumerRecord<byte[], byte[]> record) {
    Instant timestamp = Instant.ofEpochMilli(Math.max(0, record.timestamp()));
    ContentMode mode = ContentMode.of(record.headers());
    switch (ViewRecord.read(record.key(), record.value(), mode, timestamp, codec)) {
      case ViewRecord.Entry<DeviceHealth>(DeviceKey key, DeviceHealth health) -> {
        if (!health.deaf()) {
          deaf.remove(key);
        } else if (deaf.size() < maxDeaf || deaf.containsKey(key)) {
          deaf.put(key, health);
        }
      }
      case ViewRecord.Removed<DeviceHealth>(DeviceKey key) -> deaf.remove(key);
      case ViewRecord.UnusableValue<DeviceHealth>(DeviceKey key, Unusable why) -> {
        deaf.remove(key);
        unusable.unusable(record, why);
      }
      case ViewRecord.MalformedKey<DeviceHealth>(Unusable why) -> unusable.unusable(record, why);
    }
  }

  @Override
  public void passed(TopicPartition partition, long from, long to, Throwable cause) {
    unusable.passed(partition, from, to, cause);
  }

  @Override
  public void atEnd(long nanoTime) {
    unusable.tellUnnamed();
  }

  @Override
  public long entries() {
    return deaf.size();
  }
}
