package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.guarantees.NoNeedlessDoubleRing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The second push to phones that stay silent, by a worker that is told to send it. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PushAgainIT {

  private static final Duration SILENT_AFTER = Duration.ofSeconds(2);
  private static final Duration RING = Duration.ofSeconds(8);
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private GuardedCallEnvironment guarded;
  private CallEnvironment environment;
  private CallPlatform platform;

  private final Map<String, Device> phones = new HashMap<>();

  /** A call, with the phone that it is for. */
  private record Call(CallId id, UserId callee, Device phone) {}

  @BeforeAll
  void start(@TempDir Path folder) {
    guarded =
        GuardedCallEnvironment.in(
            folder,
            "ring:\n  push-again: true\n  silent-after: %ds\n".formatted(SILENT_AFTER.toSeconds()));
    environment = guarded.environment();
    platform = environment.platform();
  }

  @AfterAll
  void everyGuaranteeHeld() {
    guarded.endWithAtLeast(5);
  }

  @Test
  void onlyAPhoneThatStaysSilentIsPushedOnceMore() {
    for (String name : List.of("first", "deaf", "slow", "well", "cancelled", "removed")) {
      environment.give(user(name), phones.computeIfAbsent(name, environment::phone));
    }
    aPhoneRingsSomewhere();
    Call deaf = call("deaf");
    // alone: a connection that has carried nothing yet has room for one push, as APNs' have
    await().atMost(WITHIN).until(() -> pushes(deaf).size() == 2);
    Call slow = call("slow");
    Call well = call("well");
    Call cancelled = call("cancelled");
    Call removed = call("removed");
    ringing(well);
    platform.signalLater(cancelled.id(), "cancelled", _ -> {});
    platform.remove(removed.callee(), removed.phone().id());

    await().atMost(WITHIN).until(() -> pushes(slow).size() == 2);
    ringing(slow);
    await()
        .atMost(WITHIN)
        .untilAsserted(
            () -> {
              assertThat(counted("ringpost_rung_again_total{end=\"rang\"}")).isEqualTo(1);
              assertThat(counted("ringpost_rung_again_total{end=\"gone\"}")).isEqualTo(1);
              assertThat(counted("ringpost_rung_again_total{end=\"silent\"}")).isEqualTo(1);
            });

    assertThat(verdicts(deaf)).containsExactly("silent");
    assertThat(verdicts(slow)).as("the last word on it").containsExactly("silent");
    assertThat(verdicts(well)).containsExactly("rang");
    assertThat(verdicts(cancelled)).isEmpty();
    assertThat(List.of(well, cancelled, removed))
        .allSatisfy(call -> assertThat(pushes(call)).as(call.toString()).hasSize(1));
    assertThat(List.of(deaf, slow)).allSatisfy(call -> aSecondPushLikeTheFirst(pushes(call)));
    assertThat(
            counted("ringpost_pushes_again_total{app=\"com.example.phone\",outcome=\"accepted\"}"))
        .isEqualTo(2);
    var doubles = new NoNeedlessDoubleRing(environment.production());
    assertThat(doubles.breaches()).as("without leave").hasSize(2);
    doubles.onceMoreAfter(SILENT_AFTER);
    assertThat(doubles.breaches()).isEmpty();
  }

  private static void aSecondPushLikeTheFirst(List<ReceivedPush> pushes) {
    assertThat(pushes).hasSize(2);
    ReceivedPush first = pushes.getFirst();
    ReceivedPush second = pushes.getLast();
    assertThat(second.header("apns-id")).isEqualTo(first.header("apns-id"));
    assertThat(second.json().path("call").propertyStream())
        .filteredOn(field -> !field.getKey().equals("sentAt"))
        .isNotEmpty()
        .allSatisfy(
            field ->
                assertThat(field.getValue())
                    .as(field.getKey())
                    .isEqualTo(first.json().path("call").path(field.getKey())));
    assertThat(second.connection()).isNotEqualTo(first.connection());
    assertThat(second.arrivedAt()).isAfterOrEqualTo(first.arrivedAt().plus(SILENT_AFTER));
  }

  private static UserId user(String name) {
    return new UserId("again-" + name);
  }

  private Call call(String name) {
    CallId id = environment.freshCall();
    Origin invite = platform.invite(id, user(name), RING);
    JsonNode result = environment.resultOf(invite);
    assertThat(result.path("verdict").asText()).as(result.toString()).isEqualTo("accepted");
    return new Call(id, user(name), Objects.requireNonNull(phones.get(name)));
  }

  /** From here on the platform is one that tells of ringing. */
  private void aPhoneRingsSomewhere() {
    await()
        .atMost(WITHIN)
        .until(
            () -> {
              ringing(call("first"));
              return !platform.secondVerdicts().isEmpty();
            });
  }

  private void ringing(Call call) {
    CompletableFuture<Origin> stored = new CompletableFuture<>();
    platform.ringingLater(call.id(), call.callee(), call.phone().id(), stored::complete);
    var _ = stored.orTimeout(10, TimeUnit.SECONDS).join();
  }

  private List<ReceivedPush> pushes(Call call) {
    return environment.production().pushes(call.phone().token()).stream()
        .filter(push -> push.json().at("/call/id").asText().equals(call.id().value()))
        .toList();
  }

  private List<String> verdicts(Call call) {
    return platform.secondVerdicts().stream()
        .filter(it -> it.path("callId").asText().equals(call.id().value()))
        .map(it -> it.path("verdict").asText())
        .toList();
  }

  private double counted(String meter) {
    return environment
        .worker()
        .get("/metrics")
        .lines()
        .filter(line -> line.startsWith(meter + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(meter.length() + 1)))
        .sum();
  }
}
