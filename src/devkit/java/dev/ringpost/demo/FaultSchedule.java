package dev.ringpost.demo;

import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionFault;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The troubles of both local APNs: what comes when, and what was when. */
final class FaultSchedule {

  /**
   * How long before and after a trouble calls may still feel it: pushes in flight, new connections.
   */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /** How long a push may cross with the GOAWAY that ends its connection, on a busy machine. */
  private static final Duration CROSSING = Duration.ofMillis(200);

  private static final Duration SLOW_ANSWER = Duration.ofMillis(700);

  /** Answers before the GOAWAY take this long, so that calls are in flight when it comes. */
  private static final Duration IN_FLIGHT = Duration.ofMillis(400);

  /** The kind of a trouble. */
  enum Kind {
    GO_AWAY("GOAWAY on all connections", true),
    BURST("503 to every push", false),
    SLOW("answers after " + SLOW_ANSWER.toMillis() + " ms", false);

    final String words;

    /** Whether a push may be taken and the worker not know it. */
    final boolean hidesAnswers;

    Kind(String words, boolean hidesAnswers) {
      this.words = words;
      this.hidesAnswers = hidesAnswers;
    }
  }

  /** A trouble that was. */
  record Phase(Kind kind, Instant from, Instant to) {

    /** Whether a moment is in it or so near that it may feel it. */
    boolean touches(Instant moment) {
      return !moment.isBefore(from.minus(MARGIN)) && !moment.isAfter(to.plus(MARGIN));
    }
  }

  private final List<LocalApns> servers;
  private final List<Phase> phases = new ArrayList<>();

  FaultSchedule(LocalApns... servers) {
    this.servers = List.of(servers);
  }

  /** Puts every trouble of a day on the schedule. */
  void plan(Day day, Schedule schedule) {
    schedule.at(day.goAwayAt(), () -> begin(Kind.GO_AWAY, Fault.slowAnswers(IN_FLIGHT), IN_FLIGHT));
    schedule.at(
        day.goAwayAt().plus(IN_FLIGHT),
        () ->
            servers.forEach(apns -> apns.inject(ConnectionFault.goAway("Shutdown"), Scope.all())));
    Fault busy = Fault.pushesGet(Behaviour.rejects(503, "ServiceUnavailable"));
    schedule.at(day.burstAt(), () -> begin(Kind.BURST, busy, day.trouble()));
    schedule.at(
        day.slowAt(), () -> begin(Kind.SLOW, Fault.slowAnswers(SLOW_ANSWER), day.trouble()));
  }

  /** What was, in order. */
  List<Phase> phases() {
    return phases;
  }

  /** Whether no trouble touches a moment. */
  boolean calm(Instant moment) {
    return phases.stream().noneMatch(phase -> phase.touches(moment));
  }

  /** Whether a push that arrived at a moment may have been taken without the worker's knowing. */
  boolean hidesAnswers(Instant moment) {
    return phases.stream()
        .filter(phase -> phase.kind().hidesAnswers)
        .anyMatch(
            phase -> !moment.isBefore(phase.from()) && !moment.isAfter(phase.to().plus(CROSSING)));
  }

  private void begin(Kind kind, Fault fault, Duration time) {
    Instant now = Instant.now();
    phases.add(new Phase(kind, now, now.plus(time)));
    servers.forEach(
        apns -> {
          var _ = apns.begin(fault, Scope.all(), time);
        });
  }
}
