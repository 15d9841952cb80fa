package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Relay;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The drill of a Kafka that moves: the bootstrap name leads to other addresses, and at those that
 * the worker knows nobody answers any more, nor closes a connection. There are two brokers, because
 * a client that knows one only asks the bootstrap name as soon as it cannot reach that one.
 */
@Isolated
class MovedBrokersDrill {

  private static final String TRIGGER = "metadata.recovery.rebootstrap.trigger.ms";
  private static final String KAFKAS_DEFAULT = "300000";

  /** Twice what it takes, and far shorter than Kafka's default. */
  private static final Duration FOUND_WITHIN = Duration.ofSeconds(60);

  private static final Duration BETWEEN_CALLS = Duration.ofSeconds(1);

  /** Longer than the search: every call can still ring after it. */
  private static final Duration RING = Duration.ofSeconds(110);

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void aWorkerFindsBrokersThatMovedByTheBootstrapName() throws Exception {
    assertThat(worksAfterTheMove(Map.of())).isTrue();
  }

  /** So that the other test cannot pass by anything but the setting. */
  @Test
  @Timeout(240)
  void withKafkasDefaultItStaysDeaf() throws Exception {
    assertThat(worksAfterTheMove(Map.of(TRIGGER, KAFKAS_DEFAULT))).isFalse();
  }

  private boolean worksAfterTheMove(Map<String, String> properties) throws Exception {
    int formerFirst = FreePort.find();
    int formerSecond = FreePort.find();
    int first = FreePort.find();
    int second = FreePort.find();
    try (var wayToFirst = new Relay(formerFirst);
        var wayToSecond = new Relay(formerSecond);
        var bootstrapName = new Relay(formerFirst);
        var kafka =
            LocalKafka.atTwoPlaces(
                List.of(
                    new LocalKafka.Places(formerFirst, wayToFirst.port(), first),
                    new LocalKafka.Places(formerSecond, wayToSecond.port(), second)));
        var environment =
            CallEnvironment.on(
                kafka.bootstrapServers(),
                folder,
                ConfigFile.of("localhost:" + bootstrapName.port(), properties),
                "")) {
      environment.startWorker();
      var alice = new UserId("alice");
      environment.give(alice, environment.phone("iphone-1"));
      assertThat(wayToFirst.carried()).isPositive();
      assertThat(wayToSecond.carried()).isPositive();

      wayToFirst.fallSilent();
      wayToSecond.fallSilent();
      bootstrapName.leadTo(second);
      return works(environment);
    }
  }

  /**
   * Whether all the worker's clients find the brokers in time: a phone that is registered after the
   * move rings, and the call's result is told.
   */
  private static boolean works(CallEnvironment environment) throws InterruptedException {
    var bob = new UserId("bob");
    environment.platform().register(bob, environment.phone("iphone-2"));
    List<Origin> calls = new ArrayList<>();
    long end = System.nanoTime() + FOUND_WITHIN.toNanos();
    while (System.nanoTime() < end) {
      calls.add(environment.platform().invite(environment.freshCall(), bob, RING));
      Thread.sleep(BETWEEN_CALLS);
      if (calls.stream().anyMatch(call -> rang(environment, call))) {
        return true;
      }
    }
    return false;
  }

  private static boolean rang(CallEnvironment environment, Origin call) {
    return environment.platform().results(call).stream()
        .anyMatch(result -> result.path("verdict").asText().equals("accepted"));
  }
}
