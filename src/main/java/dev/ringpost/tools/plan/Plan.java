package dev.ringpost.tools.plan;

import static dev.ringpost.tools.plan.Assumption.BESIDE_HEAP;
import static dev.ringpost.tools.plan.Assumption.BROKERS_SESSION;
import static dev.ringpost.tools.plan.Assumption.CPU_PER_PUSH;
import static dev.ringpost.tools.plan.Assumption.EMPTY_START;
import static dev.ringpost.tools.plan.Assumption.FETCH_WAIT;
import static dev.ringpost.tools.plan.Assumption.HANDED_OVER;
import static dev.ringpost.tools.plan.Assumption.HEAP_PERCENT;
import static dev.ringpost.tools.plan.Assumption.LEAST_MEMORY;
import static dev.ringpost.tools.plan.Assumption.OLD_PERCENT;
import static dev.ringpost.tools.plan.Assumption.OWNER_BYTES;
import static dev.ringpost.tools.plan.Assumption.READY_BEFORE_NEXT;
import static dev.ringpost.tools.plan.Assumption.RECORDS_PER_DEVICE;
import static dev.ringpost.tools.plan.Assumption.RECORDS_PER_SECOND;
import static dev.ringpost.tools.plan.Assumption.STAYING_HEAP;
import static dev.ringpost.tools.plan.Assumption.TABLE_BYTES;
import static dev.ringpost.tools.plan.Assumption.TAKE_OVER;
import static dev.ringpost.tools.plan.Assumption.TOKEN_BYTES;

import dev.ringpost.config.RingpostConfig;
import dev.ringpost.intake.IntakeSettings;
import java.time.Duration;
import java.util.List;

/**
 * The plan of one cell: what a demand needs, and what it costs. Arithmetic alone; nothing is asked
 * and nothing is connected to. Of several cells each is like this one.
 */
public final class Plan {

  private static final double MICROS = 1e6;
  private static final double MILLIS = 1e3;
  private static final double PERCENT = 100;

  /** Memory is given out in such steps. */
  private static final double MEMORY_STEP = 64L << 20;

  /** Consumers beside that of invites: of three views and of retries. */
  private static final int OTHER_CONSUMERS = 4;

  private final Demand demand;
  private final RingpostConfig config;
  private final AnswerTime answer;
  private final FleetSize size;

  private Plan(Demand demand, RingpostConfig config) {
    this.demand = demand;
    this.config = config;
    this.answer = new AnswerTime(demand.roundTrip(), config.attempt().max().toMillis());
    this.size = FleetSize.of(demand, config, answer);
  }

  /**
   * The plan for a demand.
   *
   * @param config the worker's settings; what it has is kept where it is enough
   * @throws IllegalArgumentException with words for whoever typed it, if a value is out of bounds
   */
  public static Plan of(Demand demand, RingpostConfig config) {
    demand.check(config);
    return new Plan(demand, config);
  }

  /** What is planned for. */
  public Demand demand() {
    return demand;
  }

  /** The size of a cell's fleet. */
  public FleetSize size() {
    return size;
  }

  /** The time until APNs answers. */
  public AnswerTime answer() {
    return answer;
  }

  /** Calls a second of a cell in the busiest second. */
  public double callsPerSecond() {
    return demand.callsOfCell();
  }

  /** The traffic of each topic of a cell. */
  List<TopicTraffic> traffic() {
    return TopicTraffic.of(demand, size.pods(), config.topics());
  }

  /** Pushes a second of one pod at the peak, one being away. */
  double pushesPerPod() {
    return demand.pushesOfCell() / size.carrying();
  }

  /** Cores that one pod keeps busy then. */
  double cores() {
    return pushesPerPod() * CPU_PER_PUSH.value() / MICROS;
  }

  /** Bytes of heap that the table of tokens takes in each pod. */
  double table() {
    double owner = config.tokens().oneUserPerToken() ? OWNER_BYTES.value() : 0;
    return demand.devicesOfCell() * (TABLE_BYTES.value() + owner);
  }

  /**
   * The limit of a pod's memory, in bytes. The table has room in the old part of the heap: beyond
   * that each collection is one of everything, and an output that waits ends in a heap that is
   * full.
   */
  double memory() {
    double heap = (table() + STAYING_HEAP.value()) / OLD_PERCENT.share();
    double limit = Math.max(heap / HEAP_PERCENT.share(), heap + BESIDE_HEAP.value());
    return Math.max(LEAST_MEMORY.value(), Math.ceil(limit / MEMORY_STEP) * MEMORY_STEP);
  }

  private double recordsAtStart() {
    return demand.devicesOfCell() * RECORDS_PER_DEVICE.value();
  }

  /** Bytes that a pod reads from the brokers at its start. */
  double readAtStart() {
    return recordsAtStart() * TOKEN_BYTES.value();
  }

  /** Seconds from a pod's start until it is ready. */
  double start() {
    return EMPTY_START.value() + recordsAtStart() / RECORDS_PER_SECOND.value();
  }

  /** Seconds that a rolling update of a cell takes, one pod after the other. */
  double rollingUpdate() {
    return size.pods() * (start() + READY_BEFORE_NEXT.value());
  }

  /** Fetches a second at all brokers of a cell, when there is nothing to read. */
  double fetchesAtRest() {
    double invites = MILLIS / IntakeSettings.FETCH_WAIT.toMillis();
    double others = OTHER_CONSUMERS * MILLIS / FETCH_WAIT.value();
    return size.pods() * brokers() * (invites + others);
  }

  /** As many as there are replicas of a topic. */
  int brokers() {
    return config.topics().replicationFactor();
  }

  /**
   * Seconds that the partitions of a killed pod have no owner.
   *
   * @throws org.apache.kafka.common.config.ConfigException if Kafka's client refuses the session
   *     time-out that is configured
   */
  public double withoutOwner() {
    double session =
        switch (config.kafka().groupProtocol()) {
          case CLASSIC ->
              IntakeSettings.sessionTimeout(config.kafka().clientProperties()).toMillis() / MILLIS;
          case CONSUMER -> BROKERS_SESSION.value();
        };
    return session + TAKE_OVER.value();
  }

  /** Calls that wait for a new owner after a pod was killed at the peak. */
  double callsThatWait() {
    return demand.callsOfCell() / size.pods() * withoutOwner();
  }

  /** What is planned for, line by line. */
  List<Line> demandLines() {
    return List.of(
        new Line(
            "callsPerSecond",
            "calls, in the busiest second",
            demand.callsOfCell(),
            Unit.PER_SECOND,
            ""),
        new Line("pushesPerSecond", "pushes", demand.pushesOfCell(), Unit.PER_SECOND, ""),
        new Line("devices", "devices", demand.devicesOfCell(), Unit.COUNT, ""));
  }

  /** What pods are needed, line by line. */
  List<Line> podLines() {
    return List.of(
        new Line("pods", "pods", size.pods(), Unit.COUNT, "one may be away at the peak"),
        new Line(
            "pushesPerSecondOfAPod",
            "pushes of a pod, one away",
            pushesPerPod(),
            Unit.PER_SECOND,
            ""),
        new Line("coresOfAPod", "cores busy in a pod, one away", cores(), Unit.CORES, ""),
        new Line("tableBytes", "table of tokens in each pod", table(), Unit.BYTES, ""),
        new Line("memoryBytes", "memory limit of a pod", memory(), Unit.MEMORY, ""),
        new Line(
            "startSeconds",
            "start of a pod until ready",
            start(),
            Unit.SECONDS,
            "reads " + Unit.BYTES.text(readAtStart())),
        new Line(
            "rollingUpdateSeconds",
            "rolling update",
            rollingUpdate(),
            Unit.SECONDS,
            "pod after pod"));
  }

  /** What APNs sees, line by line. */
  List<Line> apnsLines() {
    return List.of(
        new Line(
            "answerMillis",
            "mean time until APNs answers",
            answer.mean(),
            Unit.MILLIS,
            "round trip " + Unit.MILLIS.text(demand.roundTrip())),
        new Line(
            "pushesInFlight",
            "pushes in flight",
            size.pushesInFlight(),
            Unit.COUNT,
            "pushes/s × that time"),
        new Line(
            "connectionsOfAPod",
            "apns.connections",
            size.connections(),
            Unit.COUNT,
            config.apns().connections() + " configured"),
        new Line(
            "streamsOfAPod",
            "streams of a pod",
            size.streams(),
            Unit.COUNT,
            size.window() + " on each connection"),
        new Line(
            "streamsUsedPercent",
            "streams in use, one pod away",
            size.streamsUsed() * PERCENT,
            Unit.PERCENT,
            ""),
        new Line(
            "permitsOfAPod",
            "intake.max-in-flight",
            size.permits(),
            Unit.COUNT,
            config.intake().maxInFlight() + " configured"),
        new Line(
            "permitsUsedPercent",
            "permits in use, of those that last",
            size.permitsUsed() * PERCENT,
            Unit.PERCENT,
            ""),
        new Line(
            "connections",
            "connections of all pods",
            (double) size.pods() * size.connections(),
            Unit.COUNT,
            "for each credential"));
  }

  /** What Kafka sees beside the topics' traffic, line by line. */
  List<Line> kafkaLines() {
    double in = traffic().stream().mapToDouble(TopicTraffic::in).sum();
    double out = traffic().stream().mapToDouble(TopicTraffic::out).sum();
    return List.of(
        new Line(
            "partitions",
            "topics.partitions",
            size.partitions(),
            Unit.COUNT,
            config.topics().partitions() + " configured"),
        new Line("bytesInPerSecond", "written by producers", in, Unit.BYTES_PER_SECOND, ""),
        new Line(
            "bytesReplicatedPerSecond",
            "and by replicas",
            in * (brokers() - 1),
            Unit.BYTES_PER_SECOND,
            "topics.replication-factor " + brokers()),
        new Line("bytesOutPerSecond", "read by consumers", out, Unit.BYTES_PER_SECOND, ""),
        new Line(
            "fetchesAtRestPerSecond",
            "fetches with nothing to read",
            fetchesAtRest(),
            Unit.PER_SECOND,
            "of " + brokers() + " brokers"));
  }

  /** What a rebalance costs, line by line. */
  List<Line> rebalanceLines() {
    return List.of(
        new Line(
            "secondsWithoutOwner",
            "a killed pod's partitions have no owner for",
            withoutOwner(),
            Unit.SECONDS,
            ""),
        new Line(
            "callsWithoutOwnerPercent",
            "that is of all calls",
            PERCENT / size.pods(),
            Unit.PERCENT,
            ""),
        new Line(
            "callsThatWait",
            "calls that wait then",
            callsThatWait(),
            Unit.COUNT,
            "half of that time on average"),
        new Line(
            "handedOverSeconds",
            "longest wait when a pod leaves cleanly",
            HANDED_OVER.value(),
            Unit.SECONDS,
            ""));
  }

  /** What is wrong with it; empty if nothing is. */
  List<String> warnings() {
    return PlanWarnings.of(this);
  }

  Duration ringDefault() {
    return config.ring().byDefault();
  }

  /**
   * A line of a plan.
   *
   * @param key in JSON
   * @param label in text
   * @param note behind it in text, where there is one
   */
  record Line(String key, String label, double value, Unit unit, String note) {}
}
