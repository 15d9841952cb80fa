package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.guarantees.CommitNeverPassesUnsettled;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import dev.ringpost.testing.guarantees.NoGoodTokenForgotten;
import dev.ringpost.testing.guarantees.NoNeedlessDoubleRing;
import dev.ringpost.testing.guarantees.NothingLateRings;
import dev.ringpost.testing.guarantees.NothingRingsAfterItsEnd;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
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

  private static final int USERS = 60;

  /** How much slower calls come while workers warm up. */
  private static final int WARMING = 4;

  /** Calls before the trouble begins. */
  private static final Duration LEAD = Duration.ofSeconds(1);

  /** What was accepted so shortly before trouble that its result or commit may be lost. */
  private static final Duration UNCOMMITTED = Duration.ofSeconds(2);

  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(75);
  private static final Duration READING = Duration.ofSeconds(2);

  private final Duration pace;
  private final LocalKafka kafka;
  private final Admin admin;
  private final LocalApns apns;
  private final WorkerFleet fleet;
  private final CallPlatform platform;
  private final AtomicInteger published = new AtomicInteger();
  private final CommitNeverPassesUnsettled commits;
  private final NothingLateRings late;
  private final NothingRingsAfterItsEnd ends;
  private final NoNeedlessDoubleRing doubles;
  private final NoGoodTokenForgotten tokens;

  private DrillCluster(
      Duration pace, LocalKafka kafka, LocalApns apns, WorkerFleet fleet, int workers) {
    this.pace = pace;
    this.kafka = kafka;
    this.admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    this.apns = apns;
    this.fleet = fleet;
    putResultsOnOneBroker();
    fleet.launch(workers);
    this.platform = new CallPlatform(kafka.bootstrapServers());
    this.commits = new CommitNeverPassesUnsettled(platform, "ringpost");
    this.late = new NothingLateRings(apns);
    this.ends = new NothingRingsAfterItsEnd(apns, READING);
    this.doubles = new NoNeedlessDoubleRing(apns);
    this.tokens = new NoGoodTokenForgotten(platform);
    registerAll();
  }

  /**
   * A cluster with so many workers.
   *
   * @param pace the time between two calls
   */
  static DrillCluster open(Path folder, int workers, Duration pace) {
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01");
    LocalKafka kafka = LocalKafka.startCluster();
    LocalApns apns =
        LocalApns.builder(credentials).topic(APP.voipTopic()).key(key).keepPushes(KEPT).start();
    apns.answerAll(Behaviour.accepts().after(APNS_TAKES));
    Path config =
        ConfigFile.of(kafka.bootstrapServers())
            .apns(credentials, apns, apns)
            .apps(APP.value(), key)
            .write(folder.resolve("ringpost.yaml"));
    var cluster = new DrillCluster(pace, kafka, apns, new WorkerFleet(config, folder), workers);
    cluster.fleet.awaitSharing(PARTITIONS);
    return cluster;
  }

  /** So that this one topic can be without a leader while all others have one. */
  private void putResultsOnOneBroker() {
    int broker = kafka.brokerIds().getLast();
    var places = new java.util.HashMap<Integer, List<Integer>>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      places.put(partition, List.of(broker));
    }
    create(new NewTopic(CallPlatform.RESULTS, places));
  }

  void create(NewTopic topic) {
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("could not create " + topic.name(), e);
    }
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
    admin.deleteTopics(List.of(CallPlatform.TOKENS)).all().get();
    pause(Duration.ofSeconds(1));
    var topic = new NewTopic(CallPlatform.TOKENS, PARTITIONS, (short) 3);
    create(topic.configs(Map.of("cleanup.policy", "compact")));
    registerAll();
  }

  /** Calls beside those of the drill, until it is closed. */
  CallLoad moreCalls() {
    return CallLoad.start(pace, platform, ends, USERS, published);
  }

  /**
   * Calls at a fraction of the pace until all are settled: cold workers take all of a small
   * machine, which would then be slower than any trouble that a drill makes.
   */
  void warmUp(Duration time) {
    CallLoad load = CallLoad.start(pace.multipliedBy(WARMING), platform, ends, USERS, published);
    try (load) {
      pause(time);
    }
    var everyInvite = new EveryInviteSettled(platform);
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

  LocalKafka kafka() {
    return kafka;
  }

  LocalApns apns() {
    return apns;
  }

  Admin admin() {
    return admin;
  }

  CallPlatform platform() {
    return platform;
  }

  NoGoodTokenForgotten tokens() {
    return tokens;
  }

  /** A silent network is about to deliver what it held back. */
  void carries() {
    Instant now = Instant.now();
    late.carried(now, now.plus(READING));
    ends.carried(now, now.plus(READING));
  }

  /** The trouble that a drill makes for the cluster while calls go on. */
  interface Trouble {
    void happen() throws Exception;
  }

  /**
   * The excuse for a repeated ring: answers or results can be lost in the trouble, so that what
   * rang may ring again.
   */
  enum Excuse {
    NONE,
    REPEATS
  }

  /**
   * Lets trouble happen under load, waits until everything is settled, and judges.
   *
   * @param after how long calls go on when the trouble is over
   */
  DrillRow drill(String name, Excuse excuse, Duration after, Trouble trouble) {
    Counts before = counts();
    CallLoad load = moreCalls();
    Instant over;
    try (load) {
      pause(LEAD);
      Instant began = Instant.now();
      trouble.happen();
      over = Instant.now();
      if (excuse == Excuse.REPEATS) {
        doubles.excuse(began.minus(UNCOMMITTED), Instant.now().plus(UNCOMMITTED));
      }
      pause(after);
    } catch (Exception e) {
      throw new IllegalStateException("the drill itself failed: " + name, e);
    }
    var everyInvite = new EveryInviteSettled(platform);
    await()
        .atMost(SETTLED_WITHIN)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> load.stored().size() == load.sent() && everyInvite.breaches().isEmpty());
    Counts now = counts();
    int invites = platform.invited().size() - before.invited;
    int lost = everyInvite.breaches().size();
    return new DrillRow(
        name,
        invites,
        invites - lost,
        lost,
        now.late - before.late,
        now.afterEnd - before.afterEnd,
        now.needless - before.needless,
        now.excused - before.excused,
        now.bound - before.bound,
        late.carriedLate() - before.carried,
        fleet.takeovers() > before.takeovers ? fleet.ownerless() : Duration.ZERO,
        Waits.of(platform, load.stored().keySet(), over));
  }

  private record Counts(
      int late,
      int afterEnd,
      int needless,
      int excused,
      int bound,
      int carried,
      int invited,
      double takeovers) {}

  private Counts counts() {
    return new Counts(
        late.breaches().size(),
        ends.breaches().size(),
        doubles.breaches().size(),
        doubles.excused(),
        doubles.bound(),
        late.carriedLate(),
        platform.invited().size(),
        fleet.takeovers());
  }

  /** What was broken so far, and what was told of the calls that rang twice; for a person. */
  String broken() {
    List<String> lines = new ArrayList<>(late.breaches());
    lines.addAll(ends.breaches());
    for (String twice : doubles.breaches()) {
      lines.add(twice);
      platform.results().stream()
          .filter(result -> twice.contains(" " + result.path("callId").asText() + " "))
          .map(JsonNode::toString)
          .forEach(lines::add);
    }
    return String.join("\n", lines);
  }

  /**
   * What must hold after all drills.
   *
   * @param forgotten how many good tokens the drills may have cost
   */
  void everyGuaranteeHeld(int forgotten) {
    assertThat(tokens.breaches()).hasSizeLessThanOrEqualTo(forgotten);
    assertThat(commits.breaches()).isEmpty();
    assertThat(commits.looks()).isGreaterThan(10);
    assertThat(late.breaches()).isEmpty();
    assertThat(ends.breaches()).isEmpty();
    assertThat(ends.ended()).as("calls that ended").isPositive();
    assertThat(doubles.breaches()).isEmpty();
    assertThat(new EveryInviteSettled(platform).breaches()).isEmpty();
    fleet.nothingSecretIn(apns.pushes());
  }

  static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  @Override
  public void close() {
    fleet.close();
    commits.close();
    platform.close();
    admin.close(Duration.ZERO);
    apns.close();
    kafka.close();
  }
}
