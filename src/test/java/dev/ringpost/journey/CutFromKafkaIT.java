package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.intake.waiting.CatchUp;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Relay;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker that has no way to Kafka for a while, while call servers have: invites, and the ends of
 * their calls, are all there when it comes back, and no phone rings for what is over.
 */
class CutFromKafkaIT {

  private static final int CALLS = 300;
  private static final int SETTLED_SECONDS = 30;

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void noPhoneRingsForACallThatEndedMeanwhile() throws Exception {
    int former = FreePort.find();
    int present = FreePort.find();
    try (var way = new Relay(former);
        var kafka =
            LocalKafka.atTwoPlaces(List.of(new LocalKafka.Places(former, way.port(), present)));
        var environment =
            CallEnvironment.on(
                kafka.bootstrapServers(),
                folder,
                ConfigFile.of("localhost:" + way.port(), Map.of()),
                "")) {
      environment.startWorker();
      var alice = new UserId("alice");
      environment.give(alice, environment.phone("iphone-1"));

      way.cut();
      List<Origin> invites = new ArrayList<>();
      Set<String> over = ConcurrentHashMap.newKeySet();
      for (int call = 0; call < CALLS; call++) {
        CallId ended = environment.freshCall();
        invites.add(environment.platform().invite(ended, alice, CallEnvironment.RING));
        environment.platform().signalLater(ended, "cancelled", _ -> over.add(ended.value()));
      }
      invites.add(
          environment.platform().invite(environment.freshCall(), alice, CallEnvironment.RING));
      await().until(() -> over.size() == CALLS);
      // As far behind as signals must be to be waited for, and what they may be at any time.
      Thread.sleep(CatchUp.BEHIND.plusSeconds(1));
      way.mend();

      await()
          .atMost(Duration.ofSeconds(SETTLED_SECONDS))
          .until(
              () -> invites.stream().noneMatch(it -> environment.platform().results(it).isEmpty()));
      Set<String> rung =
          environment.production().pushes().stream()
              .map(CutFromKafkaIT::call)
              .collect(Collectors.toSet());
      assertThat(rung).doesNotContainAnyElementsOf(over);
      assertThat(
              environment.platform().results(invites.getLast()).getFirst().path("verdict").asText())
          .isEqualTo("accepted");
    }
  }

  private static String call(ReceivedPush push) {
    return push.json().at("/call/id").asText();
  }
}
