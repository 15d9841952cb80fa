package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The drill of a Kafka that stands still for 40 s, longer than every session, and no worker ends.
 */
@Isolated
class StandstillDrill {

  private static final int CALLS = 200;
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration STANDSTILL = Duration.ofSeconds(40);

  /** Longer than the standstill: every call can still ring after it. */
  private static final Duration RING = Duration.ofSeconds(110);

  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(100);

  @Test
  @Timeout(400)
  void nobodyRingsTwiceThoughKafkaStoodStill(@TempDir Path folder) throws Exception {
    try (var kafka = BrokerProcess.start();
        var environment = CallEnvironment.on(kafka.bootstrapServers(), folder)) {
      environment.startWorker();
      var alice = new UserId("alice");
      environment.give(alice, environment.phone("iphone-1"));

      Queue<Origin> stored = new ConcurrentLinkedQueue<>();
      List<CallId> calls = new ArrayList<>();
      for (int call = 0; call < CALLS; call++) {
        CallId id = environment.freshCall();
        calls.add(id);
        environment.platform().inviteLater(id, alice, RING, stored::add);
        Thread.sleep(PACE);
      }
      kafka.freeze();
      Thread.sleep(STANDSTILL);
      kafka.thaw();

      await().atMost(SETTLED_WITHIN).until(() -> stored.size() == CALLS);
      for (Origin invite : stored) {
        await()
            .atMost(SETTLED_WITHIN)
            .until(
                () ->
                    environment.platform().results(invite).stream()
                        .anyMatch(result -> result.path("final").asBoolean()));
      }
      Map<String, Integer> rings = new HashMap<>();
      environment
          .production()
          .pushes()
          .forEach(push -> rings.merge(callOf(push.json()), 1, Integer::sum));
      assertThat(calls).filteredOn(call -> rings.getOrDefault(call.value(), 0) != 1).isEmpty();
    }
  }

  private static String callOf(JsonNode push) {
    return push.at("/call/id").asText();
  }
}
