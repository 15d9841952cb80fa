package dev.ringpost.simulation;

import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.plan.Demand;
import dev.ringpost.tools.plan.FleetSize;
import dev.ringpost.tools.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The simulation of 100,000 calls a second: the fleet that {@code ringpost plan} plans for them,
 * and fleets that lack something. Prints the table, and writes the raw figures and the picture
 * below the folder that is named.
 */
public final class CapacitySimulation {

  static final long SEED = 12;
  private static final double CALLS = 100_000;
  private static final double PHONES = 1.5;
  private static final double ROUND_TRIP = 40;
  private static final int FEW_STREAMS = 250;
  private static final double SLOW = 4;

  private CapacitySimulation() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    List<SimulatedRun> runs = runs();
    var figures = new CapacityFigures(runs);
    Files.writeString(folder.resolve("capacity.json"), figures.json());
    Files.writeString(
        folder.resolve("pictures").resolve("capacity.svg"),
        new CapacityPicture(pictured(runs)).svg());
    System.out.print(figures.table());
  }

  /** The plan for the calls of the simulation, which come evenly. */
  static Plan plan() {
    OptionalInt open = OptionalInt.empty();
    return Plan.of(
        new Demand(CALLS, 100, PHONES, 1, ROUND_TRIP, 1, open, open, open),
        ConfigLoader.defaults());
  }

  /** All scenarios, run. */
  static List<SimulatedRun> runs() {
    Plan plan = plan();
    return scenarios(plan.size()).stream()
        .map(scenario -> FleetSimulation.run(scenario, plan, SEED))
        .toList();
  }

  /** Those whose queues come and go, which a picture shows. */
  static List<SimulatedRun> pictured(List<SimulatedRun> runs) {
    return runs.stream()
        .filter(run -> run.scenario().kill() || run.scenario().slowness() > 1)
        .toList();
  }

  private static List<Scenario> scenarios(FleetSize size) {
    RingpostConfig defaults = ConfigLoader.defaults();
    return List.of(
        Scenario.of("as planned", size, size.pods()),
        Scenario.of("one pod away", size, size.pods() - 1),
        Scenario.of("one pod killed", size, size.pods()).withKill(),
        Scenario.of("one pod killed, half of the permits", size, size.pods())
            .withConnections(size.connections(), size.permits() / 2)
            .withKill(),
        Scenario.of("half of the pods", size, size.pods() / 2),
        Scenario.of("the default connections and permits", size, size.pods())
            .withConnections(defaults.apns().connections(), defaults.intake().maxInFlight()),
        Scenario.of("APNs announces " + FEW_STREAMS + " streams", size, size.pods())
            .withWindow(FEW_STREAMS),
        Scenario.of("APNs four times as slow for 2 s", size, size.pods()).withSlowness(SLOW));
  }
}
