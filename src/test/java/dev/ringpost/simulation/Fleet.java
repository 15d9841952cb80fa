package dev.ringpost.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.directory.SimulatedViews;
import dev.ringpost.events.Signal;
import dev.ringpost.intake.SimulatedIntake;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A fleet with its users, for half a minute of calls and everything that can go wrong in it, and
 * then for as long as calls need to end.
 */
final class Fleet {

  static final List<Duration> LADDER = List.of(Duration.ofSeconds(1), Duration.ofSeconds(2));
  static final String INVITES = "call-invites";
  static final int INVITE_PARTITIONS = 3;
  static final String RETRIES = "call-invites.retry-";
  static final String MISSED_CALLS = "call-invites.missed";
  static final int MISSED_CALL_PARTITIONS = 4;

  private static final int USERS = 6;
  private static final String NO_ALERTS = "user0";
  private static final int CALLS_MILLIS = 30_000;

  /** Steps of a clock up to here are let be. */
  private static final int SMALL_STEP_MILLIS = 1_500;

  /** Longer than any call rings and is told as missed, with the longest trouble before it. */
  private static final Duration END = Duration.ofSeconds(100);

  /** What an alert may need besides if all its tries have trouble. */
  private static final Duration LAST_ALERTS = Duration.ofSeconds(80);

  private final World world;
  private final Facts facts;
  private final SimulatedKafka kafka;
  private final SimulatedApns apns = new SimulatedApns();
  private final SimulatedKafka.Group fresh;
  private final SimulatedKafka.Group retries;
  private final SimulatedKafka.Group missedCalls;
  private final SimulatedCalls calls;
  private final List<SimulatedWorker> workers = new ArrayList<>();
  private final List<SimulatedPhone> phones = new ArrayList<>();
  private final List<Consumer<SimulatedViews>> views = new ArrayList<>();
  private final List<Signal> signals = new ArrayList<>();
  private int numbers;
  private int tokens;

  private Fleet(long seed) {
    this.world = new World(seed);
    this.facts = new Facts(world);
    this.kafka = new SimulatedKafka(world, facts);
    this.fresh = kafka.groupOf(INVITES, INVITE_PARTITIONS);
    this.retries = kafka.groupOfMany(RETRIES, LADDER.size());
    this.missedCalls = kafka.groupOf(MISSED_CALLS, MISSED_CALL_PARTITIONS);
    this.calls = new SimulatedCalls(world, facts, kafka, USERS, this::signalled);
  }

  /** Lives through one seed. */
  static Facts live(long seed) {
    var fleet = new Fleet(seed);
    try {
      fleet.begin();
      fleet.world.pass(END.toNanos());
      if (!fleet.facts.missed().areAllDealtWith()) {
        fleet.world.pass(LAST_ALERTS.toNanos());
      }
      fleet.end();
    } finally {
      fleet.workers.forEach(SimulatedWorker::end);
    }
    return fleet.facts;
  }

  SimulatedKafka.Group fresh() {
    return fresh;
  }

  SimulatedKafka.Group retries() {
    return retries;
  }

  SimulatedKafka.Group missedCalls() {
    return missedCalls;
  }

  int nextNumber() {
    return ++numbers;
  }

  private void begin() {
    for (int user = 0; user < USERS; user++) {
      for (int device = 0; device <= user % 2; device++) {
        var phone = new SimulatedPhone("user" + user, "phone" + device, token());
        phones.add(phone);
        register(phone);
        if (hasAlerts(new UserId(phone.user))) {
          register(phone.alertKey(), token());
        }
      }
    }
    start();
    start();
    // So that each partition has its first commit, and nothing is too old to be read.
    world.in(500, () -> calls.call(CALLS_MILLIS));
    int faults = world.between(0, 10);
    for (int fault = 0; fault < faults; fault++) {
      world.in(world.between(1_000, CALLS_MILLIS), this::fault);
    }
    int changes = world.between(0, 5);
    for (int change = 0; change < changes; change++) {
      world.in(world.between(1_000, CALLS_MILLIS), this::changePhone);
    }
  }

  private void end() {
    facts.over(workers.stream().allMatch(SimulatedWorker::isSteady));
    for (SimulatedWorker worker : workers) {
      worker.rings().over();
      for (SimulatedPhone phone : phones) {
        if (!worker.isDead() && phone.good && !phone.rings(worker.views())) {
          facts.forgotten(phone.key());
        }
      }
    }
  }

  private void start() {
    var worker = new SimulatedWorker(world, facts, kafka, apns, this);
    views.forEach(record -> record.accept(worker.views()));
    signals.forEach(worker.signals()::take);
    workers.add(worker);
    worker.begin();
  }

  private void signalled(Signal signal) {
    signals.add(signal);
    workers.forEach(worker -> worker.signals().comes(signal));
  }

  private Optional<SimulatedWorker> any() {
    List<SimulatedWorker> alive = workers.stream().filter(worker -> !worker.isDead()).toList();
    return alive.isEmpty()
        ? Optional.empty()
        : Optional.of(alive.get(world.between(0, alive.size() - 1)));
  }

  private Optional<SimulatedConnection> anyConnection() {
    List<SimulatedConnection> standing = apns.connections();
    return standing.isEmpty()
        ? Optional.empty()
        : Optional.of(standing.get(world.between(0, standing.size() - 1)));
  }

  // Phones

  private VoipToken token() {
    var token = VoipToken.parse("%064x".formatted(++tokens));
    if (world.happens(10)) {
      apns.isOfSandbox(token);
    }
    return token;
  }

  private void register(SimulatedPhone phone) {
    register(phone.key(), phone.token);
  }

  private void register(String key, VoipToken token) {
    Instant at = world.now();
    byte[] value =
        ("{\"token\":\"%064x\",\"environment\":\"production\","
                + "\"bundleId\":\"com.example.phone\",\"registeredAt\":\"%s\"}")
            .formatted(new BigInteger(1, token.bytes()), at)
            .getBytes(UTF_8);
    tell(it -> it.readToken(key, value, at));
  }

  /** The topic of invalidations has a record. */
  void invalidated(String key, byte[] value) {
    Instant at = world.now();
    tell(it -> it.readInvalidation(key, value, at));
  }

  private void tell(Consumer<SimulatedViews> record) {
    views.add(record);
    workers.forEach(worker -> worker.reads(record, world.between(0, 300)));
  }

  /** Whether a user's phones are registered for alerts; one user's are not. */
  static boolean hasAlerts(UserId user) {
    return !user.value().equals(NO_ALERTS);
  }

  /** APNs has taken a push that rings: its phone has it, unless it has another token by now. */
  void taken(PushRequest push) {
    for (SimulatedPhone phone : phones) {
      if (phone.good && phone.token.equals(push.device().token())) {
        calls.wake(phone, push.attempt().invite().callId());
      }
    }
  }

  /** A token dies: for good, for a new one, or to be registered again as it was. */
  private void changePhone() {
    SimulatedPhone phone = phones.get(world.between(0, phones.size() - 1));
    apns.dies(phone.token, world.now());
    phone.good = false;
    switch (world.between(0, 2)) {
      case 0 -> {}
      case 1 -> {
        facts.met(Mishap.REPLACED_TOKEN);
        phone.token = token();
        phone.good = true;
        register(phone);
      }
      default -> {
        VoipToken same = phone.token;
        world.in(
            world.between(500, 6_000),
            () -> {
              if (phone.token.equals(same)) {
                facts.met(Mishap.REVIVED_TOKEN);
                apns.lives(same);
                phone.good = true;
                register(phone);
              }
            });
      }
    }
  }

  // Faults

  private void fault() {
    switch (world.between(0, 17)) {
      case 0 -> any().ifPresent(this::replace);
      case 1 -> any().ifPresent(this::freeze);
      case 2 -> any().ifPresent(this::evict);
      case 3 -> {
        start();
        any().ifPresent(this::stop);
      }
      case 4 -> {
        facts.met(Mishap.ONE_MORE);
        start();
      }
      case 5 -> outage();
      case 6 -> mood(SimulatedApns.Mood.ANSWERS_LOST, 6_000);
      case 7 -> mood(SimulatedApns.Mood.OUT_OF_ORDER, 5_000);
      case 8 -> mood(SimulatedApns.Mood.LOCKED, 4_000);
      case 9 -> mood(SimulatedApns.Mood.THROTTLING, 4_000);
      case 10 -> mood(SimulatedApns.Mood.AWAY, 6_000);
      case 11 -> mood(SimulatedApns.Mood.NARROW, 6_000);
      case 12 -> anyConnection().ifPresent(SimulatedConnection::cut);
      case 13 -> apns.connections().forEach(SimulatedConnection::cut);
      case 14 -> apns.connections().forEach(SimulatedConnection::goAway);
      case 15 -> any().ifPresent(this::stepClock);
      case 16 -> any().ifPresent(this::delaySignals);
      default -> any().ifPresent(it -> it.rings().atNext(() -> killAfterVerdict(it)));
    }
  }

  private void delaySignals(SimulatedWorker worker) {
    facts.met(Mishap.LATE_SIGNALS);
    worker.signals().standStill(Duration.ofMillis(world.between(1_000, 9_000)));
  }

  /** It is told, and stored or not; whatever was to be done after that is not done. */
  private void killAfterVerdict(SimulatedWorker worker) {
    world.in(
        world.between(0, 60),
        () -> {
          if (!worker.isDead()) {
            facts.met(Mishap.CRASH_AFTER_VERDICT);
            replace(worker);
          }
        });
  }

  private void freeze(SimulatedWorker worker) {
    Duration time = Duration.ofMillis(world.between(500, 9_000));
    boolean isLong = time.compareTo(SimulatedIntake.SESSION) > 0;
    facts.met(isLong ? Mishap.LONG_FREEZE : Mishap.SHORT_FREEZE);
    worker.freeze(time);
  }

  private void evict(SimulatedWorker worker) {
    facts.met(Mishap.EVICTION);
    worker.evict();
  }

  private void stop(SimulatedWorker worker) {
    facts.met(Mishap.STOP);
    worker.stop();
  }

  /** A step within what is let be, or one that the brokers must set right. */
  private void stepClock(SimulatedWorker worker) {
    int most = world.happens(50) ? SMALL_STEP_MILLIS : 60_000;
    int millis = world.between(-most, most);
    boolean isLarge = Math.abs(millis) > SMALL_STEP_MILLIS;
    facts.met(isLarge ? Mishap.LARGE_CLOCK_STEP : Mishap.SMALL_CLOCK_STEP);
    worker.stepClock(Duration.ofMillis(millis));
  }

  private void replace(SimulatedWorker dying) {
    facts.met(Mishap.CRASH);
    dying.crash();
    world.in(world.between(500, 3_000), this::start);
  }

  private void outage() {
    facts.met(Mishap.OUTAGE);
    String name = "outage-" + world.nanoTime();
    kafka.beginTrouble(name);
    world.in(world.between(100, 6_000), () -> kafka.endTrouble(name));
  }

  private void mood(SimulatedApns.Mood mood, int longest) {
    apns.is(mood);
    world.in(world.between(100, longest), () -> apns.is(SimulatedApns.Mood.WELL));
  }
}
