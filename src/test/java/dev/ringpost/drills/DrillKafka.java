package dev.ringpost.drills;

import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Three brokers that workers reach over a network of their own, which can be slow, cut and held up;
 * whoever calls and judges reaches them directly.
 */
final class DrillKafka implements AutoCloseable {

  private static final String WORKERS = "User:ANONYMOUS";
  private static final String ANY_HOST = "*";

  private final List<Relay> ways;
  private final LocalKafka brokers;
  private final Admin admin;

  private DrillKafka(List<Relay> ways, LocalKafka brokers) {
    this.ways = ways;
    this.brokers = brokers;
    this.admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()));
  }

  /** Once more, should somebody have taken a port between its finding and the listening. */
  static DrillKafka start() {
    try {
      return startNow();
    } catch (IllegalStateException e) {
      if (LocalKafka.foundItsPortTaken(e)) {
        return startNow();
      }
      throw e;
    }
  }

  private static DrillKafka startNow() {
    List<Relay> ways = new ArrayList<>();
    List<LocalKafka.Places> places =
        IntStream.range(0, LocalKafka.BROKERS)
            .mapToObj(
                _ -> {
                  int former = FreePort.find();
                  var way = new Relay(former);
                  ways.add(way);
                  return new LocalKafka.Places(former, way.port(), FreePort.find());
                })
            .toList();
    return new DrillKafka(List.copyOf(ways), LocalKafka.clusterAtTwoPlaces(places));
  }

  LocalKafka brokers() {
    return brokers;
  }

  Admin admin() {
    return admin;
  }

  /** Where workers find the brokers. */
  String workersBootstrap() {
    return ways.stream().map(way -> "localhost:" + way.port()).collect(Collectors.joining(","));
  }

  /** The ports by which workers reach the brokers. */
  List<Integer> networkPorts() {
    return ways.stream().map(Relay::port).toList();
  }

  /** Something happens to the workers' network for a time; then it is as before. */
  void network(Consumer<Relay> trouble, Duration time) {
    network(ways, trouble, time);
  }

  /**
   * The same on the way to one broker alone.
   *
   * @param index which of the brokers, from 0
   */
  void networkOfOne(int index, Consumer<Relay> trouble, Duration time) {
    network(List.of(ways.get(index)), trouble, time);
  }

  private static void network(List<Relay> ways, Consumer<Relay> trouble, Duration time) {
    ways.forEach(trouble);
    DrillCluster.pause(time);
    ways.forEach(Relay::mend);
  }

  /** A topic as it is now. */
  TopicDescription describe(String topic) {
    try {
      return admin.describeTopics(List.of(topic)).allTopicNames().get().values().iterator().next();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("could not describe " + topic, e);
    }
  }

  /** How many partitions a topic has now; some hardships add to them. */
  int partitions(String topic) {
    return describe(topic).partitions().size();
  }

  void create(NewTopic topic) {
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("could not create " + topic.name(), e);
    }
  }

  /** So that this one topic can be without a leader while all others have one. */
  void putResultsOnOneBroker(int partitions) {
    int broker = brokers.brokerIds().getLast();
    Map<Integer, List<Integer>> places = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      places.put(partition, List.of(broker));
    }
    // As Ringpost itself creates it: workers learn from it which time it is.
    Map<String, String> settings =
        Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, TimestampType.LOG_APPEND_TIME.name);
    create(new NewTopic(CallPlatform.RESULTS, places).configs(settings));
  }

  /** Lets a topic have records of a size; its replicas are fetched whatever their size. */
  void allowRecordsOf(int bytes, String topic) throws ExecutionException, InterruptedException {
    var larger =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(bytes)),
            AlterConfigOp.OpType.SET);
    admin
        .incrementalAlterConfigs(
            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(larger)))
        .all()
        .get();
  }

  /** A right is taken from everybody for a time, and given back. */
  void without(AclOperation operation, ResourceType type, String name, Duration time)
      throws ExecutionException, InterruptedException {
    List<AclBinding> acls =
        Stream.of(
                acl(AclOperation.ALL, AclPermissionType.ALLOW, type, name),
                acl(operation, AclPermissionType.DENY, type, name))
            .toList();
    admin.createAcls(acls).all().get();
    DrillCluster.pause(time);
    admin.deleteAcls(acls.stream().map(AclBinding::toFilter).toList()).all().get();
  }

  private static AclBinding acl(
      AclOperation operation, AclPermissionType permission, ResourceType type, String name) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry(WORKERS, ANY_HOST, operation, permission));
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    brokers.close();
    for (Relay way : ways) {
      try {
        way.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
