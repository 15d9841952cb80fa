package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
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
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session time-outs that the brokers accept. Under the protocol {@code classic} a member with
 * another one is refused and never joins; under {@code consumer} the group cannot be set so.
 *
 * @param least the shortest
 * @param most the longest
 */
public record SessionBounds(Duration least, Duration most) {

  private static final Logger log = LoggerFactory.getLogger(SessionBounds.class);

  /** The brokers' setting for the shortest. */
  public static String leastKey(GroupProtocol protocol) {
    return key(protocol, "min");
  }

  /** The brokers' setting for the longest. */
  public static String mostKey(GroupProtocol protocol) {
    return key(protocol, "max");
  }

  private static String key(GroupProtocol protocol, String bound) {
    return switch (protocol) {
      case CLASSIC -> "group." + bound + ".session.timeout.ms";
      case CONSUMER -> "group.consumer." + bound + ".session.timeout.ms";
    };
  }

  /** Whether a session time-out is within. */
  public boolean contain(Duration session) {
    return session.compareTo(least) >= 0 && session.compareTo(most) <= 0;
  }

  /**
   * What all brokers accept; empty if none tells within {@code patience}, as none does to a user
   * without the right to {@code DescribeConfigs} of the cluster, which a worker does not need.
   */
  public static Optional<SessionBounds> atBrokers(Kafka kafka, Duration patience) {
    Map<String, Object> settings = new HashMap<>(kafka.clientProperties());
    settings.put("client.id", "ringpost-failover-check");
    int millis = Math.toIntExact(patience.toMillis());
    try (Admin admin = Admin.create(settings)) {
      List<ConfigResource> brokers =
          admin
              .describeCluster(new DescribeClusterOptions().timeoutMs(millis))
              .nodes()
              .get(millis, TimeUnit.MILLISECONDS)
              .stream()
              .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
              .toList();
      return admin
          .describeConfigs(brokers, new DescribeConfigsOptions().timeoutMs(millis))
          .all()
          .get(millis, TimeUnit.MILLISECONDS)
          .values()
          .stream()
          .flatMap(config -> of(config, kafka.groupProtocol()).stream())
          .reduce(SessionBounds::and);
    } catch (ExecutionException | TimeoutException | KafkaException | NumberFormatException e) {
      log.atDebug().setCause(e).log("the brokers do not name the session time-outs they accept");
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Optional<SessionBounds> of(Config config, GroupProtocol protocol) {
    return FailoverTime.millis(config, leastKey(protocol))
        .flatMap(
            least ->
                FailoverTime.millis(config, mostKey(protocol))
                    .map(most -> new SessionBounds(least, most)));
  }

  /** What both accept. */
  private SessionBounds and(SessionBounds other) {
    return new SessionBounds(
        least.compareTo(other.least) >= 0 ? least : other.least,
        most.compareTo(other.most) <= 0 ? most : other.most);
  }
}
