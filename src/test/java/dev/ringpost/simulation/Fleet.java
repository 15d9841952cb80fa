package dev.ringpost.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.SimulatedViews;
import dev.ringpost.intake.SimulatedIntake;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A fleet with its users, for half a minute of calls and everything that can go wrong in it, and
 * then for as long as calls need to end.
 */
final class Fleet {

  static final List<Duration> LADDER = List.of(Duration.ofSeconds(1), Duration.ofSeconds(2));
  static final String RETRIES = "call-invites.retry-";

  private static final String INVITES = "call-invites";
  private static final int PARTITIONS = 3;
  private static final int USERS = 6;
  private static final int CALLS_MILLIS = 30_000;

  /** Steps of a clock up to here are let be. */
  private static final int SMALL_STEP_MILLIS = 1_500;

  /** Longer than any call rings, with the longest trouble before it. */
  private static final Duration END = Duration.ofSeconds(90);

  private final World world;
  private final Facts facts;
  private final SimulatedKafka kafka;
  private final SimulatedApns apns = new SimulatedApns();
  private final SimulatedKafka.Group fresh;
  private final SimulatedKafka.Group retries;
  private final List<SimulatedWorker> workers = new ArrayList<>();
  private final List<SimulatedPhone> phones = new ArrayList<>();
  private final List<Consumer<SimulatedViews>> views = new ArrayList<>();
  private final Map<SimulatedWorker, Instant> newestSignals = new HashMap<>();
  private int numbers;
  private int tokens;

  private Fleet(long seed) {
    this.world = new World(seed);
    this.facts = new Facts(world);
    this.kafka = new SimulatedKafka(world, facts);
    this.fresh = kafka.groupOf(INVITES, PARTITIONS);
    this.retries = kafka.groupOfMany(RETRIES, LADDER.size());
  }

  /** Lives through one seed. */
  static Facts live(long seed) {
    var fleet = new Fleet(seed);
    try {
      fleet.begin();
      fleet.world.pass(END.toNanos());
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

  int nextNumber() {
    return ++numbers;
  }

  private void begin() {
    for (int user = 0; user < USERS; user++) {
      for (int device = 0; device <= user % 2; device++) {
        var phone = new SimulatedPhone("user" + user, "phone" + device, token());
        phones.add(phone);
        register(phone);
      }
    }
    start();
    start();
    // So that each partition has its first commit, and nothing is too old to be read.
    world.in(500, this::call);
    int faults = world.between(0, 6);
    for (int fault = 0; fault < faults; fault++) {
      world.in(world.between(1_000, CALLS_MILLIS), this::fault);
    }
    int changes = world.between(0, 5);
    for (int change = 0; change < changes; change++) {
      world.in(world.between(1_000, CALLS_MILLIS), this::changePhone);
    }
  }

  private void end() {
    facts.over();
    for (SimulatedWorker worker : workers) {
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
    workers.add(worker);
  }

  private Optional<SimulatedWorker> any() {
    List<SimulatedWorker> alive = workers.stream().filter(worker -> !worker.isDead()).toList();
    return alive.isEmpty()
        ? Optional.empty()
        : Optional.of(alive.get(world.between(0, alive.size() - 1)));
  }

  // Calls

  private void call() {
    String call = "call-" + world.nanoTime();
    String user = "user" + world.between(0, USERS - 1);
    int rings = world.between(2, 30);
    invite(call, user, rings);
    if (world.happens(15)) {
      facts.met(Mishap.REPEATED_INVITE);
      world.in(world.between(0, 2_000), () -> invite(call, user, rings));
    }
    if (world.happens(40)) {
      world.in(world.between(50, 10_000), () -> signal(call, "answered", ""));
    }
    if (world.happens(20)) {
      world.in(world.between(50, 5_000), () -> signal(call, "ringing", ",\"deviceId\":\"phone0\""));
    }
    if (world.nanoTime() < Duration.ofMillis(CALLS_MILLIS).toNanos()) {
      world.in(world.between(20, 500), this::call);
    }
  }

  private void invite(String call, String user, int rings) {
    if (kafka.isAway()) {
      world.in(300, () -> invite(call, user, rings));
      return;
    }
    boolean unreadable = world.happens(3);
    if (unreadable) {
      facts.met(Mishap.UNREADABLE_INVITE);
    }
    String value =
        unreadable
            ? "{\"callee\":\"" + user + "\"}"
            : ("{\"callId\":\"%s\",\"callee\":\"%s\",\"caller\":{\"uri\":\"sip:bob@example.com\"},"
                    + "\"ringSeconds\":%d}")
                .formatted(call, user, rings);
    var partition = new TopicPartition(INVITES, world.between(0, PARTITIONS - 1));
    Place place =
        kafka.append(partition, user.getBytes(UTF_8), value.getBytes(UTF_8), new RecordHeaders());
    Instant appended = Instant.ofEpochMilli(world.now().toEpochMilli());
    facts.invited(
        new Origin(INVITES, partition.partition(), place.offset(), appended),
        appended.plusSeconds(rings));
  }

  private void signal(String call, String type, String more) {
    Instant at = world.now();
    byte[] value =
        "{\"callId\":\"%s\",\"type\":\"%s\",\"at\":\"%s\"%s}"
            .formatted(call, type, at, more)
            .getBytes(UTF_8);
    boolean ends = more.isEmpty();
    for (SimulatedWorker worker : workers) {
      int times = world.happens(5) ? 2 : 1;
      if (times > 1) {
        facts.met(Mishap.DOUBLED_SIGNAL);
      }
      for (int time = 0; time < times; time++) {
        // In any order: signals are facts.
        worker.later(
            world.between(0, 400),
            () -> {
              read(worker, value, at);
              if (ends) {
                worker.endRead(new CallId(call), at);
              }
            });
      }
    }
    views.add(it -> it.readSignal(value, at));
  }

  private void read(SimulatedWorker worker, byte[] signal, Instant at) {
    if (at.isBefore(newestSignals.getOrDefault(worker, at))) {
      facts.met(Mishap.REORDERED_SIGNAL);
    } else {
      newestSignals.put(worker, at);
    }
    worker.views().readSignal(signal, at);
  }

  // Phones

  private VoipToken token() {
    return VoipToken.parse("%064x".formatted(++tokens));
  }

  private void register(SimulatedPhone phone) {
    Instant at = world.now();
    byte[] value =
        ("{\"token\":\"%064x\",\"environment\":\"production\","
                + "\"bundleId\":\"com.example.phone\",\"registeredAt\":\"%s\"}")
            .formatted(new BigInteger(1, phone.token.bytes()), at)
            .getBytes(UTF_8);
    String key = phone.key();
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
    switch (world.between(0, 9)) {
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
      default -> any().ifPresent(this::stepClock);
    }
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
