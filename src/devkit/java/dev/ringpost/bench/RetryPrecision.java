package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.events.HeaderName;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalWorker;
import dev.ringpost.testing.Percentiles;
import dev.ringpost.testing.Poll;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ReceivedPush;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A benchmark of how long after its due moment a retry arrives at APNs, for each retry of the
 * ladder, at an ordinary load: an even pace of calls, of which every tenth gets 503 on its first
 * three tries. The worker has its defaults; Kafka runs in a JVM of its own. The argument is the
 * time in seconds (60).
 *
 * <p>{@code mvn test-compile exec:exec@bench-retries}
 */
public final class RetryPrecision {

  private static final BundleId APP = new BundleId("com.example.phone");
  private static final int RETRIES = 3;
  private static final int PER_SECOND = 200;
  private static final int ONE_IN = 10;
  private static final int USERS = 100;
  private static final int SECONDS = 60;
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final Duration RING = Duration.ofSeconds(60);
  private static final Duration APNS_TAKES = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  /** One try of one call. */
  private record Try(String call, int attempt) {}

  private final KafkaProcess kafka;
  private final LocalApns apns;
  private final Map<Try, Instant> arrived;
  private final CallPlatform platform;
  private final LocalWorker worker;
  private int calls;

  private RetryPrecision(
      KafkaProcess kafka,
      LocalApns apns,
      Map<Try, Instant> arrived,
      CallPlatform platform,
      LocalWorker worker) {
    this.kafka = kafka;
    this.apns = apns;
    this.arrived = arrived;
    this.platform = platform;
    this.worker = worker;
  }

  public static void main(String[] arguments) throws IOException {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : SECONDS;
    Path folder = Files.createTempDirectory("ringpost-retries");
    LocalCredentials credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("BENCHKEY01", "BENCHTEAM1");
    try (var kafka = KafkaProcess.start();
        var apns = LocalApns.builder(credentials).topic(APP.voipTopic()).key(key).start()) {
      // A try that is pushed twice, on another connection, counts by its first arrival.
      Map<Try, Instant> arrived = new ConcurrentHashMap<>();
      apns.answerBy(push -> answer(push, arrived));
      Path config =
          ConfigFile.of(kafka.bootstrapServers())
              .apns(credentials, apns, apns)
              .apps(APP.value(), key)
              .with("admin: {host: localhost, port: 0}\n")
              .write(folder.resolve("ringpost.yaml"));
      try (var worker = LocalWorker.start(config)) {
        await(worker::ready);
        try (var platform = new CallPlatform(kafka.bootstrapServers())) {
          new RetryPrecision(kafka, apns, arrived, platform, worker)
              .measure(Duration.ofSeconds(seconds));
        }
      }
    }
    System.exit(0);
  }

  private static Behaviour answer(ReceivedPush push, Map<Try, Instant> arrived) {
    Try pushed = of(push);
    arrived.putIfAbsent(pushed, push.arrivedAt());
    return pushed.call().endsWith("0") && pushed.attempt() <= RETRIES
        ? Behaviour.rejects(503, "ServiceUnavailable").after(APNS_TAKES)
        : Behaviour.accepts().after(APNS_TAKES);
  }

  private void measure(Duration time) {
    for (int user = 0; user < USERS; user++) {
      platform.register(user(user), phone(user));
    }
    String loaded = "ringpost_view_entries{view=\"tokens\"} %d.0".formatted(USERS);
    await(() -> worker.get("/metrics").contains(loaded));
    MachineLoad load = MachineLoad.now();
    call(WARM_UP);
    Instant from = Instant.now();
    call(time);
    long expected = calls + (long) RETRIES * calls / ONE_IN;
    await(() -> arrived.size() == expected);
    System.out.printf(
        "%d calls a second for %d s, every %dth with 503 on its first %d tries:"
            + " due to arrived at APNs%n",
        PER_SECOND, time.toSeconds(), ONE_IN, RETRIES);
    List<Duration> all = new ArrayList<>();
    for (int number = 1; number <= RETRIES; number++) {
      List<Duration> late = late(CallPlatform.INVITES + ".retry-" + number, from);
      print("retry " + number, late);
      all.addAll(late);
    }
    print("all retries", all);
    System.out.printf(
        "pushes besides, of tries that had arrived: %,d%n", apns.received() - expected);
    System.out.printf(
        "cores busy with this and all else: %.2f%n",
        load.othersSince(Duration.ZERO).orElse(Double.NaN));
  }

  private static Try of(ReceivedPush push) {
    return new Try(push.json().at("/call/id").asText(), push.json().at("/call/attempt").asInt());
  }

  /** How late the retries of one topic came; those of the warm-up are left out. */
  private List<Duration> late(String topic, Instant from) {
    List<Duration> late = new ArrayList<>();
    for (var record : TopicContents.upToNow(kafka.bootstrapServers(), topic)) {
      Instant due = Instant.parse(header(record, HeaderName.DUE));
      int attempt = Integer.parseInt(header(record, HeaderName.ATTEMPT));
      String call = CallPlatform.json(record).path("callId").asText();
      Instant arrival = arrived.get(new Try(call, attempt));
      if (arrival != null && due.isAfter(from)) {
        late.add(Duration.between(due, arrival));
      }
    }
    return late;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, HeaderName name) {
    return new String(record.headers().lastHeader(name.key()).value(), UTF_8);
  }

  private static void print(String words, List<Duration> late) {
    Percentiles times = Percentiles.of(late);
    System.out.printf(
        "%-10s %,6d retries %s  most %6.2f ms%n",
        words, late.size(), times.line(), times.at(100).toNanos() / 1e6);
  }

  private void call(Duration time) {
    long start = System.nanoTime();
    long number = PER_SECOND * time.toSeconds();
    for (int n = 0; n < number; n++) {
      long due = start + n * Duration.ofSeconds(1).toNanos() / PER_SECOND;
      LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
      int call = calls++;
      platform.inviteLater(new CallId("bench-" + call), user(call % USERS), RING, _ -> {});
    }
  }

  private static UserId user(int number) {
    return new UserId("user-" + number);
  }

  private static Device phone(int user) {
    return new Device(
        new DeviceId("iphone"),
        VoipToken.parse("%064x".formatted(user + 1)),
        APP,
        Environment.PRODUCTION,
        Instant.now());
  }

  private static void await(Callable<Boolean> done) {
    Poll.until(PATIENCE, LOOK, done);
  }
}
