package dev.ringpost.bench;

import com.eatthepath.pushy.apns.ApnsClient;
import com.sun.management.OperatingSystemMXBean;
import io.netty.channel.nio.NioEventLoopGroup;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A benchmark of virtual threads against completions: it carries the same invites through Pushy in
 * each {@link Style}, pass by pass in turns in one run, and prints what a push took. Only turns
 * count during which the rest of the machine was quiet; if there were too few, all do and it is
 * said. A ratio is the median of the ratios within each turn, so that what disturbs falls on both
 * sides.
 *
 * <p>{@code mvn test-compile exec:exec@bench-styles} takes one to five minutes, the longer the less
 * quiet the machine is. An argument sets the patience per table in seconds. Virtual threads have
 * one carrier per core; {@code -Djdk.virtualThreadScheduler.parallelism=1} among {@code jvm.flags}
 * gives them one.
 */
public final class JourneyStyles {

  private static final int WARM_UP_INVITES = 60_000;
  private static final int PASS_INVITES = 10_000;
  private static final int CONNECTIONS = 2;
  private static final List<Duration> DELAYS = List.of(Duration.ZERO, Duration.ofMillis(20));

  /** A turn is quiet if no pass of it saw more cores than this busy with something else. */
  private static final double QUIET_CORES = 0.3;

  private static final int QUIET_TURNS_WANTED = 21;
  private static final int QUIET_TURNS_NEEDED = 5;

  private static final Duration LOOK = Duration.ofMillis(300);

  /** How long the turns of one table may take, the waiting for quiet included. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /**
   * The cost of a pass.
   *
   * @param others cores busy with something else, 0 where unknown
   */
  private record Pass(double pushesPerSecond, double cpuMicrosPerPush, double others) {}

  /** One pass of each style, one right after the other. */
  private record Turn(Map<Style, Pass> passes) {

    Pass pass(Style style) {
      return Objects.requireNonNull(passes.get(style));
    }

    boolean quiet() {
      return passes.values().stream().allMatch(pass -> pass.others < QUIET_CORES);
    }

    double ratio(Style style, Style to, ToDoubleFunction<Pass> figure) {
      return figure.applyAsDouble(pass(style)) / figure.applyAsDouble(pass(to));
    }
  }

  private JourneyStyles() {}

  public static void main(String[] arguments) throws Exception {
    Duration patience =
        arguments.length == 0 ? PATIENCE : Duration.ofSeconds(Long.parseLong(arguments[0]));
    var loops = new NioEventLoopGroup(1);
    try (ApnsProcess apns = ApnsProcess.start()) {
      ApnsClient client =
          apns.address()
              .client(false)
              .setEventLoopGroup(loops)
              .setConcurrentConnections(CONNECTIONS)
              .build();
      var journey = new Journey(client);
      for (Style style : Style.values()) {
        Pass pass = pass(style, journey, WARM_UP_INVITES, apns);
        System.out.printf("warm-up: %,.0f pushes/s, %s%n", pass.pushesPerSecond, style.words());
      }
      for (Duration delay : DELAYS) {
        apns.delayAnswers(delay);
        print(delay, turns(journey, apns, patience));
      }
      client.close().get(30, TimeUnit.SECONDS);
    } finally {
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
  }

  private static List<Turn> turns(Journey journey, ApnsProcess apns, Duration patience)
      throws InterruptedException {
    List<Turn> turns = new ArrayList<>();
    List<Style> order = new ArrayList<>(Arrays.asList(Style.values()));
    long end = System.nanoTime() + patience.toNanos();
    do {
      awaitQuiet(end);
      Map<Style, Pass> passes = new EnumMap<>(Style.class);
      for (Style style : order) {
        passes.put(style, pass(style, journey, PASS_INVITES, apns));
      }
      turns.add(new Turn(passes));
      Collections.rotate(order, 1);
    } while (System.nanoTime() < end
        && turns.stream().filter(Turn::quiet).count() < QUIET_TURNS_WANTED);
    return turns;
  }

  /** Waits for others to be quiet, but at most a tenth of the patience that is left. */
  private static void awaitQuiet(long end) throws InterruptedException {
    long giveUp = System.nanoTime() + (end - System.nanoTime()) / 10;
    double others;
    do {
      MachineLoad load = MachineLoad.now();
      Thread.sleep(LOOK);
      others = load.othersSince(Duration.ZERO).orElse(0);
    } while (others > QUIET_CORES && System.nanoTime() < giveUp);
  }

  private static Pass pass(Style style, Journey journey, int invites, ApnsProcess apns) {
    long pushes = IntStream.range(0, invites).mapToLong(Journey::devicesAt).sum();
    var settled = new LongAdder();
    MachineLoad load = MachineLoad.now();
    Duration apnsCpu = apns.cpu();
    long cpu = SYSTEM.getProcessCpuTime();
    long start = System.nanoTime();
    style.drive(journey, invites, settled);
    long took = System.nanoTime() - start;
    long used = SYSTEM.getProcessCpuTime() - cpu;
    if (settled.sum() != (style == Style.BARE ? pushes : invites)) {
      throw new IllegalStateException(style.words() + ": not every push was accepted");
    }
    Duration own = apns.cpu().minus(apnsCpu).plusNanos(used);
    return new Pass(pushes * 1e9 / took, used / 1e3 / pushes, load.othersSince(own).orElse(0));
  }

  private static void print(Duration delay, List<Turn> all) {
    List<Turn> quiet = all.stream().filter(Turn::quiet).toList();
    boolean enough = quiet.size() >= QUIET_TURNS_NEEDED;
    List<Turn> turns = enough ? quiet : all;
    System.out.printf(
        "%nAnswers after %d ms; %s: median [min-max] of %d of %d turns%n",
        delay.toMillis(),
        enough ? "the quiet turns" : "TOO FEW QUIET TURNS, all of them",
        turns.size(),
        all.size());
    System.out.printf(
        "%-28s  %-23s  %-18s  %-16s  %-16s  %s%n",
        "style", "pushes/s", "client CPU us/push", "rate to bare", "CPU to bare", "other cores");
    for (Style style : Style.values()) {
      System.out.printf(
          "%-28s  %-23s  %-18s  %-16s  %-16s  %s%n",
          style.words(),
          spread("%,.0f", turns, turn -> turn.pass(style).pushesPerSecond),
          spread("%.1f", turns, turn -> turn.pass(style).cpuMicrosPerPush),
          spread("%.2f", turns, turn -> turn.ratio(style, Style.BARE, Pass::pushesPerSecond)),
          spread("%.2f", turns, turn -> turn.ratio(style, Style.BARE, Pass::cpuMicrosPerPush)),
          spread("%.2f", turns, turn -> turn.pass(style).others));
    }
    Style threads = Style.THREAD_PER_INVITE;
    for (Style other : List.of(Style.COMPLETIONS, Style.COMPLETIONS_OFF_LOOP)) {
      System.out.printf(
          "%s, to %s: rate %s, CPU %s%n",
          threads.words(),
          other.words(),
          spread("%.2f", turns, turn -> turn.ratio(threads, other, Pass::pushesPerSecond)),
          spread("%.2f", turns, turn -> turn.ratio(threads, other, Pass::cpuMicrosPerPush)));
    }
  }

  private static String spread(String format, List<Turn> turns, ToDoubleFunction<Turn> figure) {
    double[] sorted = turns.stream().mapToDouble(figure).sorted().toArray();
    return (format + " [" + format + "-" + format + "]")
        .formatted(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }
}
