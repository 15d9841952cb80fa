package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.BuildConsole;
import dev.ringpost.testing.Need;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The long run: hardships in an order that a seed decides, alone and two at once, under load, until
 * its time is over. Each round has a cluster of its own, for all that checks the promises remembers
 * every call of it.
 */
@Isolated
@Timeout(value = 12, unit = TimeUnit.HOURS)
class MixedChaos {

  private static final Duration TIME = Duration.ofMinutes(Long.getLong("chaos.minutes", 120));
  private static final Duration PACE = Duration.ofMillis(Long.getLong("chaos.pace", 5));
  private static final long SEED = Long.getLong("chaos.seed", System.currentTimeMillis());

  /** What is found in the names of those that are to come; an empty one in all. */
  private static final Pattern ONLY = Pattern.compile(System.getProperty("chaos.only", ""));

  /** How long a round goes on beginning hardships. */
  private static final Duration ROUND = Duration.ofMinutes(4);

  /** How long a new fleet is called slowly first. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  /** How long calls go on when a hardship is over. */
  private static final Duration AFTER = Duration.ofSeconds(3);

  /** One in so many hardships comes with another one. */
  private static final int ONE_IN = 3;

  /**
   * Kinds that do not come together: a worker that may not read refuses to start, and rights are
   * not changed where no broker is. Of one kind only those come together that say so: two that stop
   * brokers would start one that runs.
   */
  private static final List<Set<String>> APART =
      List.of(Set.of("rights", "workers"), Set.of("rights", "Kafka"));

  private static final boolean CAN_LOSE_PACKETS = Need.PACKET_FILTER.isMet();

  private static final String PAIRS = "two at once";
  private static final int FEWEST_WORKERS = 2;
  private static final int MOST_WORKERS = 4;

  private final Random random = new Random(SEED);
  private final ChaosTable table = new ChaosTable();
  private final Deque<Hardship> coming = new ArrayDeque<>();

  @Test
  void everyPromiseIsKeptThroughAllOfIt(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
      throws IOException {
    if (!Need.FORMER_VERSION.isMet()) {
      BuildConsole.print(
          "LEFT OUT: a worker of the former version, for " + Need.FORMER_VERSION.lack());
    }
    if (!CAN_LOSE_PACKETS) {
      BuildConsole.print("LEFT OUT: lost packets, for " + Need.PACKET_FILTER.lack());
    }
    BuildConsole.print("seed %d, the workers' logs are in %s".formatted(SEED, folder));
    long began = System.nanoTime();
    for (int round = 1; System.nanoTime() - began < TIME.toNanos(); round++) {
      round(Files.createDirectory(folder.resolve("round-" + round)), left(began));
      write(round, Duration.ofNanos(System.nanoTime() - began));
    }
    assertThat(table.invites()).as("calls in the time that it was given").isPositive();
  }

  private static Duration left(long began) {
    Duration left = TIME.minusNanos(System.nanoTime() - began);
    return left.compareTo(ROUND) < 0 ? left : ROUND;
  }

  private void round(Path folder, Duration time) {
    int workers = random.nextInt(FEWEST_WORKERS, MOST_WORKERS + 1);
    int forgotten = 0;
    long began = System.nanoTime();
    try (DrillCluster cluster = DrillCluster.open(folder, workers, PACE)) {
      cluster.warmUp(WARM_UP);
      while (System.nanoTime() - began < time.toNanos()) {
        Hardship first = next();
        boolean pair = mayHaveCompany(first) && random.nextInt(ONE_IN) == 0;
        Hardship hardship = pair ? first.with(another(first)) : first;
        long seed = random.nextLong();
        BuildConsole.print("seed %d, %d workers: %s".formatted(SEED, workers, hardship.name()));
        DrillRow row =
            cluster.drill(
                hardship.name(),
                hardship.excuse(),
                AFTER,
                () -> hardship.action().happen(cluster, new Random(seed)));
        table.add(pair ? PAIRS : hardship.name(), row);
        if (row.late() + row.afterEnd() + row.needless() > 0) {
          BuildConsole.print(cluster.judges().broken());
        }
        DrillSeries.everyPromiseWasKept(row, hardship.excuse());
        int mayForget = hardship.forgets() * (MOST_WORKERS + 1);
        int total = cluster.judges().tokens().forgotten();
        assertThat(total - forgotten)
            .as("good tokens that %s cost", hardship.name())
            .isLessThanOrEqualTo(mayForget);
        forgotten = total;
      }
      cluster.everyGuaranteeHeld(forgotten);
    }
  }

  /** Each comes once before one comes again. */
  private Hardship next() {
    if (coming.isEmpty()) {
      List<Hardship> all = new ArrayList<>();
      kinds().forEach(all::addAll);
      all.removeIf(one -> !ONLY.matcher(one.name()).find());
      Collections.shuffle(all, random);
      coming.addAll(all);
    }
    return coming.remove();
  }

  private static boolean mayHaveCompany(Hardship first) {
    return ONLY.pattern().isEmpty() && first.company() != Hardship.Company.NOTHING;
  }

  /** Any that may come beside it. */
  private Hardship another(Hardship first) {
    List<Hardship> others =
        kinds().stream()
            .flatMap(List::stream)
            .filter(first::meets)
            .filter(other -> APART.stream().noneMatch(two -> two.equals(kinds(first, other))))
            .toList();
    return others.get(random.nextInt(others.size()));
  }

  private static Set<String> kinds(Hardship one, Hardship other) {
    return Stream.of(one.kind(), other.kind()).collect(Collectors.toSet());
  }

  private static List<List<Hardship>> kinds() {
    List<Hardship> workers = new ArrayList<>(WorkerHardships.all());
    if (Need.FORMER_VERSION.isMet()) {
      workers.addAll(WorkerHardships.ofTwoVersions());
    }
    List<Hardship> network = new ArrayList<>(NetworkHardships.all());
    if (CAN_LOSE_PACKETS) {
      network.addAll(NetworkHardships.withLoss());
    }
    return List.of(
        ApnsHardships.all(),
        workers,
        KafkaHardships.all(),
        RightsHardships.all(),
        network,
        CallHardships.all());
  }

  private void write(int rounds, Duration time) throws IOException {
    DrillTable.write(
        "chaos",
        table.text()
            + "%nSeed %d, %s: %,d invites in %d min and %d rounds, each with a cluster of its own.%n"
                .formatted(
                    SEED,
                    LocalDate.now(ZoneOffset.UTC),
                    table.invites(),
                    time.toMinutes(),
                    rounds));
  }
}
