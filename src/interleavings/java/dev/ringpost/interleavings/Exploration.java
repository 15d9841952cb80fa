package dev.ringpost.interleavings;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import kotlin.Unit;
import org.jspecify.annotations.Nullable;
import org.pastalab.fray.core.TestRunner;
import org.pastalab.fray.core.command.Configuration;
import org.pastalab.fray.core.command.ExecutionInfo;
import org.pastalab.fray.core.command.LambdaExecutor;
import org.pastalab.fray.core.command.NetworkDelegateType;
import org.pastalab.fray.core.command.SystemTimeDelegateType;
import org.pastalab.fray.core.randomness.ControlledRandom;
import org.pastalab.fray.core.randomness.RandomnessProvider;
import org.pastalab.fray.core.scheduler.POSScheduler;
import org.slf4j.LoggerFactory;

/**
 * A program that plays one scenario in many schedules, on an {@link InstrumentedJdk}. Each schedule
 * follows from its seed alone, and the seeds from the first one, so a finding is seen again by
 * playing its seed.
 */
final class Exploration {

  /** The exit code when every schedule kept what was promised. */
  static final int KEPT = 0;

  /** The exit code when one did not; the file says which and what. */
  static final int FOUND = 3;

  /** Bound on one exploration, in seconds; whoever started it ends it sooner. */
  private static final int LONGEST = 600;

  /** The seed of the first schedule, of which nothing is told. */
  private static final long WARM_UP = -1;

  /** How far clocks go on each time they are asked, in nanoseconds: so waits run out, too. */
  private static final long STEP_NANOS = 100_000_000;

  /** Threads are switched at plain reads and writes of fields too, not only at locks. */
  private static final boolean MEMORY = true;

  private Exploration() {}

  /**
   * Plays and ends the JVM.
   *
   * @param arguments the scenario's class, the first seed, the number of schedules, the file to
   *     write to, a folder for Fray's own reports
   */
  public static void main(String[] arguments) throws Exception {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    Scenario scenario =
        Class.forName(arguments[0])
            .asSubclass(Scenario.class)
            .getDeclaredConstructor()
            .newInstance();
    long firstSeed = Long.parseLong(arguments[1]);
    int schedules = Integer.parseInt(arguments[2]);
    Path reports = Path.of(arguments[4]);
    // Once for nothing: what is loaded at the first use must not differ from seed to seed.
    Throwable _ = new TestRunner(configuration(scenario, WARM_UP, 1, reports)).run();
    var run = configuration(scenario, firstSeed, schedules, reports);
    Throwable finding = new TestRunner(run).run();
    end(Path.of(arguments[3]), finding, firstSeed, run.getCurrentIteration());
  }

  private static Configuration configuration(
      Scenario scenario, long firstSeed, int schedules, Path reports) {
    RandomnessProvider seeds = seeds(firstSeed);
    return new Configuration(
        new ExecutionInfo(new LambdaExecutor(() -> played(scenario)), false, MEMORY, -1),
        reports,
        schedules,
        LONGEST,
        new POSScheduler(seeds.getRandomness()),
        seeds,
        /* fullSchedule= */ false,
        /* exploreMode= */ false,
        /* noExitWhenBugFound= */ true,
        /* isReplay= */ false,
        /* noFray= */ false,
        /* dummyRun= */ false,
        NetworkDelegateType.NONE,
        SystemTimeDelegateType.MOCK,
        STEP_NANOS,
        /* ignoreTimedBlock= */ true,
        /* sleepAsYield= */ true,
        /* resetClassLoader= */ false,
        /* redirectStdout= */ false,
        /* abortThreadExecutionAfterMainExit= */ false,
        /* resolveRacingOperationStackTraceHash= */ false,
        /* timelineCoverageType= */ null);
  }

  private static RandomnessProvider seeds(long first) {
    return new RandomnessProvider() {
      private long next = first;

      @Override
      public ControlledRandom getRandomness() {
        return new ControlledRandom(new ArrayList<>(), new ArrayList<>(), new Random(next++));
      }
    };
  }

  private static Unit played(Scenario scenario) {
    try {
      scenario.play();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return Unit.INSTANCE;
  }

  private static void end(Path told, @Nullable Throwable finding, long firstSeed, int schedule)
      throws IOException {
    Files.writeString(
        told,
        finding == null
            ? Integer.toString(schedule)
            : (firstSeed + schedule) + " " + (schedule + 1) + " " + finding);
    if (finding != null) {
      finding.printStackTrace();
    }
    // At once: threads that a finding left behind must not keep the JVM.
    Runtime.getRuntime().halt(finding == null ? KEPT : FOUND);
  }
}
