package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A caller who calls everybody: as many ring as the limit says, and others ring all the same. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FloodIT {

  private static final int MAX_PER_CALLER = 5;
  private static final int EVERYBODY = 12;
  private static final int TOO_MANY = EVERYBODY - MAX_PER_CALLER;
  private static final Duration KNOWN_WITHIN = Duration.ofSeconds(20);

  private GuardedCallEnvironment guarded;
  private CallEnvironment environment;

  @BeforeAll
  void start(@TempDir Path folder) {
    guarded =
        GuardedCallEnvironment.in(
            folder, "ring:\n  flood-window: 5m\n  max-per-caller: " + MAX_PER_CALLER + "\n");
    environment = guarded.environment();
  }

  /** Whatever the test did, the guarantees held. */
  @AfterAll
  void everyGuaranteeHeld() {
    guarded.endWithAtLeast(EVERYBODY + TOO_MANY);
  }

  @Test
  void aCallerWhoCallsEverybody() {
    List<UserId> everybody =
        IntStream.range(0, EVERYBODY).mapToObj(n -> new UserId("callee-" + n)).toList();
    register(everybody);
    List<Origin> invites =
        everybody.stream().map(it -> invite(it, "sip:robot@example.com")).toList();

    List<JsonNode> told = invites.stream().map(environment::resultOf).toList();

    List<JsonNode> refused = told.stream().filter(FloodIT::isFlood).toList();
    assertThat(refused).hasSize(TOO_MANY);
    for (JsonNode result : refused) {
      assertThat(result.path("verdict").asText()).isEqualTo("failed");
      assertThat(result.path("final").asBoolean()).isTrue();
      assertThat(environment.pushesOf(result)).isEmpty();
    }
    List<JsonNode> rung = told.stream().filter(result -> !isFlood(result)).toList();
    assertThat(rung).hasSize(MAX_PER_CALLER);
    rung.forEach(this::rang);
    assertThat(environment.worker().get("/metrics"))
        .contains("ringpost_invites_flooded_total{limit=\"caller\"} " + (double) TOO_MANY);

    for (JsonNode result : refused) {
      String callee = result.path("callee").asText();
      Origin other = invite(new UserId(callee), "sip:friend-of-" + callee + "@example.com");
      rang(environment.resultOf(other));
    }
  }

  /** Not by calls until it rings: they would count. */
  private void register(List<UserId> users) {
    users.forEach(user -> environment.platform().register(user, environment.phone("iphone-1")));
    String known = "ringpost_view_entries{view=\"tokens\"} " + (double) users.size();
    await().atMost(KNOWN_WITHIN).until(() -> environment.worker().get("/metrics").contains(known));
  }

  private Origin invite(UserId callee, String caller) {
    return environment
        .platform()
        .publish(
            callee.value(),
            """
            {"callId": "%s", "callee": "%s", "ringSeconds": 60, "caller": {"uri": "%s"}}\
            """
                .formatted(environment.freshCall().value(), callee.value(), caller));
  }

  private void rang(JsonNode result) {
    assertThat(result.path("verdict").asText()).isEqualTo("accepted");
    assertThat(environment.pushesOf(result)).hasSize(1);
  }

  private static boolean isFlood(JsonNode result) {
    return result.path("reason").asText().equals("flood");
  }
}
