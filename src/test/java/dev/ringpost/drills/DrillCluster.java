package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.BuildConsole;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A cluster of three brokers, a local APNs, workers of the shipped jar in processes of their own,
 * paced calls, and everybody who checks what is promised.
 */
final class DrillCluster implements AutoCloseable {

  static final int PARTITIONS = 6;
  static final BundleId APP = new BundleId("com.example.phone");

  /** How long the drills' APNs takes to answer, so that there are always pushes in flight. */
  static final Duration APNS_TAKES = Duration.ofMillis(100);

  /** The time between two calls of the short drills. */
  static final Duration PACE = Duration.ofMillis(40);

  /** Enough for the longest series: what was forgotten cannot be judged. */
  private static final int KEPT = 400_000;

  /** Apple ends connections that earn too many errors, and says no number. */
  private static final int ERRORS_BORNE = 100;

  private static final int USERS = 60;

  /** How much slower calls come while workers warm up. */
  private static final int WARMING = 4;

  /** Calls before the trouble begins. */
  private static final Duration LEAD = Duration.ofSeconds(1);

  /** What was accepted so shortly before trouble that its result or commit may be lost. */
  private static final Duration UNCOMMITTED = Duration.ofSeconds(2);

  private static final int SHOWN = 3;

  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(75);

  private final Duration pace;
  private final DrillKafka kafka;
  private final LocalApns apns;
  private final MountedKeys keys;
  private final WorkerFleet fleet;
  private final CallPlatform platform;
  private final AtomicInteger published = new AtomicInteger();
  private final DrillJudges judges;

  private DrillCluster(
      Duration pace,
      DrillKafka kafka,
      LocalApns apns,
      MountedKeys keys,
      WorkerFleet fleet,
      int workers) {
    this.pace = pace;
    this.kafka = kafka;
    this.apns = apns;
    this.keys = keys;
    this.fleet = fleet;
    kafka.putResultsOnOneBroker(PARTITIONS);
    fleet.launch(workers);
    this.platform = new CallPlatform(kafka.brokers().bootstrapServers());
    this.judges = new DrillJudges(platform, apns);
    registerAll();
  }

  /**
   * A cluster with so many workers.
   *
   * @param pace the time between two calls
   */
  static DrillCluster open(Path folder, int workers, Duration pace) {
    var credentials = LocalCredentials.in(folder);
    var keys = new MountedKeys(folder, credentials);
    DrillKafka kafka = DrillKafka.start();
    LocalApns.Builder builder =
        LocalApns.builder(credentials)
            .topic(APP.voipTopic())
            .keepPushes(KEPT)
            .maxErrors(ERRORS_BORNE);
    keys.known().forEach(builder::key);
    LocalApns apns = builder.start();
    apns.answerAll(Behaviour.accepts().after(APNS_TAKES));
    Path config =
        ConfigFile.of(kafka.workersBootstrap())
            .apns(credentials, apns, apns)
            .with(keys.app(APP))
            .write(folder.resolve("ringpost.yaml"));
    var fleet = new WorkerFleet(config, folder);
    var cluster = new DrillCluster(pace, kafka, apns, keys, fleet, workers);
    cluster.fleet.awaitSharing(PARTITIONS);
    return cluster;
  }

  /** Registers every phone; each second user has two. */
  void registerAll() {
    registerAgain();
    fleet.awaitEntries("tokens", USERS + USERS / 2);
  }

  /** Registers every phone, and does not wait until workers know. */
  void registerAgain() {
    for (int user = 0; user < USERS; user++) {
      for (int device = 0; device <= user % 2; device++) {
        platform.register(CallLoad.user(user), phone(user, device));
      }
    }
  }

  /** Deletes the topic of tokens, and comes back with a new one in which all phones stand. */
  void recreateTokens() throws ExecutionException, InterruptedException {
    kafka.admin().deleteTopics(List.of(CallPlatform.TOKENS)).all().get();
    pause(Duration.ofSeconds(1));
    var topic = new NewTopic(CallPlatform.TOKENS, PARTITIONS, (short) 3);
    kafka.create(topic.configs(Map.of("cleanup.policy", "compact")));
    registerAll();
  }

  /** Calls beside those of the drill, until it is closed. */
  CallLoad moreCalls() {
    return CallLoad.start(pace, platform, judges.ends(), USERS, published);
  }

  /**
   * Calls at a fraction of the pace until all are settled: cold workers take all of a small
   * machine, which would then be slower than any trouble that a drill makes.
   */
  void warmUp(Duration time) {
    CallLoad load =
        CallLoad.start(pace.multipliedBy(WARMING), platform, judges.ends(), USERS, published);
    try (load) {
      pause(time);
    }
    EveryInviteSettled everyInvite = judges.everyInvite();
    await()
        .atMost(SETTLED_WITHIN)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> load.stored().size() == load.sent() && everyInvite.breaches().isEmpty());
  }

  static Device phone(int user, int device) {
    return new Device(
        new DeviceId("iphone-" + device),
        VoipToken.parse("%064x".formatted(user * 10 + device)),
        APP,
        Environment.PRODUCTION,
        Instant.now());
  }

  WorkerFleet fleet() {
    return fleet;
  }

  DrillKafka kafka() {
    return kafka;
  }

  LocalApns apns() {
    return apns;
  }

  MountedKeys keys() {
    return keys;
  }

  CallPlatform platform() {
    return platform;
  }

  DrillJudges judges() {
    return judges;
  }

  /** A silent network is about to deliver what it held back. */
  void carries() {
    judges.carriesSince(Instant.now());
  }

  /** The trouble that a drill makes for the cluster while calls go on. */
  interface Trouble {
    void happen() throws Exception;
  }

  /** The excuse that a trouble is for what else would be a fault. */
  enum Excuse {
    NONE(false, false),
    /** Answers or results can be lost in it, so that what rang may ring again. */
    REPEATS(true, false),
    /** Phones are taken from their users in it, or it lasts for longer than calls ring. */
    MISSES(false, true),
    BOTH(true, true);

    private final boolean repeats;
    private final boolean misses;

    Excuse(boolean repeats, boolean misses) {
      this.repeats = repeats;
      this.misses = misses;
    }

    boolean repeats() {
      return repeats;
    }

    boolean misses() {
      return misses;
    }

    /** That of two troubles at once. */
    Excuse and(Excuse other) {
      return Stream.of(values())
          .filter(it -> it.repeats == (repeats || other.repeats))
          .filter(it -> it.misses == (misses || other.misses))
          .findFirst()
          .orElseThrow();
    }
  }

  /**
   * Lets trouble happen under load, waits until everything is settled, and judges.
   *
   * @param after how long calls go on when the trouble is over
   */
  DrillRow drill(String name, Excuse excuse, Duration after, Trouble trouble) {
    DrillJudges.Counts before = judges.counts();
    WorkerFleet.Changes owners = fleet.changes();
    CallLoad load = moreCalls();
    Instant over;
    try (load) {
      pause(LEAD);
      Instant began = Instant.now();
      trouble.happen();
      over = Instant.now();
      if (excuse.repeats()) {
        judges.doubles().excuse(began.minus(UNCOMMITTED), Instant.now().plus(UNCOMMITTED));
      }
      pause(after);
    } catch (Exception e) {
      throw new IllegalStateException("the drill itself failed: " + name, e);
    }
    EveryInviteSettled everyInvite = judges.everyInvite();
    await()
        .atMost(SETTLED_WITHIN)
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(
            () -> {
              assertThat(load.stored().size()).as("stored invites").isEqualTo(load.sent());
              assertThat(everyInvite.breaches()).as("what is not settled").isEmpty();
            });
    DrillJudges.Counts now = judges.counts();
    int invites = now.invited() - before.invited();
    int lost = everyInvite.breaches().size();
    List<String> missed = judges.missed(load.patient());
    missed.stream().limit(SHOWN).forEach(BuildConsole::print);
    return new DrillRow(
        name,
        invites,
        invites - lost,
        lost,
        missed.size(),
        now.late() - before.late(),
        now.afterEnd() - before.afterEnd(),
        now.needless() - before.needless(),
        now.excused() - before.excused(),
        now.bound() - before.bound(),
        now.carried() - before.carried(),
        fleet.ownerlessSince(owners),
        Waits.of(platform, load.stored().keySet(), over));
  }

  /**
   * What must hold after all drills.
   *
   * @param forgotten how many good tokens the drills may have cost
   */
  void everyGuaranteeHeld(int forgotten) {
    judges.everyGuaranteeHeld(forgotten);
    fleet.nothingSecretIn(apns.pushes());
  }

  static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  @Override
  public void close() {
    fleet.close();
    judges.close();
    platform.close();
    apns.close();
    kafka.close();
  }
}
