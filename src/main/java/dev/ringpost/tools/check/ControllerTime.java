package dev.ringpost.tools.check;

import dev.ringpost.config.RingpostConfig.Kafka;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.KafkaException;

/**
 * The time by Kafka: the leader of the controllers says when it was up to date last, and that is
 * when it is asked.
 *
 * @param millis its time in milliseconds since 1970
 * @param trip how long ago, at most, that was
 */
public record ControllerTime(long millis, Duration trip) {

  /**
   * Asks. Empty where nobody answers in time, where there are no such controllers (ZooKeeper), and
   * where this user may not Describe the cluster.
   *
   * @param patience bound on the asking
   */
  public static Optional<ControllerTime> ask(Kafka kafka, Duration patience) {
    int millis = Math.toIntExact(patience.toMillis());
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      // The first answer is late by the time that it takes to connect.
      return ask(admin, millis).isEmpty() ? Optional.empty() : ask(admin, millis);
    } catch (KafkaException _) {
      return Optional.empty();
    }
  }

  /**
   * A listener for times: from which place, in milliseconds since 1970, and how long ago at most.
   */
  @FunctionalInterface
  public interface Listener {
    void told(String place, long millis, Duration trip);
  }

  /** Tells it. */
  public void tell(Listener listener) {
    listener.told("controller", millis, trip);
  }

  private static Optional<ControllerTime> ask(Admin admin, int millis) {
    long start = System.nanoTime();
    try {
      QuorumInfo quorum =
          admin
              .describeMetadataQuorum(new DescribeMetadataQuorumOptions().timeoutMs(millis))
              .quorumInfo()
              .get(millis, TimeUnit.MILLISECONDS);
      Duration trip = Duration.ofNanos(System.nanoTime() - start);
      return quorum.voters().stream()
          .filter(voter -> voter.replicaId() == quorum.leaderId())
          .flatMap(leader -> leader.lastCaughtUpTimestamp().stream().boxed())
          .map(time -> new ControllerTime(time, trip))
          .findFirst();
    } catch (ExecutionException | TimeoutException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
