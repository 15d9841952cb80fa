package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.intake.waiting.CatchUp;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Relay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker that has no way to Kafka for a while, while call servers have: invites, and the ends of
 * their calls, are all there when it comes back, and no phone rings for what is over, nor is one
 * silent that rings.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CutFromKafkaIT {

  private static final int CALLS = 300;
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Duration SILENT_AFTER = Duration.ofSeconds(3);
  private static final UserId ALICE = new UserId("alice");
  private static final DeviceId PHONE = new DeviceId("iphone-1");

  private Relay way;
  private LocalKafka kafka;
  private CallEnvironment environment;
  private CallPlatform platform;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    int former = FreePort.find();
    int present = FreePort.find();
    way = new Relay(former);
    kafka = LocalKafka.atTwoPlaces(List.of(new LocalKafka.Places(former, way.port(), present)));
    environment =
        CallEnvironment.on(
            kafka.bootstrapServers(),
            folder,
            ConfigFile.of("localhost:" + way.port(), Map.of()),
            "ring:\n  silent-after: %ds\n".formatted(SILENT_AFTER.toSeconds()));
    environment.startWorker();
    platform = environment.platform();
    environment.give(ALICE, environment.phone(PHONE.value()));
  }

  @AfterAll
  void stop() throws IOException {
    environment.close();
    kafka.close();
    way.close();
  }

  @Test
  void noPhoneRingsForACallThatEndedMeanwhile() throws Exception {
    way.cut();
    List<Origin> invites = new ArrayList<>();
    Set<String> over = ConcurrentHashMap.newKeySet();
    for (int call = 0; call < CALLS; call++) {
      CallId ended = environment.freshCall();
      invites.add(platform.invite(ended, ALICE, CallEnvironment.RING));
      platform.signalLater(ended, "cancelled", _ -> over.add(ended.value()));
    }
    invites.add(platform.invite(environment.freshCall(), ALICE, CallEnvironment.RING));
    await().until(() -> over.size() == CALLS);
    // As far behind as signals must be to be waited for, and what they may be at any time.
    Thread.sleep(CatchUp.BEHIND.plusSeconds(1));
    way.mend();

    await()
        .atMost(WITHIN)
        .until(() -> invites.stream().noneMatch(it -> platform.results(it).isEmpty()));
    Set<String> rung =
        environment.production().pushes().stream()
            .map(push -> push.json().at("/call/id").asText())
            .collect(Collectors.toSet());
    assertThat(rung).doesNotContainAnyElementsOf(over);
    assertThat(platform.results(invites.getLast()).getFirst().path("verdict").asText())
        .isEqualTo("accepted");
  }

  /** That it rings stands on Kafka, and the worker cannot read it. */
  @Test
  void aPhoneThatRangMeanwhileIsNotSilent() throws Exception {
    await()
        .atMost(WITHIN)
        .until(
            () -> {
              ringing(accepted());
              return !platform.secondVerdicts().isEmpty();
            });

    CallId call = accepted();
    way.cut();
    ringing(call);
    Thread.sleep(SILENT_AFTER.plusSeconds(2));
    way.mend();

    await().atMost(WITHIN).until(() -> !told(call).isEmpty());
    assertThat(told(call)).containsExactly("rang");
  }

  private CallId accepted() {
    CallId call = environment.freshCall();
    Origin invite = platform.invite(call, ALICE, CallEnvironment.RING);
    assertThat(environment.resultOf(invite).path("verdict").asText()).isEqualTo("accepted");
    return call;
  }

  private void ringing(CallId call) {
    CompletableFuture<Origin> stored = new CompletableFuture<>();
    platform.ringingLater(call, ALICE, PHONE, stored::complete);
    var _ = stored.orTimeout(10, TimeUnit.SECONDS).join();
  }

  private List<String> told(CallId call) {
    return platform.secondVerdicts().stream()
        .filter(it -> it.path("callId").asText().equals(call.value()))
        .map(it -> it.path("verdict").asText())
        .toList();
  }
}
