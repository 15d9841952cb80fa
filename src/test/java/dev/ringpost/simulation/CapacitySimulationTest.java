package dev.ringpost.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ringpost.intake.SimulatedPlaces;
import dev.ringpost.testing.GeneratedSection;
import dev.ringpost.tools.plan.Assumption;
import dev.ringpost.tools.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The simulation on the page about capacity: what it shows is what it gives, and its fleets behave
 * as the plan says. With {@code -Dupdate.docs=true} the page, its raw figures and its picture are
 * written instead of compared.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class CapacitySimulationTest {

  private static final Path DOCS = Path.of("docs");

  private static final List<SimulatedRun> RUNS = CapacitySimulation.runs();

  @Test
  void thePageShowsWhatTheSimulationGives() throws IOException {
    var figures = new CapacityFigures(RUNS);
    same(DOCS.resolve("capacity.json"), figures.json());
    same(
        DOCS.resolve("pictures").resolve("capacity.svg"),
        new CapacityPicture(CapacitySimulation.pictured(RUNS)).svg());
    new GeneratedSection(DOCS.resolve("capacity.md"), "simulation").isUpToDateWith(figures.table());
  }

  @Test
  void whatIsInFlightIsWhatThePlanReckons() {
    Plan plan = CapacitySimulation.plan();

    for (SimulatedRun run : RUNS.subList(0, 2)) {
      double reckoned = plan.size().pushesInFlight();
      assertThat(run.inFlight()).isCloseTo(reckoned, within(reckoned * 0.02));
      assertThat(run.rate()).isCloseTo(150_000, within(1_500.0));
    }
  }

  @Test
  void theFleetThatIsPlannedHasNoQueueAlsoWithOnePodAway() {
    for (SimulatedRun run : RUNS.subList(0, 2)) {
      assertThat(run.samples()).noneMatch(Queues::isQueue);
      assertThat(run.p99()).isLessThan(2);
      assertThat(run.busyPercent()).isZero();
    }
  }

  @Test
  void aPodReadsAgainWhenAsManyPlacesAreFreeAsThePlanAssumes() {
    var places = new SimulatedPlaces(1_000);
    Queue<Runnable> taken = new ArrayDeque<>();
    for (int n = 0; n < 1_001; n++) {
      places.submit(taken::add);
    }
    assertThat(places.saturated()).isTrue();

    int freed = 0;
    while (places.saturated()) {
      taken.remove().run();
      places.drain();
      freed++;
    }

    assertThat(freed - 1).isEqualTo((int) (Assumption.READ_AGAIN.value() * 10));
  }

  @Test
  void aSecondRunIsTheSame() {
    Plan plan = CapacitySimulation.plan();
    SimulatedRun first = RUNS.getFirst();

    assertThat(FleetSimulation.run(first.scenario(), plan, CapacitySimulation.SEED))
        .isEqualTo(first);
  }

  private static void same(Path file, String made) throws IOException {
    if (Boolean.getBoolean("update.docs")) {
      Files.writeString(file, made);
    }
    assertThat(file).hasContent(made);
  }
}
