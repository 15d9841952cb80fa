package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.BuildConsole;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.WorkerProcess;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.guarantees.CommitNeverPassesUnsettled;
import dev.ringpost.testing.guarantees.NoNeedlessDoubleRing;
import dev.ringpost.testing.guarantees.NothingLateRings;
import dev.ringpost.testing.guarantees.NothingRingsAfterItsEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Workers that stand still at random, for any time from less than the lease to twice the session
 * time-out. {@code -Ddrill.freezes} says how often (50 take about eight minutes), {@code
 * -Ddrill.seed} repeats a run.
 */
@Isolated
class FreezeDrill {

  private static final int FREEZES = Integer.getInteger("drill.freezes", 50);
  private static final long SEED = Long.getLong("drill.seed", System.nanoTime());

  private static final String GROUP = "ringpost";
  private static final int WORKERS = 2;
  private static final int PARTITIONS = 6;
  private static final int USERS = 60;

  /** 200 calls a second. */
  private static final Duration PACE = Duration.ofMillis(5);

  private static final Duration APNS_TAKES = Duration.ofMillis(100);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(12);
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

  /** Enough for twice as many freezes: what was forgotten cannot be judged. */
  private static final int KEPT = 400_000;

  /** What was accepted so shortly before a freeze that its commit may be missing. */
  private static final Duration UNCOMMITTED = Duration.ofSeconds(2);

  /**
   * How soon what was in the midst of being written arrives once a worker goes on: what it writes
   * later it has asked its guard about.
   */
  private static final Duration CARRIED_WITHIN = Duration.ofMillis(500);

  /** Bound on the broken promises that are printed. */
  private static final int SHOWN = 5;

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(90);

  private final Random random = new Random(SEED);

  @Test
  @Timeout(3600)
  void everyCallIsToldThoughWorkersStandStill(@TempDir Path folder, TestReporter reporter)
      throws IOException {
    reporter.publishEntry("-Ddrill.seed", Long.toString(SEED));
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    try (var kafka = LocalKafka.start();
        var apns =
            LocalApns.builder(credentials)
                .topic(DrillCluster.APP.voipTopic())
                .key(key)
                .keepPushes(KEPT)
                .start()) {
      apns.answerAll(Behaviour.accepts().after(APNS_TAKES));
      Path config =
          ConfigFile.of(kafka.bootstrapServers())
              .apns(credentials, apns, apns)
              .apps(DrillCluster.APP.value(), key)
              .write(folder.resolve("ringpost.yaml"));
      try (var fleet = new WorkerFleet(config, folder, Map.of())) {
        fleet.launch(WORKERS);
        register(kafka, fleet);
        fleet.awaitSharing(PARTITIONS);
        drill(kafka, apns, fleet);
      }
    }
  }

  private void drill(LocalKafka kafka, LocalApns apns, WorkerFleet fleet) throws IOException {
    var doubles = new NoNeedlessDoubleRing(apns);
    var ends = new NothingRingsAfterItsEnd(apns, DrillJudges.READING);
    String servers = kafka.bootstrapServers();
    try (var calls = new SteadyCalls(servers, USERS, PACE, ends);
        var commits = CommitNeverPassesUnsettled.among(servers, GROUP, calls::unsettled)) {
      var late = new NothingLateRings(apns::pushes, calls::deadline);
      for (int freeze = 1; freeze <= FREEZES; freeze++) {
        DrillCluster.pause(between(SHORTEST_PAUSE, LONGEST_PAUSE));
        WorkerProcess worker = fleet.get(random.nextInt(WORKERS));
        Duration length = between(SHORTEST, LONGEST);
        BuildConsole.print("freeze %d, for %s, at %s".formatted(freeze, length, Instant.now()));
        Instant began = Instant.now();
        worker.freeze();
        Instant frozen = Instant.now();
        DrillCluster.pause(length);
        Instant goesOn = Instant.now();
        worker.thaw();
        Instant over = goesOn.plus(CARRIED_WITHIN);
        // What APNs accepted shortly before may be in no commit of the one that stands still, and
        // what it was about to write goes out when it goes on.
        doubles.excuse(began.minus(UNCOMMITTED), frozen.plus(APNS_TAKES));
        doubles.carried(goesOn, over);
        late.carried(goesOn, over);
        ends.carried(goesOn, over);
      }
      calls.stopCalling();
      awaitSettled(calls);
      doubles.breaches().stream().limit(SHOWN).forEach(BuildConsole::print);
      var row =
          new DrillRow(
              FREEZES + " freezes of 1 to 12 s, 200 calls a second",
              calls.invites(),
              calls.invites() - calls.open(),
              calls.open(),
              calls.missed(),
              late.breaches().size(),
              ends.breaches().size(),
              doubles.breaches().size(),
              doubles.excused(),
              doubles.bound(),
              late.carriedLate(),
              Optional.of(fleet.ownerless()),
              Waits.longest(calls.longestWait()));
      var table = new DrillTable("freezes");
      table.add(row);
      table.write();
      assertThat(row.lost()).as("neither rung nor told, seed %d", SEED).isZero();
      assertThat(row.missed()).as("missed, seed %d", SEED).isZero();
      assertThat(row.late()).as("late rings, seed %d", SEED).isZero();
      assertThat(row.afterEnd()).as("rings after the end, seed %d", SEED).isZero();
      assertThat(ends.ended()).as("calls that ended").isPositive();
      assertThat(commits.breaches()).as("commits, seed %d", SEED).isEmpty();
      assertThat(commits.looks()).isGreaterThan(DrillJudges.FEWEST_LOOKS);
      assertThat(row.needless()).as("needless double rings, seed %d", SEED).isZero();
      assertThat(row.excused()).isLessThanOrEqualTo(row.bound());
      assertThat(apns.pushes()).as("what was forgotten is not judged").hasSize(received(apns));
    }
  }

  private static int received(LocalApns apns) {
    return Math.toIntExact(apns.received());
  }

  /** For so long at most: what is open then is lost. */
  private static void awaitSettled(SteadyCalls calls) {
    long end = System.nanoTime() + SETTLED_WITHIN.toNanos();
    while (calls.open() > 0 && System.nanoTime() - end < 0) {
      DrillCluster.pause(LOOK);
    }
  }

  private Duration between(Duration least, Duration most) {
    return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
  }

  private static void register(LocalKafka kafka, WorkerFleet fleet) {
    try (var platform = new CallPlatform(kafka.bootstrapServers())) {
      for (int user = 0; user < USERS; user++) {
        platform.register(CallLoad.user(user), DrillCluster.phone(user, 0));
      }
      fleet.awaitEntries("tokens", USERS);
    }
  }
}
