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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Virtual thread or completions? Carries the same invites through Pushy in each {@link Style}, pass
 * by pass in turns in one run, and prints what each pass took. A style's ratio is the median of its
 * ratios to bare Pushy in the same turn, so that a neighbour's load falls on both.
 *
 * <p>{@code mvn test-compile exec:exec@bench-styles}
 */
public final class JourneyStyles {

  private static final int WARM_UP_INVITES = 60_000;
  private static final int PASS_INVITES = 50_000;
  private static final int TURNS = 9;
  private static final int CONNECTIONS = 2;
  private static final List<Duration> DELAYS = List.of(Duration.ZERO, Duration.ofMillis(20));
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /**
   * What a pass took.
   *
   * @param others cores busy with something else, NaN where unknown
   */
  private record Pass(double pushesPerSecond, double cpuMicrosPerPush, double others) {}

  private JourneyStyles() {}

  public static void main(String[] arguments) throws Exception {
    var loops = new NioEventLoopGroup(1);
    try (ApnsProcess apns = ApnsProcess.start()) {
      ApnsClient client =
          apns.client(apns.productionPort())
              .setEventLoopGroup(loops)
              .setConcurrentConnections(CONNECTIONS)
              .build();
      var journey = new Journey(client);
      for (Style style : Style.values()) {
        Pass pass = pass(style, journey, WARM_UP_INVITES, apns);
        System.out.printf("warm-up  %-28s %,9.0f pushes/s%n", style.words(), pass.pushesPerSecond);
      }
      for (Duration delay : DELAYS) {
        apns.delayAnswers(delay);
        print(delay, turns(journey, apns));
      }
      client.close().get(30, TimeUnit.SECONDS);
    } finally {
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
  }

  private static Map<Style, List<Pass>> turns(Journey journey, ApnsProcess apns) {
    Map<Style, List<Pass>> passes = new EnumMap<>(Style.class);
    List<Style> order = new ArrayList<>(Arrays.asList(Style.values()));
    for (int turn = 0; turn < TURNS; turn++) {
      for (Style style : order) {
        passes
            .computeIfAbsent(style, _ -> new ArrayList<>())
            .add(pass(style, journey, PASS_INVITES, apns));
      }
      Collections.rotate(order, 1);
    }
    return passes;
  }

  private static Pass pass(Style style, Journey journey, int invites, ApnsProcess apns) {
    long pushes = 0;
    for (int offset = 0; offset < invites; offset++) {
      pushes += Journey.devicesAt(offset);
    }
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
    return new Pass(
        pushes * 1e9 / took, used / 1e3 / pushes, load.othersSince(own).orElse(Double.NaN));
  }

  private static void print(Duration delay, Map<Style, List<Pass>> passes) {
    System.out.printf(
        "%nanswers after %d ms, %d passes each (median [min-max])%n%-28s  %-26s %-22s %-18s %-18s"
            + " %s%n",
        delay.toMillis(),
        TURNS,
        "style",
        "pushes/s",
        "client CPU us/push",
        "rate to bare",
        "CPU to bare",
        "other cores");
    passes.forEach(
        (style, own) -> {
          List<Pass> bare = passes.getOrDefault(Style.BARE, List.of());
          System.out.printf(
              "%-28s  %-26s %-22s %-18s %-18s %s%n",
              style.words(),
              Spread.of("%,.0f", own.stream().map(Pass::pushesPerSecond)),
              Spread.of("%.1f", own.stream().map(Pass::cpuMicrosPerPush)),
              Spread.of("%.2f", ratios(own, bare, Pass::pushesPerSecond)),
              Spread.of("%.2f", ratios(own, bare, Pass::cpuMicrosPerPush)),
              Spread.of("%.2f", own.stream().map(Pass::others)));
        });
    List<Pass> threads = passes.getOrDefault(Style.THREAD_PER_INVITE, List.of());
    List<Pass> completions = passes.getOrDefault(Style.COMPLETIONS, List.of());
    System.out.printf(
        "a virtual thread per invite to completions: rate %s, CPU %s%n",
        Spread.of("%.2f", ratios(threads, completions, Pass::pushesPerSecond)),
        Spread.of("%.2f", ratios(threads, completions, Pass::cpuMicrosPerPush)));
  }

  private static Stream<Double> ratios(
      List<Pass> passes, List<Pass> others, ToDoubleFunction<Pass> figure) {
    return Stream.iterate(0, turn -> turn + 1)
        .limit(TURNS)
        .map(
            turn ->
                figure.applyAsDouble(passes.get(turn)) / figure.applyAsDouble(others.get(turn)));
  }
}
