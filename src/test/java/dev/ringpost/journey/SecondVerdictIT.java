package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.EventSchema;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The second verdicts of a worker, where a tenth of the phones is deaf. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondVerdictIT {

  private static final int CALLS = 120;
  private static final int USERS = 10;
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final DeviceId PHONE = new DeviceId("iphone-1");

  private GuardedCallEnvironment guarded;
  private CallEnvironment environment;
  private CallPlatform platform;
  private final Set<String> first = new HashSet<>();

  @BeforeAll
  void start(@TempDir Path folder) {
    guarded = GuardedCallEnvironment.in(folder, "ring:\n  silent-after: 3s\n");
    environment = guarded.environment();
    platform = environment.platform();
  }

  @AfterAll
  void everyGuaranteeHeld() {
    guarded.endWithAtLeast(CALLS);
  }

  @Test
  void everyDeafPhoneIsSilentAndNoOther() {
    for (int user = 0; user < USERS; user++) {
      environment.give(user(user), environment.phone(PHONE.value()));
    }
    assertThat(platform.secondVerdicts()).as("nobody has told of ringing yet").isEmpty();
    aPhoneRingsSomewhere();

    Map<Origin, Boolean> deaf = new HashMap<>();
    Map<String, UserId> callees = new HashMap<>();
    int seen = environment.production().pushes().size();
    for (int number = 0; number < CALLS; number++) {
      CallId call = environment.freshCall();
      UserId callee = user(number % USERS);
      boolean ended = number % USERS == 1 && number < 3 * USERS;
      Origin invite = platform.invite(call, callee, CallEnvironment.RING);
      if (!ended) {
        callees.put(call.value(), callee);
        deaf.put(invite, number % USERS == 0);
      } else {
        signal("{\"callId\": \"" + call.value() + "\", \"type\": \"cancelled\"}");
      }
      seen = ring(callees, seen);
    }
    int ringing = seen;
    await()
        .atMost(WITHIN)
        .until(
            () -> {
              int _ = ring(callees, ringing);
              return told().size() >= deaf.size();
            });

    Map<String, List<JsonNode>> told = told();
    deaf.forEach(
        (invite, isDeaf) -> {
          assertThat(told).containsKey(invite.toString());
          assertThat(told.get(invite.toString()))
              .as("%s of a phone that is %s", invite, isDeaf ? "deaf" : "well")
              .extracting(it -> it.path("verdict").asText())
              .containsExactly(isDeaf ? "silent" : "rang");
        });
    assertThat(told).hasSameSizeAs(deaf);
    EventSchema schema = EventSchema.of("result.json");
    platform
        .secondVerdicts()
        .forEach(it -> assertThat(schema.flaws(it.toString())).as(it.toString()).isEmpty());
    assertThat(platform.secondVerdicts())
        .filteredOn(it -> it.path("verdict").asText().equals("rang"))
        .allSatisfy(
            it -> {
              assertThat(it.path("ringingDevice").asText()).isEqualTo(PHONE.value());
              assertThat(it.path("ringingAfterMillis").isIntegralNumber()).isTrue();
            });
    assertThat(platform.secondVerdicts())
        .extracting(GuardedCallEnvironment::verdict)
        .containsOnly("rang: none", "silent: voicemail");
  }

  /** The second verdicts on each invite, but for those with which it began. */
  private Map<String, List<JsonNode>> told() {
    return platform.secondVerdicts().stream()
        .filter(it -> !first.contains(place(it)))
        .collect(Collectors.groupingBy(SecondVerdictIT::place));
  }

  /** From here on the platform is one that tells of ringing. */
  private void aPhoneRingsSomewhere() {
    await()
        .atMost(WITHIN)
        .until(
            () -> {
              CallId call = environment.freshCall();
              Origin invite = platform.invite(call, user(1), CallEnvironment.RING);
              first.add(invite.toString());
              environment.resultOf(invite);
              ringing(call.value(), user(1));
              return !platform.secondVerdicts().isEmpty();
            });
  }

  /** Phones that are not deaf tell of ringing for each push that came since. */
  private int ring(Map<String, UserId> callees, int seen) {
    List<ReceivedPush> pushes = environment.production().pushes();
    for (ReceivedPush push : pushes.subList(seen, pushes.size())) {
      String call = push.json().at("/call/id").asText();
      UserId callee = callees.get(call);
      if (callee != null && !callee.equals(user(0))) {
        ringing(call, callee);
      }
    }
    return pushes.size();
  }

  private void ringing(String call, UserId callee) {
    CompletableFuture<Origin> stored = new CompletableFuture<>();
    platform.ringingLater(new CallId(call), callee, PHONE, stored::complete);
    var _ = stored.orTimeout(10, TimeUnit.SECONDS).join();
  }

  private void signal(String json) {
    platform.store(new ProducerRecord<>(CallPlatform.SIGNALS, null, json.getBytes(UTF_8)));
  }

  private static UserId user(int number) {
    return new UserId("listener-" + number);
  }

  private static String place(JsonNode told) {
    JsonNode invite = told.path("invite");
    return invite.path("topic").asText()
        + "-"
        + invite.path("partition").asInt()
        + "@"
        + invite.path("offset").asLong();
  }
}
