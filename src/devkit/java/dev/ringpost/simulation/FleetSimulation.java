package dev.ringpost.simulation;

import dev.ringpost.intake.SimulatedPlaces;
import dev.ringpost.simulation.SimulatedPod.Call;
import dev.ringpost.tools.plan.Assumption;
import dev.ringpost.tools.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A run of a fleet in virtual time: calls come by chance, each pod handles them one after the other
 * at its measured rate, writes their pushes as streams are free, and APNs answers as it is assumed
 * to. One thread, no clock; the same for the same seed, on every machine.
 */
final class FleetSimulation implements SimulatedPod.Time {

  private static final long SECOND = 1_000_000_000;
  private static final long SAMPLE = SECOND / 4;

  /** What happens before is not counted: queues begin empty. */
  private static final long WARM_UP = SECOND;

  private static final long KILLED_AT = 2 * SECOND;
  private static final long SLOW_FROM = 2 * SECOND;
  private static final long SLOW_UNTIL = 4 * SECOND;
  private static final double MILLIS = 1_000;
  private static final double HALF = 0.5;
  private static final double NEARLY_ALL = 0.99;

  /** An event of the agenda. */
  private sealed interface Event {
    record Arrival(int partition) implements Event {}

    record Served(SimulatedPod pod, Call call) implements Event {}

    record Answered(SimulatedPod pod, Call call) implements Event {}

    /** The end of an attempt, before that of its stream. */
    record GivenUp(SimulatedPod pod, Call call) implements Event {}

    record StreamFreed(SimulatedPod pod) implements Event {}

    record Look(SimulatedPod pod) implements Event {}

    record Killed() implements Event {}

    record TakenOver() implements Event {}
  }

  private final Scenario scenario;
  private final Plan plan;
  private final Chance chance;
  private final long attemptNanos;
  private final Agenda<Event> agenda = new Agenda<>();
  private final List<SimulatedPod> pods = new ArrayList<>();

  /** When each pod's processor is done with all that it was given. */
  private final IdentityHashMap<SimulatedPod, Long> processorFree = new IdentityHashMap<>();

  /** The owner of each partition. */
  private final SimulatedPod[] owners;

  private final Waits waits = new Waits();
  private final List<Queues> samples = new ArrayList<>();
  private long busy;
  private long now;

  private FleetSimulation(Scenario scenario, Plan plan, long seed) {
    this.scenario = scenario;
    this.plan = plan;
    this.chance = new Chance(seed, plan.answer());
    this.attemptNanos = (long) (plan.answer().limit() / MILLIS * SECOND);
    for (int n = 0; n < scenario.pods(); n++) {
      pods.add(new SimulatedPod(scenario, attemptNanos, this, () -> now));
    }
    this.owners = new SimulatedPod[scenario.partitions()];
    Arrays.setAll(owners, partition -> pods.get(partition % pods.size()));
  }

  /**
   * Runs a scenario.
   *
   * @param plan has the calls, the phones and the time of answers
   */
  static SimulatedRun run(Scenario scenario, Plan plan, long seed) {
    return new FleetSimulation(scenario, plan, seed).run();
  }

  private SimulatedRun run() {
    for (int partition = 0; partition < owners.length; partition++) {
      comeNext(partition);
    }
    if (scenario.kill()) {
      agenda.add(KILLED_AT, new Event.Killed());
      agenda.add(KILLED_AT + (long) (plan.withoutOwner() * SECOND), new Event.TakenOver());
    }
    long sampleAt = SAMPLE;
    long end = scenario.seconds() * SECOND;
    while (agenda.nextAt() < end) {
      while (sampleAt <= agenda.nextAt()) {
        samples.add(queues());
        sampleAt += SAMPLE;
      }
      now = agenda.nextAt();
      happen(agenda.next());
    }
    return outcome(end);
  }

  private SimulatedRun outcome(long end) {
    List<Queues> counted = samples.subList((int) (WARM_UP / SAMPLE), samples.size());
    return new SimulatedRun(
        scenario,
        waits.count() / ((double) (end - WARM_UP) / SECOND),
        waits.millis(HALF),
        waits.millis(NEARLY_ALL),
        waits.millis(1),
        100.0 * busy / (busy + waits.count()),
        counted.stream().reduce(Queues.NONE, Queues::most),
        counted.stream().mapToLong(Queues::apns).average().orElse(0),
        samples);
  }

  private Queues queues() {
    return pods.stream().map(SimulatedPod::queues).reduce(Queues.NONE, Queues::plus);
  }

  private void happen(Event event) {
    switch (event) {
      case Event.Arrival(int partition) -> {
        owners[partition].append(new Call(now, chance.phones(plan.demand().phones())));
        comeNext(partition);
      }
      case Event.Served(SimulatedPod pod, Call call) when pod.isAlive() -> pod.served(call);
      case Event.Answered(SimulatedPod pod, Call call) when pod.isAlive() -> {
        pod.settled(call);
        pod.streamFreed();
      }
      case Event.GivenUp(SimulatedPod pod, Call call) when pod.isAlive() -> pod.settled(call);
      case Event.StreamFreed(SimulatedPod pod) when pod.isAlive() -> pod.streamFreed();
      case Event.Look(SimulatedPod pod) when pod.isAlive() -> pod.look();
      case Event.Killed() -> pods.getFirst().die();
      case Event.TakenOver() -> takeOver(pods.getFirst());
      case Event.Served _, Event.Answered _, Event.GivenUp _, Event.StreamFreed _, Event.Look _ -> {
        // The pod is dead.
      }
    }
  }

  private void comeNext(int partition) {
    double perSecond = plan.callsPerSecond() / owners.length;
    agenda.add(now + chance.untilNext(perSecond), new Event.Arrival(partition));
  }

  /** The others get the partitions of a dead pod, and what has been appended to them. */
  private void takeOver(SimulatedPod dead) {
    int next = 0;
    for (int partition = 0; partition < owners.length; partition++) {
      if (owners[partition] == dead) {
        owners[partition] = pods.get(1 + next++ % (pods.size() - 1));
      }
    }
    for (Call call : dead.surrender()) {
      pods.get(1 + next++ % (pods.size() - 1)).append(call);
    }
  }

  @Override
  public void serve(SimulatedPod pod, Call call) {
    double work = call.phones() / Assumption.PUSHES_PER_POD.value() * SECOND;
    long done = Math.max(now, processorFree.getOrDefault(pod, 0L)) + (long) work;
    processorFree.put(pod, done);
    agenda.add(done, new Event.Served(pod, call));
  }

  @Override
  public void written(SimulatedPod pod, Call call) {
    if (now >= WARM_UP) {
      waits.add(now - call.appended());
    }
    boolean slow = now >= SLOW_FROM && now < SLOW_UNTIL;
    long answer = chance.answerNanos(slow ? scenario.slowness() : 1);
    if (answer <= attemptNanos) {
      agenda.add(now + answer, new Event.Answered(pod, call));
    } else {
      agenda.add(now + attemptNanos, new Event.GivenUp(pod, call));
      agenda.add(now + Math.min(answer, 2 * attemptNanos), new Event.StreamFreed(pod));
    }
  }

  @Override
  public void busy(SimulatedPod pod, Call call) {
    if (now >= WARM_UP) {
      busy++;
    }
    pod.settled(call);
  }

  @Override
  public void rest(SimulatedPod pod) {
    agenda.add(now + SimulatedPlaces.LOOK_AGAIN.toNanos(), new Event.Look(pod));
  }
}
