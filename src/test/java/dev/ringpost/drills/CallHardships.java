package dev.ringpost.drills;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The hardships that come with the calls: wrong records, floods, repeats, races. */
final class CallHardships {

  /** Records of which no invite can be made, each in another way. */
  static final List<String> POISON =
      List.of(
          "",
          "not json",
          "[]",
          "null",
          "7",
          "{",
          "{}",
          "{\"callee\": \"user-1\"}",
          "{\"callId\": 7, \"callee\": \"user-1\", \"caller\": {\"uri\": \"sip:x\"}}",
          "{\"callId\": \"\", \"callee\": \"user-1\", \"caller\": {\"uri\": \"sip:x\"}}",
          "{\"callId\": \"p\", \"callId\": \"q\"}",
          "{\"callId\": \"p\", \"callee\": \"u\", \"callee\": \"v\", \"caller\": {\"uri\": \"x\"}}",
          "[".repeat(10_000),
          "{\"custom\": \"" + "x".repeat(70_000) + "\"}",
          "\u0000\uffff");

  private static final int HUGE = 10_000_000;
  private static final int STALE = 20_000;
  private static final int REPEATS = 1_000;
  private static final int POPULAR = 500;
  private static final int EVERYBODY = 60;
  private static final int TIMES = 10;
  private static final int REGISTRATIONS = 50_000;
  private static final int CROWD = 300;

  private CallHardships() {}

  static List<Hardship> all() {
    return List.of(
        Hardship.harmless("calls: poison among them", CallHardships::poison),
        Hardship.harmless("calls: hostile headers among them", CallHardships::hostileHeaders),
        Hardship.harmless("calls: records of 10 MB among them", CallHardships::huge),
        Hardship.harmless("calls: four times as many, for 15 s", CallHardships::surge),
        Hardship.harmless("calls: three times as many, for 1 min", CallHardships::longSurge),
        Hardship.harmless("calls: 20,000 that are over", CallHardships::stale),
        Hardship.harmless("calls: one invite a thousand times", CallHardships::repeats),
        Hardship.harmless("calls: 500 for one callee at once", CallHardships::popular),
        Hardship.harmless(
            "calls: one caller calls everybody ten times at once", CallHardships::robot),
        Hardship.harmless("tokens: 50,000 registrations at once", CallHardships::registrations),
        Hardship.harmless("tokens: a user of 300 phones is called", CallHardships::crowd),
        Hardship.harmless(
            "tokens: a phone comes and goes while it is called", CallHardships::comesAndGoes));
  }

  static void poison(DrillCluster cluster, Random random) {
    for (String value : POISON) {
      cluster.platform().publish(null, value);
      DrillCluster.pause(Duration.ofMillis(50));
    }
  }

  /** Each set beside an invite that is whole, and beside one that cannot be read. */
  private static void hostileHeaders(DrillCluster cluster, Random random) {
    long run = random.nextLong();
    for (int n = 0; n < HostileHeaders.ALL.size(); n++) {
      String whole =
          """
          {"callId": "hostile-%d-%d", "callee": "user-6", "ringSeconds": 45,
           "caller": {"uri": "sip:bob@example.com"}}\
          """
              .formatted(run, n);
      for (String value : List.of(whole, "not json")) {
        var record =
            new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, value.getBytes(UTF_8));
        for (Header header : HostileHeaders.ALL.get(n)) {
          record.headers().add(header);
        }
        cluster.platform().publish(record);
      }
      DrillCluster.pause(Duration.ofMillis(50));
    }
  }

  /** One that is no JSON, and one that is, with more for the app than a phone can get. */
  private static void huge(DrillCluster cluster, Random random) throws Exception {
    cluster.kafka().allowRecordsOf(2 * HUGE, CallPlatform.INVITES);
    cluster.platform().publish(null, "x".repeat(HUGE));
    cluster
        .platform()
        .publish(
            null,
            """
            {"callId": "huge-%d", "callee": "user-3", "caller": {"uri": "sip:bob@example.com"},
             "custom": {"all": "%s"}}\
            """
                .formatted(random.nextLong(), "x".repeat(HUGE)));
  }

  private static void surge(DrillCluster cluster, Random random) {
    try (var _ = cluster.moreCalls();
        var _ = cluster.moreCalls();
        var _ = cluster.moreCalls()) {
      DrillCluster.pause(Duration.ofSeconds(15));
    }
  }

  private static void longSurge(DrillCluster cluster, Random random) {
    try (var _ = cluster.moreCalls();
        var _ = cluster.moreCalls()) {
      DrillCluster.pause(Duration.ofMinutes(1));
    }
  }

  private static void stale(DrillCluster cluster, Random random) {
    Instant longAgo = Instant.now().minusSeconds(600);
    try (var producer = producer(cluster)) {
      for (int n = 0; n < STALE; n++) {
        String value =
            """
            {"callId": "stale-%d-%d", "callee": "user-1", "ringSeconds": 5, "invitedAt": "%s",
             "caller": {"uri": "sip:bob@example.com"}}\
            """
                .formatted(random.nextLong(), n, longAgo);
        var _ =
            producer.send(new ProducerRecord<>(CallPlatform.INVITES, null, value.getBytes(UTF_8)));
      }
    }
  }

  private static void repeats(DrillCluster cluster, Random random) {
    var call = new CallId("again-" + random.nextLong());
    for (int n = 0; n < REPEATS; n++) {
      cluster.platform().inviteLater(call, CallLoad.user(1), Duration.ofSeconds(45), _ -> {});
    }
    DrillCluster.pause(Duration.ofSeconds(1));
  }

  private static void popular(DrillCluster cluster, Random random) {
    long run = random.nextLong();
    for (int n = 0; n < POPULAR; n++) {
      var call = new CallId("popular-" + run + "-" + n);
      cluster.platform().inviteLater(call, CallLoad.user(2), Duration.ofSeconds(45), _ -> {});
    }
    DrillCluster.pause(Duration.ofSeconds(1));
  }

  /** With no limit set, as is the default; with one, {@code FloodIT} has it. */
  private static void robot(DrillCluster cluster, Random random) {
    long run = random.nextLong();
    for (int n = 0; n < TIMES * EVERYBODY; n++) {
      var call = new CallId("robot-" + run + "-" + n);
      cluster
          .platform()
          .inviteLater(call, CallLoad.user(n % EVERYBODY), Duration.ofSeconds(45), _ -> {});
    }
    DrillCluster.pause(Duration.ofSeconds(1));
  }

  private static void registrations(DrillCluster cluster, Random random) {
    try (var producer = producer(cluster)) {
      for (int n = 0; n < REGISTRATIONS; n++) {
        String value =
            """
            {"token": "%064x", "environment": "production", "bundleId": "%s",
             "registeredAt": "%s"}\
            """
                .formatted(1_000_000 + n, DrillCluster.APP.value(), Instant.now());
        byte[] key = ("flood-" + n % 1000 + "/phone").getBytes(UTF_8);
        var _ =
            producer.send(new ProducerRecord<>(CallPlatform.TOKENS, key, value.getBytes(UTF_8)));
      }
      for (int n = 0; n < 1000; n++) {
        byte[] key = ("flood-" + n + "/phone").getBytes(UTF_8);
        var _ = producer.send(new ProducerRecord<>(CallPlatform.TOKENS, key, null));
      }
    }
  }

  private static void crowd(DrillCluster cluster, Random random) {
    var user = new UserId("crowd");
    for (int n = 0; n < CROWD; n++) {
      cluster.platform().register(user, DrillCluster.phone(200, n));
    }
    var call = new CallId("crowd-" + random.nextLong());
    cluster.platform().inviteLater(call, user, Duration.ofSeconds(45), _ -> {});
    DrillCluster.pause(Duration.ofSeconds(2));
    for (int n = 0; n < CROWD; n++) {
      cluster.platform().remove(user, DrillCluster.phone(200, n).id());
    }
  }

  private static void comesAndGoes(DrillCluster cluster, Random random) {
    var user = new UserId("restless");
    Device phone = DrillCluster.phone(100, 0);
    long run = random.nextLong();
    for (int n = 0; n < 100; n++) {
      cluster.platform().register(user, phone);
      cluster
          .platform()
          .inviteLater(
              new CallId("restless-" + run + "-" + n), user, Duration.ofSeconds(45), _ -> {});
      cluster.platform().remove(user, phone.id());
    }
  }

  static KafkaProducer<byte[], byte[]> producer(DrillCluster cluster) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", cluster.platform().bootstrapServers(), "linger.ms", 5),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
