package dev.ringpost.gateway;

import static dev.ringpost.gateway.ChangingConsumer.RESULTS;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Webhooks whose verdicts a test writes, and their receiver, which accepts them or does not. */
final class WebhookScene implements AutoCloseable {

  /** The bodies that were accepted. */
  final List<String> told = new CopyOnWriteArrayList<>();

  /** The ids of these. */
  final List<String> ids = new CopyOnWriteArrayList<>();

  /** The bodies of all tries. */
  final List<String> tries = new CopyOnWriteArrayList<>();

  final ChangingConsumer consumer = new ChangingConsumer();
  final Webhooks webhooks;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final HttpServer receiver;

  /** The receiver's status for a body. */
  volatile ToIntFunction<String> status = _ -> 204;

  private WebhookScene() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          tries.add(body);
          int answer = status.applyAsInt(body);
          if (answer == 204) {
            told.add(body);
            ids.add(exchange.getRequestHeaders().getFirst("Ringpost-Id"));
          }
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    receiver.start();
    var webhook =
        new GatewaySettings.Webhook(
            URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/"),
            Path.of("unread"),
            "group",
            5);
    var settings =
        new GatewaySettings(
            "127.0.0.1",
            0,
            Optional.empty(),
            Optional.empty(),
            new GatewaySettings.Topics("call-invites", "voip-tokens", "call-signals", "results"),
            new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
            Duration.ofSeconds(10),
            2,
            100,
            Duration.ofSeconds(2),
            Optional.of(webhook),
            Map.of());
    consumer.setMaxPollRecords(Webhooks.MAX_POLLED);
    consumer.updateBeginningOffsets(Map.of(RESULTS, 0L));
    consumer.updateEndOffsets(Map.of(RESULTS, 0L));
    consumer.schedulePollTask(() -> consumer.rebalance(List.of(RESULTS)));
    webhooks =
        Webhooks.start(
            consumer,
            settings,
            webhook,
            WebhookKey.of("hunter2-hunter2-hunter2-hunter2-"),
            new GatewayMeters(new Telemetry(registry)),
            InstantSource.system());
  }

  /** Begins to tell. */
  static WebhookScene start() throws IOException {
    return new WebhookScene();
  }

  /** The verdict on an invite of the same offset. */
  void verdict(long offset) {
    verdict(offset, "accepted", offset);
  }

  void verdict(long offset, String word, long invite) {
    consumer.schedulePollTask(() -> write(offset, word, invite));
  }

  /** As many verdicts at once. */
  void verdicts(int count) {
    consumer.schedulePollTask(
        () -> {
          for (int offset = 0; offset < count; offset++) {
            write(offset, "accepted", offset);
          }
        });
  }

  private void write(long offset, String word, long invite) {
    consumer.updateEndOffsets(Map.of(RESULTS, offset + 1));
    byte[] value =
        """
        {"callId":"c-%d","final":true,"verdict":"%s",
         "invite":{"topic":"call-invites","partition":0,"offset":%d}}\
        """
            .formatted(offset, word, invite)
            .getBytes(UTF_8);
    consumer.addRecord(new ConsumerRecord<>("results", 0, offset, null, value));
  }

  /** The value of a counter. */
  double count(String meter, String... tags) {
    return registry.find(meter).tags(tags).counters().stream().mapToDouble(Counter::count).sum();
  }

  @Override
  public void close() {
    webhooks.close();
    receiver.stop(0);
  }
}
