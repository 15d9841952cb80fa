package dev.ringpost.shadow;

import dev.ringpost.events.RingSettings;
import java.time.Duration;
import java.util.Map;

/**
 * The settings of a shadow.
 *
 * @param invites {@code topics.invites}, which it reads
 * @param results {@code topics.results}, which it reads and compares with
 * @param group its own consumer group; of several shadows in it one works, the others stand by
 * @param ring how long calls ring
 * @param patience how long one verdict on an invite waits for the other one
 * @param kafka properties of the Kafka clients; values may be passwords
 */
public record ShadowSettings(
    String invites,
    String results,
    String group,
    RingSettings ring,
    Duration patience,
    Map<String, Object> kafka) {

  /**
   * What is added to {@code attempt.max}, within which a live worker decides on what it has read,
   * to be the patience: for the reading and writing before and after that.
   */
  public static final Duration MARGIN = Duration.ofSeconds(10);

  /** What is added to the live group's name to be the name of the shadow's. */
  public static final String SUFFIX = "-shadow";

  public ShadowSettings {
    kafka = Map.copyOf(kafka);
  }

  /** The names of the client properties only: values may be passwords. */
  @Override
  public String toString() {
    return "ShadowSettings[invites="
        + invites
        + ", results="
        + results
        + ", group="
        + group
        + ", patience="
        + patience
        + ", kafka="
        + kafka.keySet()
        + "]";
  }
}
