package dev.ringpost.intake;

import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.events.RingSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The settings of a consumer of invites.
 *
 * @param source what it reads
 * @param group {@code intake.group} or {@code retry.group}
 * @param maxInFlight {@code intake.max-in-flight} or {@code retry.max-in-flight}: bound on invites
 *     being rung at once
 * @param ledgerSpan {@code intake.ledger-span}: bound on the offsets of one partition between the
 *     oldest unsettled and the newest read; a poll may overshoot it by its own size
 * @param skipUnreadable {@code intake.skip-unreadable}: whether a record that Kafka's client cannot
 *     hand out becomes a dead letter, instead of holding up its partition
 * @param ring how long calls ring
 * @param groupProtocol {@code kafka.group-protocol}
 * @param kafkaProperties every client's properties, bootstrap servers included; they may hold
 *     passwords and are never printed
 */
public record IntakeSettings(
    Source source,
    String group,
    int maxInFlight,
    int ledgerSpan,
    boolean skipUnreadable,
    RingSettings ring,
    GroupProtocol groupProtocol,
    Map<String, Object> kafkaProperties) {

  /**
   * After how long without a heartbeat a worker counts as dead under the classic protocol, unless
   * {@code kafka.properties} says otherwise. Its partitions have no owner until then, while callers
   * hear it ring.
   */
  public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  /**
   * Bound on the broker's wait for records, unless {@code kafka.properties} says otherwise. A
   * paused partition that resumes waits for the pending fetch; at Kafka's default, half a second,
   * in which a phone could ring.
   */
  public static final Duration FETCH_WAIT = Duration.ofMillis(50);

  public IntakeSettings {
    InvalidSettingsException.require(maxInFlight >= 1, source.bound(), "must be at least 1");
    InvalidSettingsException.require(ledgerSpan >= 1, "intake.ledger-span", "must be at least 1");
    kafkaProperties = Map.copyOf(kafkaProperties);
  }

  /**
   * The topics that a consumer reads. Fresh invites and retries have consumers, groups and bounds
   * of their own.
   */
  public sealed interface Source {

    /** Its word in names and metrics. */
    String word();

    /** The key that bounds what of it is rung at once. */
    String bound();

    /**
     * Invites that nobody has tried yet.
     *
     * @param topic {@code topics.invites}
     */
    record Fresh(String topic) implements Source {
      @Override
      public String word() {
        return "invites";
      }

      @Override
      public String bound() {
        return "intake.max-in-flight";
      }
    }

    /**
     * The calls that are looked at once they are over, for they may have been missed.
     *
     * @param topic {@code topics.missed-calls}
     * @param longest how long a record waits at most, whatever it says
     * @param grace how long it still waits when its call is over before its time
     */
    record MissedCalls(String topic, Duration longest, Duration grace) implements Source {
      @Override
      public String word() {
        return "missed-calls";
      }

      @Override
      public String bound() {
        return "missed-call.max-in-flight";
      }
    }

    /**
     * Invites that are tried again.
     *
     * @param prefix {@code topics.retry}: the names of the ladder's topics without their number
     * @param retries {@code retry.ladder}: how long the records of each wait, of topic 1 first
     */
    record Retries(String prefix, List<Duration> retries) implements Source {
      public Retries {
        retries = List.copyOf(retries);
      }

      @Override
      public String word() {
        return "retries";
      }

      @Override
      public String bound() {
        return "retry.max-in-flight";
      }
    }
  }

  /**
   * How long the group waits for a sign of life, as far as it is known here: under the consumer
   * protocol the broker decides, and waits longer.
   *
   * @throws org.apache.kafka.common.config.ConfigException if Kafka's client refuses its setting
   */
  Duration sessionTimeout() {
    return switch (groupProtocol) {
      case CLASSIC -> sessionTimeout(kafkaProperties);
      case CONSUMER -> SESSION_TIMEOUT;
    };
  }

  /**
   * The session time-out of the classic protocol for clients with these properties, read as Kafka's
   * client reads it.
   *
   * @throws org.apache.kafka.common.config.ConfigException if Kafka's client refuses it
   */
  public static Duration sessionTimeout(Map<String, Object> kafkaProperties) {
    return ConsumerProperties.session(kafkaProperties);
  }

  /**
   * How often a member of a classic group with these properties says that it lives: a quarter of
   * its session time-out, 1.5 s at most, unless they say otherwise.
   *
   * @throws org.apache.kafka.common.config.ConfigException if Kafka's client refuses it
   */
  public static Duration heartbeatInterval(Map<String, Object> kafkaProperties) {
    return ConsumerProperties.heartbeat(kafkaProperties);
  }

  /** What the consumer of invites is made with; values may be passwords. */
  public Map<String, Object> consumerProperties() {
    return ConsumerProperties.of(this);
  }

  /** Without the values of the Kafka properties, for they may be passwords. */
  @Override
  public String toString() {
    return "IntakeSettings[source="
        + source
        + ", group="
        + group
        + ", maxInFlight="
        + maxInFlight
        + ", ledgerSpan="
        + ledgerSpan
        + ", skipUnreadable="
        + skipUnreadable
        + ", ring="
        + ring
        + ", groupProtocol="
        + groupProtocol
        + ", kafkaProperties="
        + new TreeSet<>(kafkaProperties.keySet())
        + "]";
  }

  /** The protocol by which the group shares the partitions among its members. */
  public enum GroupProtocol {
    /** Decided by a member: fails over within {@code session.timeout.ms}, which we set to 6 s. */
    CLASSIC,
    /** Decided by the broker (KIP-848), with the time-outs that the broker is set to. */
    CONSUMER
  }
}
