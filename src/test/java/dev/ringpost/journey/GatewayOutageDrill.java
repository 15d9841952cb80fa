package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalGateway;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TopicContents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway, its webhook too, through an outage of Kafka of twenty seconds. */
@Timeout(200)
class GatewayOutageDrill {

  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final String KEY = "hunter2-hunter2-hunter2-hunter2-";
  private static final int CALLS = 40;

  /** A request of the webhook. */
  private record Posted(String id, String signature, String body) {}

  /** Every call is told once to its client and once to the webhook, whatever Kafka does. */
  @Test
  void noVerdictIsLostAndNoneIsToldTwice(@TempDir Path folder) throws Exception {
    List<Posted> accepted = new CopyOnWriteArrayList<>();
    AtomicInteger refused = new AtomicInteger();
    HttpServer receiver = receiver(accepted, refused);
    Path secret = Files.writeString(folder.resolve("webhook.key"), KEY + "\n");
    String settings =
        """
        gateway:
          port: 0
          store-within: 1s
          webhook:
            url: http://127.0.0.1:%d/verdicts
            secret-file: %s
            attempts: 5
        """
            .formatted(receiver.getAddress().getPort(), secret);
    try (LocalKafka kafka = LocalKafka.startForOutages();
        CallEnvironment environment =
            CallEnvironment.on(kafka.bootstrapServers(), folder, settings).startWorker();
        LocalGateway gateway = LocalGateway.start(environment.config(), Optional.empty());
        LocalGateway beside = LocalGateway.start(environment.config(), Optional.empty())) {
      UserId user = new UserId("alice");
      Device phone = environment.phone("phone");
      environment.give(user, phone);
      awaitTheWebhook(gateway, environment, accepted);
      awaitBothInTheGroup(kafka);

      Map<String, String> verdicts = new ConcurrentHashMap<>();
      AtomicInteger unavailable = new AtomicInteger();
      for (int call = 0; call < CALLS; call++) {
        if (call == 5) {
          kafka.stopBrokers();
        }
        if (call == 10) {
          kafka.startBrokers();
        }
        String id = "outage-" + call;
        LocalGateway either = call % 2 == 0 ? gateway : beside;
        Thread.ofVirtual().start(() -> callUntilTold(either, id, verdicts, unavailable));
        TimeUnit.MILLISECONDS.sleep(call < 5 || call >= 10 ? 100 : 4_000);
      }

      await().atMost(WITHIN).untilAsserted(() -> assertThat(verdicts).hasSize(CALLS));
      await().atMost(WITHIN).untilAsserted(() -> assertThat(ids(accepted)).hasSize(CALLS));
      assertThat(unavailable).hasPositiveValue();
      assertThat(verdicts.values()).allMatch(it -> it.equals("accepted") || it.equals("duplicate"));
      assertThat(finals(kafka)).allSatisfy((_, told) -> assertThat(told).isEqualTo(1));
      assertThat(refused).hasPositiveValue();
      assertThat(accepted).allMatch(GatewayOutageDrill::isSigned);
      assertThat(accepted.stream().map(Posted::id).filter(it -> !it.isEmpty()))
          .doesNotHaveDuplicates();
    } finally {
      receiver.stop(0);
    }
  }

  /** A client that posts the same invite again, for as long as Kafka is away. */
  private static void callUntilTold(
      LocalGateway gateway, String id, Map<String, String> verdicts, AtomicInteger unavailable) {
    String invite =
        "{\"callId\":\"%s\",\"callee\":\"alice\",\"caller\":{\"uri\":\"sip:me@example.com\"}}"
            .formatted(id);
    while (!verdicts.containsKey(id)) {
      HttpResponse<String> answer = gateway.send("POST", "/v1/invites?wait=10s", invite);
      switch (answer.statusCode()) {
        case 200 -> verdicts.put(id, CallPlatform.json(answer.body()).path("verdict").asText());
        case 503 -> unavailable.incrementAndGet();
        case 202 -> {}
        default -> verdicts.put(id, answer.statusCode() + answer.body());
      }
    }
  }

  /** Until its group has its partitions, a webhook hears nothing. */
  private static void awaitTheWebhook(
      LocalGateway gateway, CallEnvironment environment, List<Posted> accepted) {
    await()
        .atMost(WITHIN)
        .until(
            () -> {
              CallId call = environment.freshCall();
              environment.resultOf(
                  environment.platform().invite(call, new UserId("nobody"), Duration.ofSeconds(5)));
              return !accepted.isEmpty();
            });
    assertThat(gateway.send("GET", "/v1/calls/nobody").statusCode()).isEqualTo(404);
  }

  /**
   * Until the group is stable with both gateways in it. Where it changes at the moment of an
   * outage, partitions get another owner behind it, before their last owner can commit: told again
   * then.
   */
  private static void awaitBothInTheGroup(LocalKafka kafka) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      await()
          .atMost(WITHIN)
          .until(
              () -> {
                ConsumerGroupDescription group =
                    admin
                        .describeConsumerGroups(List.of("ringpost.webhook"))
                        .all()
                        .get()
                        .values()
                        .iterator()
                        .next();
                return group.groupState() == GroupState.STABLE
                    && group.members().size() == 2
                    && group.members().stream()
                        .noneMatch(it -> it.assignment().topicPartitions().isEmpty());
              });
    }
  }

  /** How many final results each record of these calls has. */
  private static Map<String, Long> finals(LocalKafka kafka) {
    return TopicContents.upToNow(kafka.bootstrapServers(), "call-push-results").stream()
        .map(CallPlatform::json)
        .filter(json -> json.path("callId").asText().startsWith("outage-"))
        .filter(json -> json.path("final").asBoolean())
        .map(json -> json.path("invite").toString())
        .collect(Collectors.groupingBy(it -> it, Collectors.counting()));
  }

  private static List<String> ids(List<Posted> accepted) {
    return accepted.stream()
        .map(it -> CallPlatform.json(it.body()))
        .map(json -> json.path("callId").asText())
        .filter(id -> id.startsWith("outage-"))
        .distinct()
        .toList();
  }

  /** A receiver that refuses each verdict once. */
  private static HttpServer receiver(List<Posted> accepted, AtomicInteger refused)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Map<String, Boolean> seen = new ConcurrentHashMap<>();
    server.createContext(
        "/verdicts",
        exchange -> {
          String id = exchange.getRequestHeaders().getFirst("Ringpost-Id");
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          int status = 204;
          if (seen.putIfAbsent(id, true) == null) {
            refused.incrementAndGet();
            status = 500;
          } else {
            accepted.add(
                new Posted(id, exchange.getRequestHeaders().getFirst("Ringpost-Signature"), body));
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static boolean isSigned(Posted posted) {
    try {
      JsonNode _ = CallPlatform.json(posted.body());
      String time = posted.signature().replaceFirst("t=(\\d+),v1=.*", "$1");
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY.getBytes(UTF_8), "HmacSHA256"));
      byte[] expected = mac.doFinal((time + "." + posted.body()).getBytes(UTF_8));
      return posted.signature().equals("t=" + time + ",v1=" + HexFormat.of().formatHex(expected));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
