package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.LocalGateway;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.apns.Behaviour;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway beside a worker, on real parts in this JVM. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayIT {

  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final String TOKEN = "hunter2-hunter2-hunter2-hunter2-";

  /** More than a server's usual threads, fewer than its places. */
  private static final int MANY = 300;

  private static final String WAIT = "/v1/invites?wait=10s";

  private LocalKafka kafka;
  private CallEnvironment environment;
  private LocalGateway gateway;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    kafka = LocalKafka.startForOutages();
    Path tokens = Files.writeString(folder.resolve("tokens"), "# clients\n\n" + TOKEN + "\n");
    environment =
        CallEnvironment.on(
                kafka.bootstrapServers(),
                folder,
                """
                gateway:
                  port: 0
                  store-within: 2s
                  bearer-tokens-file: %s
                """
                    .formatted(tokens))
            .startWorker();
    gateway = LocalGateway.start(environment.config(), Optional.of(TOKEN));
  }

  @AfterAll
  void stop() {
    gateway.close();
    environment.close();
    kafka.close();
  }

  @Test
  void anInviteIsAnsweredWithItsVerdict() {
    register("alice");
    CallId call = environment.freshCall();

    HttpResponse<String> answer = gateway.send("POST", WAIT, invite(call, "alice"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(EventSchema.of("result.json").flaws(answer.body())).isEmpty();
    JsonNode verdict = CallPlatform.json(answer.body());
    assertThat(verdict.path("callId").asText()).isEqualTo(call.value());
    assertThat(verdict.path("verdict").asText()).isEqualTo("accepted");
    assertThat(environment.pushesOf(verdict)).hasSize(1);
  }

  @Test
  void whatIsPostedAgainIsNotPublishedAgain() {
    register("bob");
    CallId call = environment.freshCall();

    HttpResponse<String> first = gateway.send("POST", WAIT, invite(call, "bob"));
    HttpResponse<String> second = gateway.send("POST", WAIT, invite(call, "bob"));
    HttpResponse<String> other =
        gateway.send("POST", WAIT, invite(call, "bob").replace("sip:", "sips:"));

    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(published(call)).isEqualTo(1);
  }

  @Test
  void anotherGatewayAnswersARepeatWithTheFirstVerdict() {
    register("carol");
    CallId call = environment.freshCall();
    try (var beside = LocalGateway.start(environment.config(), Optional.of(TOKEN))) {
      HttpResponse<String> first = gateway.send("POST", WAIT, invite(call, "carol"));
      HttpResponse<String> repeat = beside.send("POST", WAIT, invite(call, "carol"));

      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(published(call)).isEqualTo(2);
      assertThat(repeat.headers().firstValue("Ringpost-Repeats")).hasValue("true");
      assertThat(repeat.body()).isEqualTo(first.body());
      assertThat(environment.pushesOf(CallPlatform.json(first.body()))).hasSize(1);
    }
  }

  @Test
  void aNewAttemptHasAKeyOfItsOwn() {
    register("dave");
    CallId call = environment.freshCall();
    assertThat(gateway.send("POST", WAIT, invite(call, "dave")).statusCode()).isEqualTo(200);
    assertThat(signal(call, "\"type\":\"cancelled\"").statusCode()).isEqualTo(204);
    await()
        .atMost(WITHIN)
        .until(
            () ->
                environment
                    .worker()
                    .get("/metrics")
                    .contains("ringpost_signals_total{type=\"cancelled\"}"));

    var again =
        gateway
            .request(WAIT)
            .header("Idempotency-Key", "second")
            .POST(BodyPublishers.ofString(invite(call, "dave")));

    assertThat(gateway.send(again).statusCode()).isEqualTo(200);
    assertThat(published(call)).isEqualTo(2);
  }

  @Test
  void aVerdictThatComesLaterIsFoundUnderTheCall() throws Exception {
    UserId user = new UserId("erin");
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    environment.production().answer(phone.token(), Behaviour.rejects(503, "ServiceUnavailable"));
    CallId call = environment.freshCall();

    HttpResponse<String> early =
        gateway.send("POST", "/v1/invites?wait=50ms", invite(call, "erin"));

    assertThat(early.statusCode()).isEqualTo(202);
    assertThat(CallPlatform.json(early.body()).path("pending").asBoolean()).isTrue();
    String place = early.headers().firstValue("Location").orElseThrow();
    assertThat(place).isEqualTo("/v1/calls/" + URLEncoder.encode(call.value(), UTF_8));
    environment.production().answer(phone.token(), Behaviour.accepts());
    CompletableFuture<List<String>> events =
        CompletableFuture.supplyAsync(() -> events(place, "0", "accepted"));
    await()
        .atMost(WITHIN)
        .untilAsserted(
            () ->
                assertThat(gateway.send("GET", place).body())
                    .contains("\"verdict\":\"retrying\"", "\"verdict\":\"accepted\""));
    List<String> sent = events.get(20, TimeUnit.SECONDS);
    assertThat(sent).anyMatch(line -> line.matches("data: .*\"verdict\":\"accepted\".*"));
    List<String> ids = sent.stream().filter(line -> line.startsWith("id: ")).toList();
    List<String> again = events(place, ids.getFirst().substring(4), "accepted");
    assertThat(again).contains(ids.getLast()).doesNotContain(ids.getFirst());
    assertThat(gateway.send("POST", WAIT, invite(call, "erin")).body())
        .contains("\"verdict\":\"accepted\"");
  }

  /** The lines of a stream of events up to one with a word. */
  private List<String> events(String place, String lastId, String word) {
    try (var client = HttpClient.newHttpClient()) {
      var lines =
          client
              .send(
                  gateway.request(place + "/events").header("Last-Event-ID", lastId).build(),
                  HttpResponse.BodyHandlers.ofLines())
              .body();
      List<String> read = new ArrayList<>();
      for (String line : (Iterable<String>) lines::iterator) {
        read.add(line);
        if (line.contains(word)) {
          assertThat(gateway.gauge("ringpost_gateway_streams")).isPositive();
          break;
        }
      }
      client.shutdownNow();
      return read;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void hundredsOfClientsWaitAtOnce() throws Exception {
    UserId user = new UserId("heidi");
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    environment.production().answer(phone.token(), Behaviour.rejects(503, "ServiceUnavailable"));
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < MANY; client++) {
        String invite = invite(environment.freshCall(), "heidi");
        answers.add(
            CompletableFuture.supplyAsync(() -> gateway.send("POST", WAIT, invite), threads));
      }
      await().atMost(WITHIN).until(() -> waiting() == MANY);
      environment.production().answer(phone.token(), Behaviour.accepts());
    }

    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get().statusCode()).isIn(200, 202);
    }
    assertThat(waiting()).isZero();
    assertThat(gateway.gauge("ringpost_gateway_waiting_limit")).isEqualTo(4000);
  }

  private double waiting() {
    return gateway.gauge("ringpost_gateway_waiting");
  }

  @Test
  void aDeviceThatIsDeletedDoesNotRing() {
    register("frank");

    assertThat(gateway.send("DELETE", "/v1/tokens/frank/phone").statusCode()).isEqualTo(204);

    await()
        .atMost(WITHIN)
        .until(
            () ->
                gateway
                    .send("POST", WAIT, invite(environment.freshCall(), "frank"))
                    .body()
                    .contains("\"verdict\":\"no_devices\""));
  }

  @Test
  void whatIsWrongIsNamedWithItsFix() {
    assertThat(gateway.send("POST", WAIT, "{\"callee\":\"x\"}"))
        .satisfies(
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(400);
              assertThat(answer.headers().firstValue("Content-Type"))
                  .hasValue("application/problem+json");
              assertThat(answer.body()).contains("\"reason\":\"missing_field\"", "callId");
            });
    assertThat(gateway.send("POST", "/v1/invites?wait=1h", "{}").body()).contains("invalid_wait");
    assertThat(gateway.send("POST", WAIT, "x".repeat(70_000)).statusCode()).isEqualTo(413);
    assertThat(gateway.send("POST", "/v1/signals", "{}").statusCode()).isEqualTo(400);
    assertThat(gateway.send("PUT", "/v1/tokens/a/b", "{\"token\":\"zz\"}").statusCode())
        .isEqualTo(400);
    assertThat(gateway.send("GET", "/v1/calls/unheard").statusCode()).isEqualTo(404);
    assertThat(gateway.send("GET", "/v1/nothing").statusCode()).isEqualTo(404);
    HttpResponse<String> method = gateway.send("GET", "/v1/tokens/a/b");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("Allow")).hasValue("PUT, POST, DELETE");
  }

  @Test
  void whoHasNoTokenLearnsNothing() {
    for (String authorization : List.of("Bearer " + TOKEN + "0", "Basic eDp5", "Bearer")) {
      var request =
          HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/nothing"))
              .header("Authorization", authorization);
      HttpResponse<String> answer = gateway.send(request);

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    }
  }

  @Test
  void aUserAndADeviceMayHaveSlashesOfBothKinds() {
    String body =
        "{\"token\":\"%s\",\"environment\":\"production\",\"bundleId\":\"com.example.phone\"}"
            .formatted(environment.freshToken().hex());

    for (String path : List.of("team%2Fred/a%2Fb", "CORP%5Calice/a")) {
      assertThat(gateway.send("PUT", "/v1/tokens/" + path, body).statusCode()).isEqualTo(204);
    }
    assertThat(TopicContents.upToNow(kafka.bootstrapServers(), "voip-tokens"))
        .extracting(record -> new String(record.key(), UTF_8))
        .contains("team/red/a%2Fb", "CORP\\alice/a");
  }

  /** A client that waits while the gateway is told to leave gets its answer. */
  @Test
  void noAnswerIsLostWhenTheGatewayLeaves() throws Exception {
    UserId user = new UserId("grace");
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    environment.production().answer(phone.token(), Behaviour.rejects(503, "ServiceUnavailable"));
    CallId call = environment.freshCall();
    var leaving = LocalGateway.start(environment.config(), Optional.of(TOKEN));

    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> leaving.send("POST", WAIT, invite(call, "grace")));
    await().atMost(WITHIN).until(() -> published(call) == 1);
    leaving.stop();
    environment.production().answer(phone.token(), Behaviour.accepts());

    assertThat(answer.get(20, TimeUnit.SECONDS).body()).contains("\"verdict\":\"accepted\"");
    leaving.close();
  }

  private void register(String user) {
    String body =
        "{\"token\":\"%s\",\"environment\":\"production\",\"bundleId\":\"com.example.phone\"}"
            .formatted(environment.freshToken().hex());
    assertThat(gateway.send("PUT", "/v1/tokens/" + user + "/phone", body).statusCode())
        .isEqualTo(204);
    environment.callUntil(new UserId(user), result -> result.path("devices").size() == 1);
  }

  private HttpResponse<String> signal(CallId call, String rest) {
    return gateway.send(
        "POST", "/v1/signals", "{\"callId\":\"%s\",%s}".formatted(call.value(), rest));
  }

  private static String invite(CallId call, String callee) {
    return "{\"callId\":\"%s\",\"callee\":\"%s\",\"caller\":{\"uri\":\"sip:me@example.com\"}}"
        .formatted(call.value(), callee);
  }

  /** How many records of a call stand on the topic of invites. */
  private long published(CallId call) {
    return TopicContents.upToNow(kafka.bootstrapServers(), "call-invites").stream()
        .filter(record -> new String(record.value(), UTF_8).contains(call.value()))
        .count();
  }
}
