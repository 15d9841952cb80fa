package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalGateway;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Percentiles;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The measurement of the time that the gateway adds from an invite to its verdict, beside a client
 * that writes and reads Kafka itself; and how many clients may wait at once. All in one JVM, with
 * an embedded Kafka and a worker that pushes nothing.
 */
public final class GatewayTimes {

  private static final int TURNS = 3;
  private static final int CALLS = 2_000;
  private static final int WARM_UP = 3_000;
  private static final Duration PACE = Duration.ofMillis(4);
  private static final int WAITING = 4_000;
  private static final Duration WAIT = Duration.ofSeconds(5);

  /** A client of Kafka: it writes invites and reads results. */
  private static final class Direct implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<String, String> consumer;
    private final Map<String, CompletableFuture<String>> waiting = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    Direct(String bootstrapServers) {
      producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
              new ByteArraySerializer(),
              new ByteArraySerializer());
      consumer =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", bootstrapServers),
              new StringDeserializer(),
              new StringDeserializer());
      var partitions =
          consumer.partitionsFor("call-push-results").stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
      thread = Thread.ofPlatform().name("direct").start(this::read);
    }

    private void read() {
      while (!closed) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                result -> {
                  CompletableFuture<String> asked = waiting.remove(result.key());
                  if (asked != null) {
                    asked.complete(result.value());
                  }
                });
      }
      consumer.close();
    }

    String call(String id) throws Exception {
      var verdict = new CompletableFuture<String>();
      waiting.put(id, verdict);
      producer
          .send(
              new ProducerRecord<>(
                  "call-invites", "alice".getBytes(UTF_8), invite(id).getBytes(UTF_8)))
          .get();
      return verdict.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      closed = true;
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      producer.close();
    }
  }

  private GatewayTimes() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = TemporaryFolder.create("ringpost-gateway");
    try (var kafka = LocalKafka.start()) {
      try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        admin
            .createTopics(
                List.of("call-invites", "call-push-results", "call-signals", "voip-tokens").stream()
                    .map(name -> new NewTopic(name, 6, (short) 1))
                    .toList())
            .all()
            .get();
      }
      Path config =
          ConfigFile.of(kafka.bootstrapServers())
              .with("gateway:\n  port: 0\nadmin:\n  host: localhost\n  port: 0\n")
              .write(folder.resolve("ringpost.yaml"));
      try (var worker = new EchoWorker(kafka.bootstrapServers());
          var direct = new Direct(kafka.bootstrapServers());
          var gateway = LocalGateway.start(config, Optional.empty())) {
        times("warm-up, Kafka", WARM_UP, "w", id -> () -> direct.call(id));
        times("warm-up, gateway", WARM_UP, "v", id -> () -> posted(gateway, id));
        for (int turn = 1; turn <= TURNS; turn++) {
          times("Kafka alone, turn " + turn, CALLS, "k" + turn, id -> () -> direct.call(id));
          times("gateway, turn " + turn, CALLS, "g" + turn, id -> () -> posted(gateway, id));
        }
        manyWait(worker, gateway);
      }
    }
  }

  private interface Calls {
    Callable<String> of(String id);
  }

  /** Calls at a steady pace, each on a thread of its own, so that none waits for another. */
  private static void times(String what, int calls, String prefix, Calls client) throws Exception {
    List<Future<Duration>> times = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long next = System.nanoTime();
      for (int call = 0; call < calls; call++) {
        Callable<String> one = client.of(prefix + "-" + call);
        times.add(threads.submit(() -> timed(one)));
        next += PACE.toNanos();
        TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
      }
    }
    List<Duration> all = new ArrayList<>();
    for (Future<Duration> time : times) {
      all.add(time.get());
    }
    System.out.println(what + Percentiles.of(all).line());
  }

  private static Duration timed(Callable<String> call) throws Exception {
    long began = System.nanoTime();
    if (!call.call().contains("\"accepted\"")) {
      throw new IllegalStateException("not the verdict");
    }
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** As many clients as may wait, whose verdicts all come after they have begun to. */
  private static void manyWait(EchoWorker worker, LocalGateway gateway) throws Exception {
    worker.answerAfter(WAIT);
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int call = 0; call < WAITING; call++) {
        String id = "many-" + call;
        answers.add(threads.submit(() -> posted(gateway, id)));
      }
    }
    int told = 0;
    for (Future<String> answer : answers) {
      told += answer.get().contains("\"accepted\"") ? 1 : 0;
    }
    System.out.println(
        WAITING
            + " clients post at once, verdicts "
            + WAIT.toSeconds()
            + " s later: "
            + told
            + " were answered with them");
  }

  private static String posted(LocalGateway gateway, String id) {
    HttpResponse<String> answer = gateway.send("POST", "/v1/invites?wait=10s", invite(id));
    return answer.statusCode() == 200 ? answer.body() : answer.statusCode() + answer.body();
  }

  private static String invite(String id) {
    return "{\"callId\":\"%s\",\"callee\":\"alice\",\"caller\":{\"uri\":\"sip:bob@example.com\"}}"
        .formatted(id);
  }
}
