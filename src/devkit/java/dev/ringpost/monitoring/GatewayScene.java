package dev.ringpost.monitoring;

import com.sun.net.httpserver.HttpServer;
import dev.ringpost.SyntheticProcess;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalGateway;
import dev.ringpost.testing.LocalHealth;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LocalWorker;
import dev.ringpost.testing.Poll;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A gateway with a Kafka, a worker, synthetic calls and local APNs of its own, and clients that
 * post invites to it until it is closed: to a phone, to nobody, and one in ten with a mistake. Two
 * clients follow a call's events; and a search for deaf phones. In its troubles APNs is slow, or
 * the webhook's receiver does not accept.
 */
final class GatewayScene implements AutoCloseable {

  private static final String APP = "com.example.phone";
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Behaviour.Answers HEALTHY = Behaviour.accepts().after(Duration.ofMillis(15));
  private static final Behaviour.Answers SLOW = Behaviour.accepts().after(Duration.ofMillis(1_200));
  private static final int PLACES = 40;
  private static final int STREAMS = 2;

  private final LocalKafka kafka;
  private final LocalApns apns;
  private final LocalWorker worker;
  private final LocalGateway gateway;
  private final LocalHealth health;
  private final SyntheticProcess synthetic;
  private final Thread calling;
  private final HttpServer receiver;
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread posting;
  private volatile int receiverSays = 204;
  private volatile boolean closed;

  private GatewayScene(Path folder) throws IOException {
    kafka = LocalKafka.start();
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("SCENEKEY01", "SCENETEAM1");
    apns = LocalApns.builder(credentials).topic(APP + ".voip").key(key).start();
    apns.answerAll(HEALTHY);
    Path secret = Files.writeString(folder.resolve("webhook.key"), "hunter2-".repeat(8));
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(receiverSays, -1);
          exchange.close();
        });
    receiver.start();
    Path config =
        ConfigFile.of(kafka.bootstrapServers())
            .with("  device-health: voip-device-health\n")
            .apns(credentials, apns, apns)
            .apps(APP, key)
            .with(
                """
                admin: {host: localhost, port: 0}
                synthetic: {callee: alice, every: 5s, within: 5s, expect-ringing: false}
                gateway:
                  port: 0
                  max-waiting: %d
                  webhook:
                    url: http://localhost:%d/verdicts
                    secret-file: %s
                    attempts: 2
                """
                    .formatted(PLACES, receiver.getAddress().getPort(), secret))
            .write(folder.resolve("gateway.yaml"));
    worker = LocalWorker.start(config);
    Poll.until(READY_WITHIN, LOOK, worker::ready);
    gateway = LocalGateway.start(config, Map.of(), Optional.empty());
    health = LocalHealth.start(config);
    synthetic = synthetic(config);
    calling = Thread.ofPlatform().name("synthetic").start(this::call);
    posting = Thread.ofVirtual().name("gateway-scene").unstarted(this::post);
  }

  /** Starts it in a folder for its files; its clients begin at once. */
  static GatewayScene start(Path folder) throws IOException {
    var scene = new GatewayScene(Files.createDirectories(folder));
    scene.gateway.send(
        "PUT",
        "/v1/tokens/alice/iphone",
        "{\"token\": \"%s\", \"environment\": \"production\", \"bundleId\": \"%s\"}"
            .formatted("ab".repeat(32), APP));
    for (int stream = 0; stream < STREAMS; stream++) {
      var request = scene.gateway.request("/v1/calls/followed-" + stream + "/events").build();
      var _ = CompletableFuture.runAsync(() -> scene.follow(request), scene.clients);
    }
    scene.posting.start();
    return scene;
  }

  private void follow(HttpRequest request) {
    try (var client = HttpClient.newHttpClient()) {
      client.send(request, BodyHandlers.discarding());
    } catch (IOException _) {
      // The scene is over.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where the gateway's metrics are. */
  int adminPort() {
    return gateway.adminPort();
  }

  /** Where the metrics of the search are. */
  int healthPort() {
    return health.adminPort();
  }

  /** Where the metrics of the synthetic calls are. */
  int syntheticPort() {
    Poll.until(READY_WITHIN, LOOK, () -> synthetic.adminPort().isPresent());
    return synthetic.adminPort().orElseThrow();
  }

  private static SyntheticProcess synthetic(Path config) {
    try {
      return SyntheticProcess.of(
          ConfigLoader.loadWithoutApple(config, Map.of()), InstantSource.system(), () -> {});
    } catch (InvalidConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  private void call() {
    try {
      synthetic.run();
    } catch (StartRefusedException e) {
      throw new IllegalStateException(e.problems().toString(), e);
    }
  }

  /** APNs takes long from now on, or as long as it should. */
  void apnsIsSlow(boolean slow) {
    apns.answerAll(slow ? SLOW : HEALTHY);
  }

  /** The webhook's receiver answers 503 from now on, or accepts. */
  void receiverRefuses(boolean refuses) {
    receiverSays = refuses ? 503 : 204;
  }

  private void post() {
    for (int call = 0; !closed; call++) {
      String invite = invite(call);
      var _ =
          CompletableFuture.runAsync(
              () -> gateway.send("POST", "/v1/invites?wait=1500ms", invite), clients);
      try {
        Thread.sleep(PACE);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private static String invite(int call) {
    String callee = call % 10 == 1 ? "nobody" : "alice";
    return call % 10 == 2
        ? "{\"callId\": \"scene-%d\"}".formatted(call)
        : "{\"callId\": \"scene-%d\", \"callee\": \"%s\", \"caller\": {\"uri\": \"sip:bob@example.com\"}}"
            .formatted(call, callee);
  }

  @Override
  public void close() {
    closed = true;
    synthetic.stop();
    try {
      calling.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    gateway.close();
    clients.shutdownNow();
    health.close();
    worker.close();
    receiver.stop(0);
    apns.close();
    kafka.close();
  }
}
