package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.config.RingpostConfig.Server;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A search for the place where the way to a Kafka that gives no answer ends: at an address of the
 * configuration, or at one that a broker names of itself and others ({@code advertised.listeners}).
 * For one thread.
 */
public final class BrokerAddresses {

  /** Bound on one address, and on the question which there are. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Bound on the addresses that are tried. */
  private static final int MOST = 6;

  private final Kafka kafka;

  public BrokerAddresses(Kafka kafka) {
    this.kafka = kafka;
  }

  /** What was seen, in words that complete "gave no answer". */
  public String seen() {
    Set<Server> advertised = advertised();
    String broken =
        advertised.stream()
            .limit(MOST)
            .flatMap(BrokerAddresses::trouble)
            .collect(Collectors.joining(", "));
    if (!broken.isEmpty()) {
      return advertised.stream()
          .map(Server::toString)
          .collect(Collectors.joining(", ", "it names its brokers as ", ", but " + broken));
    }
    return kafka.bootstrapServers().stream()
        .limit(MOST)
        .map(server -> trouble(server).findFirst().orElse(server + " accepts connections"))
        .collect(Collectors.joining(", "));
  }

  /** The leaders of the topics that this user may see; empty if nobody answers. */
  private Set<Server> advertised() {
    Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-address-check");
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    try {
      var consumer = new KafkaConsumer<byte[], byte[]>(properties);
      try {
        return consumer.listTopics(PATIENCE).values().stream()
            .flatMap(List::stream)
            .map(PartitionInfo::leader)
            .filter(leader -> leader != null && !leader.isEmpty())
            .map((Node leader) -> new Server(leader.host(), leader.port()))
            .collect(
                Collectors.toCollection(
                    () -> new TreeSet<>(Comparator.comparing(Server::toString))));
      } finally {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
      }
    } catch (KafkaException _) {
      return Set.of();
    }
  }

  private static Stream<String> trouble(Server server) {
    var address = new InetSocketAddress(server.host(), server.port());
    if (address.isUnresolved()) {
      return Stream.of(server + " has no address here");
    }
    try (var socket = new Socket()) {
      socket.connect(address, Math.toIntExact(PATIENCE.toMillis()));
      return Stream.empty();
    } catch (SocketTimeoutException _) {
      return Stream.of(server + " does not answer within " + PATIENCE.toSeconds() + " s");
    } catch (ConnectException _) {
      return Stream.of(server + " refuses connections");
    } catch (IOException e) {
      return Stream.of(server + " cannot be reached: " + FailureWords.of(e));
    }
  }
}
