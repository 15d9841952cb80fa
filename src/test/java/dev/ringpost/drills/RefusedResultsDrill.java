package dev.ringpost.drills;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.WorkerProcess;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The drill of results that Kafka refuses for so long that a small heap would be full: phones ring
 * until the bound on waiting bytes, then reading rests, a worker that is killed and started in the
 * middle works, and in the end every call has its result. {@code -Ddrill.heap=460
 * -Ddrill.calls=90000 -Ddrill.rate=200} is the chart's worker under usual load; the defaults need
 * five minutes.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class RefusedResultsDrill {

  private static final String APP = "com.example.phone";
  private static final int HEAP = Integer.getInteger("drill.heap", 160);
  private static final int CALLS = Integer.getInteger("drill.calls", 28_000);
  private static final int RATE = Integer.getInteger("drill.rate", 250);
  private static final String PADDING = "x".repeat(200);
  private static final Duration WITHIN = Duration.ofMinutes(5);

  @TempDir Path folder;

  @Test
  void readingRestsBeforeTheHeapIsFullAndNothingIsLost() throws Exception {
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    try (var kafka =
            LocalKafka.start(
                Map.of(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "allow.everyone.if.no.acl.found",
                    "true"));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        var apns =
            LocalApns.builder(credentials).topic(APP + ".voip").key(key).onlyCount().start()) {
      Path config =
          ConfigFile.of(kafka.bootstrapServers())
              .apns(credentials, apns, apns)
              .apps(APP, key)
              .write(folder.resolve("ringpost.yaml"));
      try (WorkerProcess first = worker(config)) {
        Device phone = Samples.device("phone", new BundleId(APP), Instant.EPOCH);
        try (var platform = new CallPlatform(kafka.bootstrapServers())) {
          platform.register(new UserId("alice"), phone);
        }
        admin.createAcls(List.of(may(AclOperation.READ), may(AclOperation.DESCRIBE))).all().get();
        call(kafka.bootstrapServers(), 0, CALLS);
        await().atMost(WITHIN).until(() -> metric(first, "ringpost_outputs_backlog_ratio") >= 1);
        long ringing = apns.received();
        LockSupport.parkNanos(Duration.ofSeconds(5).toNanos());
        long later = apns.received();
        report("full", first, later);
        assertThat(later - ringing).as("calls that ring on while full").isLessThan(2_000);
        assertThat(later).as("reading rested").isBetween(1L, CALLS - 1L);
        assertThat(first.alive()).isTrue();
        first.kill();
      }
      try (WorkerProcess second = worker(config)) {
        call(kafka.bootstrapServers(), CALLS, CALLS + 1_000);
        await().atMost(WITHIN).until(() -> metric(second, "ringpost_outputs_backlog_ratio") >= 1);
        report("full again after a start", second, apns.received());
        assertThat(second.output()).contains("call-push-results");

        admin
            .deleteAcls(
                List.of(may(AclOperation.READ).toFilter(), may(AclOperation.DESCRIBE).toFilter()))
            .all()
            .get();
        await()
            .atMost(WITHIN)
            .pollInterval(Duration.ofSeconds(3))
            .until(() -> told(kafka.bootstrapServers()).size() == CALLS + 1_000);
        report("all told", second, apns.received());
        assertThat(second.terminate()).isZero();
      }
    }
  }

  private WorkerProcess worker(Path config) {
    WorkerProcess worker =
        WorkerProcess.start(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.ringpost.Main"),
            config,
            folder);
    await().atMost(WITHIN).until(() -> worker.ready() || !worker.alive());
    assertThat(worker.alive()).as(worker.output()).isTrue();
    return worker;
  }

  private static void call(String bootstrapServers, int from, int to) {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      long start = System.nanoTime();
      for (int call = from; call < to; call++) {
        String value =
            """
            {"callId": "call-%d", "callee": "alice", "ringSeconds": 60,
             "caller": {"uri": "sip:bob@example.com", "name": "Bob"}, "custom": {"room": "%s"}}
            """
                .formatted(call, PADDING);
        var _ =
            producer.send(
                new ProducerRecord<>(
                    CallPlatform.INVITES, ("k" + call).getBytes(UTF_8), value.getBytes(UTF_8)));
        long due = start + (call - from) * TimeUnit.SECONDS.toNanos(1) / RATE;
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
  }

  /** The calls whose server was told something final. */
  private static Set<String> told(String bootstrapServers) {
    return TopicContents.upToNow(bootstrapServers, CallPlatform.RESULTS).stream()
        .map(CallPlatform::json)
        .filter(result -> result.path("final").asBoolean())
        .map(result -> result.path("callId").asText())
        .collect(Collectors.toSet());
  }

  private static double metric(WorkerProcess worker, String name) {
    return worker
        .get("/metrics")
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .max()
        .orElse(0);
  }

  private static void report(String when, WorkerProcess worker, long rings) {
    System.out.printf(
        "%s: heap %d MiB, tenured %.0f MiB, %.0f results wait, backlog %.2f, %d pushes%n",
        when,
        HEAP,
        metric(worker, "jvm_memory_used_bytes{area=\"heap\",id=\"Tenured Gen\"") / (1 << 20),
        metric(worker, "ringpost_outputs_waiting{kind=\"result\""),
        metric(worker, "ringpost_outputs_backlog_ratio"),
        rings);
  }

  private static AclBinding may(AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, CallPlatform.RESULTS, PatternType.LITERAL),
        new AccessControlEntry("User:*", "*", operation, AclPermissionType.ALLOW));
  }
}
