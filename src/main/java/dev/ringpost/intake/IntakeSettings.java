package dev.ringpost.intake;

import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the consumer of fresh invites is set to.
 *
 * @param topic {@code topics.invites}
 * @param group {@code intake.group}
 * @param maxInFlight {@code intake.max-in-flight}: bound on invites being rung at once
 * @param ledgerSpan {@code intake.ledger-span}: bound on the offsets of one partition between the
 *     oldest unsettled and the newest read; a poll may overshoot it by its own size
 * @param ring how long calls ring
 * @param groupProtocol {@code kafka.group-protocol}
 * @param kafkaProperties every client's properties, bootstrap servers included; they may hold
 *     passwords and are never printed
 */
public record IntakeSettings(
    String topic,
    String group,
    int maxInFlight,
    int ledgerSpan,
    RingSettings ring,
    GroupProtocol groupProtocol,
    Map<String, Object> kafkaProperties) {

  /**
   * After how long without a heartbeat a worker counts as dead under the classic protocol, unless
   * {@code kafka.properties} says otherwise. Its partitions have no owner until then, while callers
   * hear it ring.
   */
  public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  public IntakeSettings {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("intake.max-in-flight must be at least 1");
    }
    if (ledgerSpan < 1) {
      throw new IllegalArgumentException("intake.ledger-span must be at least 1");
    }
    kafkaProperties = Map.copyOf(kafkaProperties);
  }

  /** What the consumer of invites is made with; values may be passwords. */
  public Map<String, Object> consumerProperties() {
    return ConsumerProperties.of(this);
  }

  /** Without the values of the Kafka properties, for they may be passwords. */
  @Override
  public String toString() {
    return "IntakeSettings[topic="
        + topic
        + ", group="
        + group
        + ", maxInFlight="
        + maxInFlight
        + ", ledgerSpan="
        + ledgerSpan
        + ", ring="
        + ring
        + ", groupProtocol="
        + groupProtocol
        + ", kafkaProperties="
        + new TreeSet<>(kafkaProperties.keySet())
        + "]";
  }

  /** How the group shares the partitions among its members. */
  public enum GroupProtocol {
    /** Decided by a member: fails over within {@code session.timeout.ms}, which we set to 6 s. */
    CLASSIC,
    /** Decided by the broker (KIP-848), with the time-outs that the broker is set to. */
    CONSUMER
  }
}
