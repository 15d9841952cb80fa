package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.intake.IntakeSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time for which partitions have no owner after a worker dies without leaving, as the group is
 * really set. With the protocol {@code classic} the client sets it, with {@code consumer} (KIP-848)
 * the broker does, where operators rarely look. Measured from the death on it is the session
 * time-out on the average: up to a heartbeat less, since the last heartbeat was sent before the
 * death, and up to a heartbeat more, since the others hear of it with their next one.
 *
 * @param session after how long without a heartbeat a member counts as dead
 * @param heartbeat how often members send one
 */
public record FailoverTime(Duration session, Duration heartbeat) {

  static final String GROUP_SESSION = "consumer.session.timeout.ms";
  private static final String GROUP_HEARTBEAT = "consumer.heartbeat.interval.ms";

  /**
   * A fail-over may take this part of the time that a call rings; beyond it is worth a warning, for
   * what is left must do for the push and for somebody to reach the phone.
   */
  private static final int SHARE = 3;

  private static final Logger log = LoggerFactory.getLogger(FailoverTime.class);

  /**
   * The time of a group; empty if the broker does not tell within {@code patience}, as one does not
   * that is older than the protocol or lets us not ask.
   */
  public static Optional<FailoverTime> of(Kafka kafka, String group, Duration patience) {
    return switch (kafka.groupProtocol()) {
      case CLASSIC -> {
        Map<String, Object> properties = kafka.clientProperties();
        yield Optional.of(
            new FailoverTime(
                IntakeSettings.sessionTimeout(properties),
                IntakeSettings.heartbeatInterval(properties)));
      }
      case CONSUMER -> atBroker(kafka, group, patience);
    };
  }

  /** The longest time from the death of a worker until others own its partitions. */
  public Duration longest() {
    return session.plus(heartbeat);
  }

  /** Whether it is too long for calls that ring for {@code ring}. */
  public boolean isSlow(Duration ring) {
    return session.compareTo(ring.dividedBy(SHARE)) > 0;
  }

  private static Optional<FailoverTime> atBroker(Kafka kafka, String group, Duration patience) {
    Map<String, Object> settings = new HashMap<>(kafka.clientProperties());
    settings.put("client.id", "ringpost-failover-check");
    var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    var options = new DescribeConfigsOptions().timeoutMs(Math.toIntExact(patience.toMillis()));
    try (Admin admin = Admin.create(settings)) {
      Config config =
          admin
              .describeConfigs(List.of(resource), options)
              .all()
              .get(patience.toMillis(), TimeUnit.MILLISECONDS)
              .get(resource);
      return millis(config, GROUP_SESSION)
          .flatMap(
              session ->
                  millis(config, GROUP_HEARTBEAT)
                      .map(heartbeat -> new FailoverTime(session, heartbeat)));
    } catch (ExecutionException | TimeoutException | KafkaException | NumberFormatException e) {
      log.atDebug().setCause(e).log("the broker does not name the group's session time-out");
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** A setting in milliseconds, if it is there. */
  static Optional<Duration> millis(@Nullable Config config, String key) {
    return Optional.ofNullable(config)
        .map(found -> found.get(key))
        .map(ConfigEntry::value)
        .map(millis -> Duration.ofMillis(Long.parseLong(millis)));
  }
}
