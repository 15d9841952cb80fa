package dev.ringpost.simulation;

import dev.ringpost.apns.QueueBounds;
import dev.ringpost.intake.SimulatedPlaces;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * A pod: its partitions' backlog, its line for places in flight, its processor and its streams,
 * with the bounds of the worker. It knows no time of its own and asks the simulation for what takes
 * time.
 */
final class SimulatedPod {

  /** A call on its way. */
  static final class Call {
    private final long appended;
    private final int phones;
    private int open;
    private Runnable done = () -> {};

    Call(long appended, int phones) {
      this.appended = appended;
      this.phones = phones;
      this.open = phones;
    }

    long appended() {
      return appended;
    }

    int phones() {
      return phones;
    }
  }

  /** A push that waits for a stream, and since when. */
  private record Waiting(Call call, long since) {}

  /** The simulation, as far as something takes time. */
  interface Time {

    /** The call's turn at the processor ends after this much work. */
    void serve(SimulatedPod pod, Call call);

    /** A push is written. */
    void written(SimulatedPod pod, Call call);

    /** A push has found no stream, or none in time. */
    void busy(SimulatedPod pod, Call call);

    /** Reading rests; {@link #look} is due in a moment. */
    void rest(SimulatedPod pod);
  }

  private static final int POLL = ConsumerConfig.DEFAULT_MAX_POLL_RECORDS;

  private final Scenario scenario;
  private final long attemptNanos;
  private final Time time;
  private final LongSupplier now;

  private final ArrayDeque<Call> backlog = new ArrayDeque<>();
  private final SimulatedPlaces places;

  /** Those that wait for a place, in the order in which they get one. */
  private final ArrayDeque<Call> line = new ArrayDeque<>();

  private final ArrayDeque<Waiting> pushes = new ArrayDeque<>();
  private int turns;
  private int streams;
  private boolean rests;
  private boolean alive = true;

  SimulatedPod(Scenario scenario, long attemptNanos, Time time, LongSupplier now) {
    this.scenario = scenario;
    this.places = new SimulatedPlaces(scenario.permits());
    this.attemptNanos = attemptNanos;
    this.time = time;
    this.now = now;
  }

  /** An invite is appended to one of its partitions. */
  void append(Call call) {
    backlog.add(call);
    read();
  }

  /** It dies: what it had in flight is forgotten, what waits is unread again, nothing is read. */
  void die() {
    alive = false;
    line.reversed().forEach(backlog::addFirst);
    line.clear();
    pushes.clear();
    turns = 0;
    streams = 0;
  }

  boolean isAlive() {
    return alive;
  }

  /** Gives away what was appended and is not read. */
  List<Call> surrender() {
    List<Call> calls = List.copyOf(backlog);
    backlog.clear();
    return calls;
  }

  /** Reads as long as there is something and nobody waits for a place. */
  private void read() {
    while (alive && !rests && !backlog.isEmpty()) {
      for (int n = 0; n < POLL && !backlog.isEmpty(); n++) {
        Call call = backlog.remove();
        line.add(call);
        places.submit(this::begin);
      }
      restIfSaturated();
    }
  }

  /** The consumer comes by: what has a place begins, and reading may go on. */
  void look() {
    places.drain();
    restIfSaturated();
    read();
  }

  private void restIfSaturated() {
    rests = places.saturated();
    if (rests) {
      time.rest(this);
    }
  }

  /** The first in line has a place. */
  private void begin(Runnable free) {
    Call call = line.remove();
    call.done = free;
    turns++;
    time.serve(this, call);
  }

  /** The processor is done with a call: its pushes go out. */
  void served(Call call) {
    turns--;
    for (int phone = 0; phone < call.phones; phone++) {
      if (pushes.isEmpty() && streams < scenario.streams()) {
        write(call);
      } else if (pushes.size() < QueueBounds.waiting()) {
        pushes.add(new Waiting(call, now.getAsLong()));
      } else {
        time.busy(this, call);
      }
    }
  }

  private void write(Call call) {
    streams++;
    time.written(this, call);
  }

  /** A stream is free. */
  void streamFreed() {
    streams--;
    while (!pushes.isEmpty() && streams < scenario.streams()) {
      Waiting next = pushes.remove();
      if (now.getAsLong() - next.since() >= attemptNanos) {
        time.busy(this, next.call());
      } else {
        write(next.call());
      }
    }
  }

  /** One push of a call has its outcome. */
  void settled(Call call) {
    call.open--;
    if (call.open == 0) {
      call.done.run();
    }
  }

  Queues queues() {
    return new Queues(backlog.size(), line.size(), turns, pushes.size(), streams);
  }
}
