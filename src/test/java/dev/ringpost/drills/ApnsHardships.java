package dev.ringpost.drills;

import static org.awaitility.Awaitility.await;

import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionFault;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The hardships on Apple's side. */
final class ApnsHardships {

  /** A worker believes a fifth of the newest 50 answers. */
  private static final int BELIEVED = 10;

  /** Workers look for another key every 10 s, and try it first. */
  private static final Duration EXCHANGED_WITHIN = Duration.ofSeconds(40);

  private static final Duration LOOK = Duration.ofSeconds(1);

  private ApnsHardships() {}

  static List<Hardship> all() {
    return Stream.concat(
            faults().stream().map(fault -> fault.in(Hardship.Company.ANY_KIND)),
            Stream.of(
                // A key that APNs cannot be asked about is tried again after a minute.
                Hardship.harmless("APNs: the key is exchanged", ApnsHardships::exchanged),
                Hardship.outlasting(
                    "APNs: silent for 2 min",
                    DrillCluster.Excuse.REPEATS,
                    (cluster, _) -> longSilence(cluster)),
                Hardship.outlasting(
                    "APNs: 403 for every push, as by a wrong key, for 1 min",
                    DrillCluster.Excuse.NONE,
                    pushesGet(Behaviour.rejects(403, "InvalidProviderToken"), 60))))
        .toList();
  }

  /** Those that come alone, with other kinds, and two at once. */
  private static List<Hardship> faults() {
    return List.of(
        Hardship.repeating("APNs: GOAWAY on all connections, six times in 3 s", flapping(goAway())),
        Hardship.repeating("APNs: all connections reset, six times in 3 s", flapping(reset())),
        Hardship.repeating("APNs: silent for 5 to 30 s", ApnsHardships::silence),
        Hardship.repeating(
            "APNs: no new connection, and all reset, for 10 s", ApnsHardships::unreachable),
        Hardship.repeating(
            "APNs: answers after 5 s, for 10 s",
            (cluster, _) -> faulty(cluster, Fault.slowAnswers(Duration.ofSeconds(5)), 10)),
        Hardship.repeating(
            "APNs: one stream for each connection, for 10 s",
            (cluster, _) -> faulty(cluster, Fault.streamLimit(1), 10)),
        Hardship.repeating(
            "APNs: a window for bodies that grows late, for 10 s",
            (cluster, _) -> faulty(cluster, Fault.lateWindow(), 10)),
        Hardship.repeating(
            "APNs: streams refused, for 3 s", pushesGet(Behaviour.refusesStream(), 3)),
        Hardship.harmless(
            "APNs: 503 for every push, for 3 s",
            pushesGet(Behaviour.rejects(503, "ServiceUnavailable"), 3)),
        Hardship.harmless(
            "APNs: 429 for every push, for 5 s",
            pushesGet(Behaviour.rejects(429, "TooManyRequests"), 5)),
        Hardship.harmless(
            "APNs: 403 for every push, as by a wrong key, for 10 s",
            pushesGet(Behaviour.rejects(403, "InvalidProviderToken"), 10)),
        new Hardship(
            "APNs: 410 for every push, for 3 s",
            DrillCluster.Excuse.MISSES,
            BELIEVED,
            Hardship.Company.ANY_KIND,
            ApnsHardships::gone));
  }

  private static ConnectionFault goAway() {
    return ConnectionFault.goAway("Shutdown");
  }

  private static ConnectionFault reset() {
    return ConnectionFault.tcpReset();
  }

  private static Hardship.Action flapping(ConnectionFault fault) {
    return (cluster, _) -> {
      for (int n = 0; n < 6; n++) {
        cluster.apns().inject(fault, Scope.all());
        DrillCluster.pause(Duration.ofMillis(500));
      }
    };
  }

  private static Hardship.Action pushesGet(Behaviour answer, int seconds) {
    return (cluster, _) -> faulty(cluster, Fault.pushesGet(answer), seconds);
  }

  private static void faulty(DrillCluster cluster, Fault fault, int seconds) {
    try (var _ = cluster.apns().begin(fault, Scope.all())) {
      DrillCluster.pause(Duration.ofSeconds(seconds));
      cluster.carries();
    }
  }

  /** Behind so long a silence what was written before it is read for some seconds. */
  private static void longSilence(DrillCluster cluster) {
    Instant over;
    try (var _ = cluster.apns().begin(Fault.silence(), Scope.all())) {
      DrillCluster.pause(Duration.ofMinutes(2));
      over = Instant.now();
    }
    DrillCluster.pause(Duration.ofSeconds(5));
    cluster.judges().carriesSince(over);
  }

  private static void silence(DrillCluster cluster, Random random) {
    faulty(cluster, Fault.silence(), random.nextInt(5, 31));
  }

  private static void unreachable(DrillCluster cluster, Random random) {
    Fault fault = random.nextBoolean() ? Fault.tlsRefused() : Fault.noSettings();
    try (var _ = cluster.apns().begin(fault, Scope.all())) {
      cluster.apns().inject(reset(), Scope.all());
      DrillCluster.pause(Duration.ofSeconds(10));
    }
  }

  /** It is over when nothing is signed with the former one any more. */
  private static void exchanged(DrillCluster cluster, Random random) {
    String keyId = cluster.keys().exchange();
    await()
        .atMost(EXCHANGED_WITHIN)
        .pollInterval(LOOK)
        .until(
            () -> {
              Instant since = Instant.now().minus(LOOK);
              List<ReceivedPush> newest =
                  cluster.apns().pushes().stream()
                      .filter(push -> push.arrivedAt().isAfter(since))
                      .toList();
              return !newest.isEmpty()
                  && newest.stream().allMatch(push -> push.keyId().equals(keyId));
            });
  }

  private static void gone(DrillCluster cluster, Random random) {
    Instant since = Instant.now();
    faulty(cluster, Fault.pushesGet(Behaviour.rejects(410, "Unregistered", since)), 3);
    cluster.registerAgain();
  }
}
