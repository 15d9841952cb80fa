package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LocalWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker on a machine whose clock is wrong by more than a call rings. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WrongClockIT {

  private static final int CALLS_BEFORE = 40;
  private static final int CALLS_AFTER = 10;

  /** The first call, whose result asks the broker, and one that may overtake the answer. */
  private static final int MOMENT = 2;

  @ParameterizedTest
  @ValueSource(longs = {90, -90})
  void callsRingAsByTheBrokersClockFromTheFirstOne(long seconds, @TempDir Path folder) {
    Duration off = Duration.ofSeconds(seconds);
    try (LocalKafka kafka = LocalKafka.start();
        CallEnvironment environment = CallEnvironment.on(kafka.bootstrapServers(), folder)) {
      LocalWorker worker =
          environment.launchWorker(InstantSource.offset(InstantSource.system(), off));
      environment.awaitReady();
      var user = new UserId("alice");
      Device phone = environment.phone("phone");
      environment.give(user, phone);
      int before = environment.production().pushes(phone.token()).size();

      Origin invite =
          environment.platform().invite(environment.freshCall(), user, CallEnvironment.RING);
      JsonNode result = environment.resultOf(invite);

      assertThat(result.path("verdict").asText()).isEqualTo("accepted");
      assertThat(environment.production().pushes(phone.token())).hasSize(before + 1);
      assertThat(worker.get("/metrics"))
          .containsPattern(
              "ringpost_clock_offset_seconds " + (seconds < 0 ? "-(89|90)" : "(89|90)"));

      Origin over =
          environment
              .platform()
              .publish(
                  "alice",
                  """
                  {"callId": "over", "callee": "alice", "caller": {"uri": "sip:bob@example.com"},
                   "expiresAt": "%s"}
                  """
                      .formatted(invite.timestamp().minusSeconds(1)));
      assertThat(environment.resultOf(over).path("verdict").asText()).isEqualTo("expired");
      assertThat(environment.production().pushes(phone.token())).hasSize(before + 1);
    }
  }

  /** Results come to all partitions before it, so that all have told the time. */
  @Test
  void aStepOfTheClockCostsNoMoreThanTheCallsUntilABrokerHasToldTheTime(@TempDir Path folder) {
    var ahead = new AtomicReference<>(Duration.ZERO);
    try (LocalKafka kafka = LocalKafka.start();
        CallEnvironment environment = CallEnvironment.on(kafka.bootstrapServers(), folder)) {
      environment.launchWorker(() -> Instant.now().plus(ahead.get()));
      environment.awaitReady();
      var user = new UserId("alice");
      environment.give(user, environment.phone("phone"));
      assertThat(verdicts(environment, user, CALLS_BEFORE)).containsOnly("accepted");

      ahead.set(CallEnvironment.RING.multipliedBy(2));

      assertThat(verdicts(environment, user, CALLS_AFTER))
          .filteredOn(verdict -> !verdict.equals("accepted"))
          .hasSizeLessThanOrEqualTo(MOMENT);
    }
  }

  /** Of calls one after the other, each published when the one before is told. */
  private static List<String> verdicts(CallEnvironment environment, UserId user, int calls) {
    List<String> verdicts = new ArrayList<>();
    for (int call = 0; call < calls; call++) {
      Origin invite =
          environment.platform().invite(environment.freshCall(), user, CallEnvironment.RING);
      verdicts.add(environment.resultOf(invite).path("verdict").asText());
    }
    return verdicts;
  }
}
