package dev.ringpost.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.ringpost.testing.LocalWorker;
import dev.ringpost.testing.Percentiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The production worker beside bare Pushy. Kafka and APNs run in JVMs of their own; this one holds
 * the worker, from a configuration file and with its defaults, and bare Pushy, and lets them push
 * in turns. A ratio is the median of the ratios within a turn, so that a neighbour's load falls on
 * both. The argument is the number of turns (7).
 *
 * <p>{@code mvn test-compile exec:exec@bench}
 */
public final class WorkerBench implements AutoCloseable {

  private static final int PUSHES = 60_000;
  private static final int WARM_UP_PASSES = 10;
  private static final int TURNS = 7;
  private static final int PER_SECOND = 500;
  private static final Duration PACED = Duration.ofSeconds(10);
  private static final Duration PACED_WARM_UP = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final String RELAY_TOPIC = "bare-invites";
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /**
   * The sender that is measured; each worker's line stands behind the bare one that it is compared
   * with.
   */
  private enum Side {
    BARE("bare Pushy, 1000 in flight"),
    ONE_PHONE("the worker, one phone per invite"),
    BARE_MORE("bare Pushy, 1800 in flight"),
    TWO_PHONES("the worker, two phones per invite");

    private final String words;

    Side(String words) {
      this.words = words;
    }

    Side floor() {
      return switch (this) {
        case BARE, ONE_PHONE -> BARE;
        case BARE_MORE, TWO_PHONES -> BARE_MORE;
      };
    }
  }

  /**
   * The cost of a pass.
   *
   * @param pushesPerSecond from the first to the last at APNs
   * @param toldPerSecond pushes by the time until their last result was stored
   * @param others cores busy with something else, NaN where unknown
   */
  private record Pass(
      double pushesPerSecond,
      double toldPerSecond,
      double cpuMicrosPerPush,
      double kafkaMicrosPerPush,
      double apnsMicrosPerPush,
      double others) {}

  private final KafkaProcess kafka;
  private final ApnsProcess apns;
  private final Path config;
  private final LocalWorker worker;
  private final BarePushy bare;
  private long results;

  private WorkerBench() throws Exception {
    kafka = KafkaProcess.start();
    kafka.create(RELAY_TOPIC);
    apns = ApnsProcess.start();
    config = Files.writeString(Files.createTempFile("ringpost-bench", ".yaml"), yaml());
    worker = LocalWorker.start(config);
    await(worker::ready, "the worker is not ready");
    bare = new BarePushy(apns);
  }

  /** Committed records only, so that a backlog can be prepared while the worker runs. */
  private String yaml() {
    return """
    kafka:
      bootstrap-servers: %s
      properties: {isolation.level: read_committed}
    topics: {create: true, replication-factor: 1, partitions: %d}
    admin: {host: localhost, port: 0}
    """
            .formatted(kafka.bootstrapServers(), CallServer.PARTITIONS)
        + apns.yaml();
  }

  public static void main(String[] arguments) throws Exception {
    int turns = arguments.length > 0 ? Integer.parseInt(arguments[0]) : TURNS;
    try (var bench = new WorkerBench()) {
      bench.register();
      bench.warmUp();
      print(turns, bench.turns(turns));
      bench.latencies();
    }
    System.exit(0);
  }

  private void register() throws IOException {
    kafka.register();
    int phones =
        Arrays.stream(Callees.values()).mapToInt(callees -> callees.phones() * Callees.USERS).sum();
    String loaded = "ringpost_view_entries{view=\"tokens\"} %d.0".formatted(phones);
    await(() -> worker.get("/metrics").contains(loaded), "the worker does not see all phones");
  }

  /** A fresh JVM is flat only after some hundred thousand pushes. */
  private void warmUp() throws IOException {
    for (int n = 0; n < WARM_UP_PASSES; n++) {
      for (Side side : List.of(Side.BARE, Side.ONE_PHONE, Side.TWO_PHONES)) {
        Pass pass = pass(side);
        System.out.printf("warm-up  %-34s %,9.0f pushes/s%n", side.words, pass.pushesPerSecond);
      }
    }
  }

  private Map<Side, List<Pass>> turns(int turns) throws IOException {
    Map<Side, List<Pass>> passes = new EnumMap<>(Side.class);
    List<Side> order = new ArrayList<>(Arrays.asList(Side.values()));
    for (int turn = 1; turn <= turns; turn++) {
      for (Side side : order) {
        Pass pass = pass(side);
        passes.computeIfAbsent(side, _ -> new ArrayList<>()).add(pass);
        System.out.printf(
            "turn %d   %-34s %,9.0f pushes/s  CPU us/push %4.1f, Kafka %4.1f, APNs %4.1f"
                + "  (other cores %.2f)%n",
            turn,
            side.words,
            pass.pushesPerSecond,
            pass.cpuMicrosPerPush,
            pass.kafkaMicrosPerPush,
            pass.apnsMicrosPerPush,
            pass.others);
      }
      Collections.rotate(order, 1);
    }
    return passes;
  }

  private Pass pass(Side side) throws IOException {
    return switch (side) {
      case BARE -> bare(1000);
      case BARE_MORE -> bare(1800);
      case ONE_PHONE -> worker(Callees.ONE_PHONE);
      case TWO_PHONES -> worker(Callees.TWO_PHONES);
    };
  }

  private Pass bare(int inFlight) throws IOException {
    apns.count(PUSHES);
    var meter = new Meter();
    bare.drive(PUSHES, inFlight);
    ApnsProcess.Counted counted = apns.counted();
    return meter.pass(counted.pushesPerSecond(), counted.pushesPerSecond());
  }

  /** Releases a backlog that was prepared before, and waits until its last result is stored. */
  private Pass worker(Callees callees) throws IOException {
    int invites = PUSHES / callees.phones();
    kafka.prepare(callees, invites);
    results += invites;
    apns.count(PUSHES);
    var meter = new Meter();
    kafka.release();
    ApnsProcess.Counted counted = apns.counted();
    double told = kafka.awaitResults(results) - counted.firstMicros();
    return meter.pass(counted.pushesPerSecond(), PUSHES * 1e6 / told);
  }

  /** The CPU of all that takes part, from its making on. */
  private final class Meter {

    private final MachineLoad load = MachineLoad.now();
    private final Duration kafkaBefore = kafka.cpu();
    private final Duration apnsBefore = apns.cpu();
    private final Duration before = Duration.ofNanos(SYSTEM.getProcessCpuTime());

    private Pass pass(double pushesPerSecond, double toldPerSecond) {
      Duration own = Duration.ofNanos(SYSTEM.getProcessCpuTime()).minus(before);
      Duration ofKafka = kafka.cpu().minus(kafkaBefore);
      Duration ofApns = apns.cpu().minus(apnsBefore);
      return new Pass(
          pushesPerSecond,
          toldPerSecond,
          perPush(own),
          perPush(ofKafka),
          perPush(ofApns),
          load.othersSince(own.plus(ofKafka).plus(ofApns)).orElse(Double.NaN));
    }

    private static double perPush(Duration cpu) {
      return cpu.toNanos() / 1e3 / PUSHES;
    }
  }

  /** The same calls at an even pace, through the worker and through the least that could be. */
  private void latencies() throws Exception {
    System.out.printf("%n%d pushes a second for %d s%n", PER_SECOND, PACED.toSeconds());
    try (AutoCloseable _ = bare.relay(kafka.bootstrapServers(), RELAY_TOPIC)) {
      relayed(RELAY_TOPIC, PACED_WARM_UP);
      print("bare consumer and bare Pushy: published to APNs", relayed(RELAY_TOPIC, PACED));
    }
    relayed("call-invites", PACED_WARM_UP);
    print("the worker: published to APNs", relayed("call-invites", PACED));
    bare.pace(PER_SECOND, PER_SECOND);
    apns.delays(PER_SECOND);
    int pushes = Math.toIntExact(PER_SECOND * PACED.toSeconds());
    bare.pace(pushes, PER_SECOND);
    print("bare Pushy: handed over to APNs", apns.delays(pushes));
  }

  private List<Duration> relayed(String topic, Duration time) throws IOException {
    int invites = Math.toIntExact(PER_SECOND * time.toSeconds());
    kafka.pace(topic, Callees.TIMED, invites, PER_SECOND);
    return apns.delays(invites);
  }

  private static void print(String words, List<Duration> delays) {
    System.out.printf("%-50s%s%n", words, Percentiles.of(delays).line());
  }

  private static void print(int turns, Map<Side, List<Pass>> passes) {
    System.out.printf(
        "%n%,d pushes a pass, %d passes each in turns, median [min-max]%n"
            + "%-34s %-28s %-28s %-20s %-18s %-18s %s%n",
        PUSHES,
        turns,
        "",
        "pushes/s",
        "until the last result",
        "CPU us/push",
        "rate to bare",
        "CPU to bare",
        "other cores");
    passes.forEach(
        (side, own) -> {
          List<Pass> floor = passes.getOrDefault(side.floor(), own);
          System.out.printf(
              "%-34s %-28s %-28s %-20s %-18s %-18s %s%n",
              side.words,
              spread("%,.0f", own.stream().map(Pass::pushesPerSecond)),
              spread("%,.0f", own.stream().map(Pass::toldPerSecond)),
              spread("%.1f", own.stream().map(Pass::cpuMicrosPerPush)),
              spread("%.2f", ratios(own, floor, Pass::pushesPerSecond)),
              spread("%.2f", ratios(own, floor, Pass::cpuMicrosPerPush)),
              spread("%.2f", own.stream().map(Pass::others)));
        });
  }

  private static String spread(String format, Stream<Double> figures) {
    List<Double> sorted = figures.sorted().toList();
    return (format + " [" + format + "-" + format + "]")
        .formatted(sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
  }

  private static Stream<Double> ratios(
      List<Pass> passes, List<Pass> others, ToDoubleFunction<Pass> figure) {
    return IntStream.range(0, passes.size())
        .mapToObj(
            turn ->
                figure.applyAsDouble(passes.get(turn)) / figure.applyAsDouble(others.get(turn)));
  }

  private static void await(BooleanSupplier done, String otherwise) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(otherwise + " within " + PATIENCE.toSeconds() + " s");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  @Override
  public void close() throws IOException {
    bare.close();
    worker.close();
    apns.close();
    kafka.close();
    Files.delete(config);
  }
}
