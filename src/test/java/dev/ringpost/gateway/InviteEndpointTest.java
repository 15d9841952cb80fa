package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InviteEndpointTest {

  private static final String INVITE =
      "{\"callId\":\"c1\",\"callee\":\"alice\",\"caller\":{\"uri\":\"sip:bob@example.com\"}}";
  private static final CallId CALL = new CallId("c1");

  /** A writer whose next records end as a test says, and that stores nothing twice. */
  private static final class TestingWriter implements EventWriter {
    final List<String> keys = new ArrayList<>();
    final List<RecordHeader> headers = new ArrayList<>();
    Optional<String> refusal = Optional.empty();
    CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    @Override
    public Written write(
        String topic, byte[] key, byte @Nullable [] value, List<RecordHeader> given) {
      gate.join();
      synchronized (this) {
        if (refusal.isPresent()) {
          return new Written.NotStored(refusal.get());
        }
        keys.add(new String(key, UTF_8));
        headers.addAll(given);
        return new Written.Stored(0, keys.size());
      }
    }
  }

  private final TestingWriter writer = new TestingWriter();
  private final CallMemory memory = new CallMemory(100);
  private final Semaphore places = new Semaphore(2);
  private final InviteEndpoint endpoint =
      new InviteEndpoint(
          settings(),
          writer,
          memory,
          places,
          new GatewayMeters(new Telemetry(new SimpleMeterRegistry())),
          InstantSource.system());

  private static GatewaySettings settings() {
    return new GatewaySettings(
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
        Optional.empty(),
        Map.of());
  }

  /** How many results were read. */
  private long read;

  @Test
  void aVerdictThatIsThereIsTheAnswer() throws Exception {
    tell(told(1, "accepted", "first"));

    assertThat(post("0", Map.of()).status()).isEqualTo(200);
    assertThat(writer.keys).containsExactly("alice");
  }

  @Test
  void withoutAVerdictTheCallIsNamed() throws Exception {
    HttpAnswer.Whole answer = post("0", Map.of());

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.headers()).containsEntry("Location", "/v1/calls/c1");
    assertThat(new String(answer.body(), UTF_8)).contains("\"offset\":1", "\"pending\":true");
  }

  @Test
  void whatKafkaDidNotStoreIsPublishedWhenItComesAgain() throws Exception {
    writer.refusal = Optional.of("no broker");
    HttpAnswer.Whole refused = post("0", Map.of());
    writer.refusal = Optional.empty();
    HttpAnswer.Whole again = post("0", Map.of());

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers()).containsEntry("Retry-After", "1");
    assertThat(again.status()).isEqualTo(202);
    assertThat(writer.keys).hasSize(1);
  }

  @Test
  void anotherBodyOfTheSameCallIsRefusedUnlessItsKeyIsAnother() throws Exception {
    post("0", Map.of());
    String other = INVITE.replace("sip:", "sips:");

    assertThat(((HttpAnswer.Whole) endpoint.post(call("0", Map.of(), other))).status())
        .isEqualTo(422);
    Map<String, String> second = Map.of("idempotency-key", "second");
    assertThat(((HttpAnswer.Whole) endpoint.post(call("0", second, other))).status())
        .isEqualTo(202);
    assertThat(writer.keys).hasSize(2);
  }

  @Test
  void twoAtOnceArePublishedOnce() throws Exception {
    writer.gate = new CompletableFuture<>();
    var first = CompletableFuture.supplyAsync(() -> unchecked("0"));
    await().until(() -> places.availablePermits() == 1);
    var second = CompletableFuture.supplyAsync(() -> unchecked("0"));
    await().until(() -> places.availablePermits() == 0);

    HttpAnswer.Whole third = post("0", Map.of());
    writer.gate.complete(null);

    assertThat(third.status()).as("no place is left").isEqualTo(429);
    assertThat(first.get(5, TimeUnit.SECONDS).status()).isEqualTo(202);
    assertThat(second.get(5, TimeUnit.SECONDS).status()).isEqualTo(202);
    assertThat(writer.keys).hasSize(1);
    assertThat(places.availablePermits()).isEqualTo(2);
  }

  @Test
  void aDuplicateIsAnsweredWithWhatItRepeats() throws Exception {
    tell(told(9, "accepted", "elsewhere"));
    tell(told(1, "duplicate", "here"));

    HttpAnswer.Whole answer = post("0", Map.of());

    assertThat(new String(answer.body(), UTF_8)).isEqualTo("elsewhere");
    assertThat(answer.headers()).containsEntry("Ringpost-Repeats", "true");
  }

  /** As where the first gateway broke off while APNs was asked. */
  @Test
  void aDuplicateOfWhatIsUnderWayIsAnsweredOnceThatHasItsVerdict() throws Exception {
    tell(told(1, "duplicate", "here"));

    var answer = CompletableFuture.supplyAsync(() -> unchecked("10s"));
    await().until(() -> places.availablePermits() == 1);
    tell(told(9, "accepted", "elsewhere"));

    HttpAnswer.Whole told = answer.get(5, TimeUnit.SECONDS);
    assertThat(new String(told.body(), UTF_8)).isEqualTo("elsewhere");
    assertThat(told.headers()).containsEntry("Ringpost-Repeats", "true");
  }

  @Test
  void aDuplicateOfWhatEndsTooLateIsAnsweredWithItsOwnWord() throws Exception {
    tell(told(1, "duplicate", "here"));

    HttpAnswer.Whole answer = post("50ms", Map.of());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("here");
    assertThat(answer.headers()).doesNotContainKey("Ringpost-Repeats");
  }

  @Test
  void aDuplicateIsAnsweredWithTheVerdictOfTheNewestAttempt() throws Exception {
    tell(told(8, "failed", "earlier"));
    tell(told(9, "accepted", "newest"));
    tell(told(9, "rang", "second"));
    tell(told(1, "duplicate", "here"));

    assertThat(new String(post("0", Map.of()).body(), UTF_8)).isEqualTo("newest");
  }

  /** Each callee of a fork has a verdict of its own. */
  @Test
  void aDuplicateIsNotAnsweredWithAnotherCalleesVerdict() throws Exception {
    tell(new Told(CALL, "carol", new Told.Place(0, 9), true, "accepted", "carol's"));
    tell(told(1, "duplicate", "here"));

    assertThat(new String(post("0", Map.of()).body(), UTF_8)).isEqualTo("here");
  }

  @Test
  void aTraceIsCarriedOnAndNothingElse() throws Exception {
    post("0", Map.of("traceparent", "00-ab", "authorization", "Bearer x", "content-type", "a/b"));

    assertThat(writer.headers).extracting(RecordHeader::key).containsExactly("traceparent");
  }

  @Test
  void whatCannotBeReadIsNotPublished() throws Exception {
    for (String body : List.of("", "{", "[]", "{\"callId\":\"x\"}")) {
      assertThat(((HttpAnswer.Whole) endpoint.post(call("0", Map.of(), body))).status())
          .as(body)
          .isEqualTo(400);
    }
    assertThat(writer.keys).isEmpty();
  }

  @Test
  void aWaitHasAFormAndABound() throws Exception {
    for (String wait : List.of("11s", "-1s", "1h", "1.5s", "", "99999999999s")) {
      assertThat(post(wait, Map.of()).status()).as(wait).isEqualTo(400);
    }
    assertThat(post("10s", Map.of("idempotency-key", "k".repeat(257))).status()).isEqualTo(400);
  }

  private HttpAnswer.Whole unchecked(String wait) {
    try {
      return post(wait, Map.of());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpAnswer.Whole post(String wait, Map<String, String> headers)
      throws InterruptedException {
    return (HttpAnswer.Whole) endpoint.post(call(wait, headers, INVITE));
  }

  private static HttpCall call(String wait, Map<String, String> headers, String body) {
    return new HttpCall(
        "POST", List.of("v1", "invites"), Map.of("wait", wait), headers, body.getBytes(UTF_8));
  }

  private static Told told(long offset, String verdict, String json) {
    return new Told(CALL, "alice", new Told.Place(0, offset), true, verdict, json);
  }

  private void tell(Told told) {
    memory.told(told, new Told.Place(0, read++));
  }
}
