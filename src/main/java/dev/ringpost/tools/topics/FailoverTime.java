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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time for which partitions have no owner after a worker dies without leaving: the group's
 * session time-out as it really is. With the protocol {@code classic} the client sets it, with
 * {@code consumer} (KIP-848) the broker does, where operators rarely look.
 */
public final class FailoverTime {

  private static final String GROUP_KEY = "consumer.session.timeout.ms";

  /**
   * A fail-over may take this part of the time that a call rings; beyond it is worth a warning, for
   * what is left must do for the push and for somebody to reach the phone.
   */
  private static final int SHARE = 3;

  private static final Logger log = LoggerFactory.getLogger(FailoverTime.class);

  private FailoverTime() {}

  /**
   * The time of a group; empty if the broker does not tell within {@code patience}, as one does not
   * that is older than the protocol or lets us not ask.
   */
  public static Optional<Duration> of(Kafka kafka, String group, Duration patience) {
    return switch (kafka.groupProtocol()) {
      case CLASSIC -> Optional.of(IntakeSettings.sessionTimeout(kafka.clientProperties()));
      case CONSUMER -> atBroker(kafka, group, patience);
    };
  }

  /** Whether a time is too long for calls that ring for {@code ring}. */
  public static boolean isSlow(Duration time, Duration ring) {
    return time.compareTo(ring.dividedBy(SHARE)) > 0;
  }

  private static Optional<Duration> atBroker(Kafka kafka, String group, Duration patience) {
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
      return Optional.ofNullable(config)
          .map(found -> found.get(GROUP_KEY))
          .map(ConfigEntry::value)
          .map(millis -> Duration.ofMillis(Long.parseLong(millis)));
    } catch (ExecutionException | TimeoutException | KafkaException | NumberFormatException e) {
      log.atDebug().setCause(e).log("the broker does not name the group's session time-out");
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
