package dev.ringpost.testing;

import java.net.BindException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import kafka.server.BrokerServer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/**
 * A Kafka cluster in this JVM from Kafka's own jars: KRaft, on free ports, in a temporary folder
 * that {@link #close} removes. The first one in a JVM takes about three seconds, later ones a third
 * of one.
 */
public final class LocalKafka implements AutoCloseable {

  /** The brokers of a cluster. */
  public static final int BROKERS = 3;

  /** The controllers of a cluster in which one of them can be missing. */
  private static final int CONTROLLERS = 3;

  private final KafkaClusterTestKit kit;
  private final String bootstrapServers;
  private final LocalControllers controllers;

  private LocalKafka(KafkaClusterTestKit kit, String bootstrapServers) {
    this.kit = kit;
    this.bootstrapServers = bootstrapServers;
    this.controllers = new LocalControllers(kit);
  }

  /** One node that is broker and controller. */
  public static LocalKafka start() {
    return start(Map.of());
  }

  /** One node that is broker and controller, with settings of the broker's own. */
  public static LocalKafka start(Map<String, String> settings) {
    KafkaClusterTestKit kit = startKit(oneNode(), settings);
    return new LocalKafka(kit, kit.bootstrapServers());
  }

  /**
   * One node whose broker starts again soon after {@link #stopBrokers}: it need not wait long until
   * its former self counts as dead. On a busy machine it may count as dead itself for a moment.
   */
  public static LocalKafka startForOutages() {
    return start(Map.of("broker.session.timeout.ms", "3000"));
  }

  /** Three brokers and a controller of their own; topics of Kafka itself are on all of them. */
  public static LocalKafka startCluster() {
    return startCluster(
        BROKERS,
        Map.of(
            "broker.session.timeout.ms",
            "3000",
            "offsets.topic.replication.factor",
            Integer.toString(BROKERS)));
  }

  /** So many brokers and a controller of their own, with settings of the cluster's own. */
  public static LocalKafka startCluster(int brokers, Map<String, String> settings) {
    KafkaClusterTestKit kit =
        startKit(
            new TestKitNodes.Builder().setNumControllerNodes(1).setNumBrokerNodes(brokers).build(),
            settings);
    return new LocalKafka(kit, kit.bootstrapServers());
  }

  /**
   * One node that also listens on a port of the caller's choice, with a listener of its own: the
   * sockets of the kit's own listeners are bound beforehand, to ports of its choice.
   */
  public static LocalKafka onPort(int port) {
    var settings =
        Map.of(
            "listeners",
            "EXTERNAL://localhost:0,CHOSEN://localhost:" + port + ",CONTROLLER://localhost:0",
            "listener.security.protocol.map",
            "EXTERNAL:PLAINTEXT,CHOSEN:PLAINTEXT,CONTROLLER:PLAINTEXT");
    return new LocalKafka(startKit(oneNode(), settings), "localhost:" + port);
  }

  /**
   * One node with a second listener as a guarded cluster has one, on a port of the caller's choice:
   * SASL_SSL with SCRAM-SHA-512, and users who may do nothing until an ACL allows it. Who comes in
   * by the listener of {@link #bootstrapServers} may do everything.
   *
   * @param keyStore a {@code .p12} file with the server's key
   */
  public static LocalKafka guarded(int port, Path keyStore, String passphrase) {
    String guarded = "listener.name.guarded.";
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listeners",
        "EXTERNAL://localhost:0,GUARDED://localhost:" + port + ",CONTROLLER://localhost:0");
    settings.put(
        "listener.security.protocol.map",
        "EXTERNAL:PLAINTEXT,GUARDED:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put(guarded + "sasl.enabled.mechanisms", "SCRAM-SHA-512");
    settings.put(
        guarded + "scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    settings.put(guarded + "ssl.keystore.type", "PKCS12");
    settings.put(guarded + "ssl.keystore.location", keyStore.toString());
    settings.put(guarded + "ssl.keystore.password", passphrase);
    settings.put(guarded + "ssl.key.password", passphrase);
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:ANONYMOUS");
    return start(settings);
  }

  /**
   * One node with a second listener, on a port of the caller's choice, that lets in whoever has a
   * token of an identity provider: SASL/OAUTHBEARER. The process must allow the URL of its keys.
   */
  public static LocalKafka withTokens(int port, TokenEndpoint provider) {
    String bearer = "listener.name.bearer.";
    String mechanism = bearer + "oauthbearer.sasl.";
    String classes = "org.apache.kafka.common.security.oauthbearer.";
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listeners",
        "EXTERNAL://localhost:0,BEARER://localhost:" + port + ",CONTROLLER://localhost:0");
    settings.put(
        "listener.security.protocol.map",
        "EXTERNAL:PLAINTEXT,BEARER:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put(bearer + "sasl.enabled.mechanisms", "OAUTHBEARER");
    settings.put(mechanism + "jaas.config", classes + "OAuthBearerLoginModule required;");
    settings.put(
        mechanism + "server.callback.handler.class",
        classes + "OAuthBearerValidatorCallbackHandler");
    settings.put(mechanism + "oauthbearer.jwks.endpoint.url", provider.keysUrl());
    return new LocalKafka(startKit(oneNode(), settings), "localhost:" + port);
  }

  /**
   * The places of a broker that can move, all of them ports of this machine.
   *
   * @param former where it listens until it moves
   * @param advertised where it sends who asks it there, such as a way to {@code former} that can be
   *     cut
   * @param present where it listens as well, and sends who asks it there
   */
  public record Places(int former, int advertised, int present) {}

  /** As many brokers as places, and a controller of their own; found at their present places. */
  public static LocalKafka atTwoPlaces(List<Places> places) {
    return atTwoPlaces(places, 1, Map.of());
  }

  /**
   * As many brokers as places that can be stopped one by one, as {@link #startCluster}, whose ACLs
   * count where there are any, and three controllers, of which one can be stopped.
   */
  public static LocalKafka clusterAtTwoPlaces(List<Places> places) {
    return atTwoPlaces(
        places,
        CONTROLLERS,
        Map.of(
            "broker.session.timeout.ms",
            "3000",
            "offsets.topic.replication.factor",
            Integer.toString(places.size()),
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true",
            "principal.builder.class",
            ListenerPrincipals.class.getName(),
            "super.users",
            ListenerPrincipals.CLUSTER.toString()));
  }

  private static LocalKafka atTwoPlaces(
      List<Places> places, int controllers, Map<String, String> settings) {
    Map<Integer, Map<String, String>> own = new HashMap<>();
    for (int broker = 0; broker < places.size(); broker++) {
      Places at = places.get(broker);
      String listeners = "EXTERNAL://localhost:0,FORMER://localhost:%d,PRESENT://localhost:%d";
      own.put(
          broker,
          Map.of(
              "listeners",
              listeners.formatted(at.former(), at.present()),
              "advertised.listeners",
              listeners.formatted(at.advertised(), at.present())));
    }
    TestKitNodes nodes =
        new TestKitNodes.Builder()
            .setNumControllerNodes(controllers)
            .setNumBrokerNodes(places.size())
            .setPerServerProperties(own)
            .build();
    Map<String, String> all = new HashMap<>(settings);
    all.put(
        "listener.security.protocol.map",
        "EXTERNAL:PLAINTEXT,FORMER:PLAINTEXT,PRESENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    KafkaClusterTestKit kit = startKit(nodes, all);
    return new LocalKafka(
        kit,
        places.stream().map(at -> "localhost:" + at.present()).collect(Collectors.joining(",")));
  }

  private static TestKitNodes oneNode() {
    return new TestKitNodes.Builder()
        .setCombined(true)
        .setNumControllerNodes(1)
        .setNumBrokerNodes(1)
        .build();
  }

  private static KafkaClusterTestKit startKit(TestKitNodes nodes, Map<String, String> settings) {
    try {
      var builder =
          new KafkaClusterTestKit.Builder(nodes)
              .setConfigProp("auto.create.topics.enable", "false")
              .setConfigProp("offsets.topic.replication.factor", (short) 1)
              .setConfigProp("offsets.topic.num.partitions", 1)
              .setConfigProp("transaction.state.log.replication.factor", (short) 1)
              .setConfigProp("transaction.state.log.min.isr", 1)
              .setConfigProp("transaction.state.log.num.partitions", 1)
              .setConfigProp("group.initial.rebalance.delay.ms", 0)
              .setConfigProp("broker.session.timeout.ms", "18000")
              .setConfigProp("broker.heartbeat.interval.ms", "200");
      settings.forEach(builder::setConfigProp);
      KafkaClusterTestKit kit = builder.build();
      try {
        kit.format();
        kit.startup();
        kit.waitForReadyBrokers();
        return kit;
      } catch (Exception e) {
        kit.close();
        throw e;
      }
    } catch (Exception e) {
      throw new IllegalStateException("the embedded Kafka did not start", e);
    }
  }

  /** Whether an embedded Kafka did not start for a port was taken from it. */
  public static boolean foundItsPortTaken(IllegalStateException e) {
    Throwable cause = e;
    while (cause != null && !(cause instanceof BindException)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  /** What {@code bootstrap.servers} takes. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Stops the brokers, as in an outage; what they have stored stays. */
  public void stopBrokers() {
    kit.brokers()
        .values()
        .forEach(
            broker -> {
              broker.shutdown();
              broker.awaitShutdown();
            });
  }

  /** Starts the brokers again, on the same ports. */
  public void startBrokers() {
    kit.brokers().values().forEach(BrokerServer::startup);
  }

  /** Stops one broker, in an orderly way. */
  public void stopBroker(int id) {
    broker(id).shutdown();
    broker(id).awaitShutdown();
  }

  /** Starts a broker again, on the same port. */
  public void startBroker(int id) {
    broker(id).startup();
  }

  private BrokerServer broker(int id) {
    return Objects.requireNonNull(kit.brokers().get(id), "no such broker");
  }

  /** The ids of the brokers, in their order. */
  public List<Integer> brokerIds() {
    return kit.brokers().keySet().stream().sorted().toList();
  }

  /** Its controllers. */
  public LocalControllers controllers() {
    return controllers;
  }

  @Override
  public void close() {
    try {
      kit.close();
    } catch (Exception e) {
      throw new IllegalStateException("the embedded Kafka did not stop", e);
    }
  }
}
