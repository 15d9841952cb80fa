package dev.ringpost.tools.events;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.health.HealthSettings;
import dev.ringpost.health.HealthTopic;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/** The devices that are deaf now, by the topic of device health. */
public final class DeafDevices {

  /**
   * A deaf device.
   *
   * @param unrungCalls calls in a row that it did not ring for
   * @param since when APNs accepted the first of them
   * @param at when APNs accepted the last of them
   */
  public record Deaf(
      DeviceKey device,
      BundleId app,
      Environment environment,
      TokenDigest token,
      int unrungCalls,
      Instant since,
      Instant at) {}

  private DeafDevices() {}

  /**
   * Reads the whole topic.
   *
   * @return the longest deaf first
   * @throws dev.ringpost.call.findings.InvalidSettingsException if no topic is named
   * @throws UnreadableTopicsException if there is no such topic, or the cluster does not answer
   */
  public static List<Deaf> of(RingpostConfig config) throws UnreadableTopicsException {
    HealthSettings settings = new RoomSettings(config).health();
    Map<DeviceKey, DeviceHealth> deaf = new HashMap<>();
    try {
      HealthTopic.read(
          settings,
          (device, health) -> {
            if (health.filter(DeviceHealth::deaf).isPresent()) {
              deaf.put(device, health.get());
            } else {
              deaf.remove(device);
            }
          });
    } catch (KafkaException e) {
      throw new UnreadableTopicsException(e.toString());
    }
    return deaf.entrySet().stream()
        .map(it -> deaf(it.getKey(), it.getValue()))
        .sorted(Comparator.comparing(Deaf::since).thenComparing(it -> it.device().wire()))
        .toList();
  }

  private static Deaf deaf(DeviceKey device, DeviceHealth health) {
    return new Deaf(
        device,
        health.app(),
        health.environment(),
        health.token(),
        health.unrungCalls(),
        health.since(),
        health.at());
  }
}
