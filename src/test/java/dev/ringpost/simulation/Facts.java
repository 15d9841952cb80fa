package dev.ringpost.simulation;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.VoipToken;
import dev.ringpost.events.Signal;
import dev.ringpost.intake.SimulatedIntake;
import dev.ringpost.testing.guarantees.Guarantee;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The record of a run, held against the guarantees as things happen. A breach begins with the name
 * of the guarantee's checker; the rules are theirs, seen from the inside: what a worker could know,
 * it must heed.
 */
final class Facts implements Guarantee {

  /**
   * A push that a worker wrote, as it saw it.
   *
   * @param clock its wall clock
   * @param endRead whether it had read the end of the call
   * @param mayRing whether the partition was its own, as far as it could know
   */
  record Written(
      int worker,
      Place place,
      CallInvite invite,
      Device device,
      Instant clock,
      boolean endRead,
      boolean mayRing) {}

  /**
   * The task that a record sets.
   *
   * @param origin the invite
   * @param attempt the number of the try; 0 for what cannot be read
   * @param devices those that are to ring, empty for all
   */
  record Task(Origin origin, int attempt, Optional<Set<DeviceId>> devices) {

    static Task of(Arrival arrival) {
      Origin origin = arrival.envelope().origin();
      return switch (arrival) {
        case Arrival.Invited(_, Attempt attempt) ->
            new Task(origin, attempt.number(), attempt.devices());
        case Arrival.Malformed _ -> new Task(origin, 0, Optional.empty());
      };
    }
  }

  /** A try of an invite. */
  record Tried(Origin origin, int attempt) {}

  private record Known(int worker, Place place, DeviceId device) {}

  /** A worker's pushes of an invite to a token. */
  private record Line(int worker, Origin origin, VoipToken token) {}

  private final World world;
  private final RingFacts rings = new RingFacts(this);
  private final MissedFacts missed = new MissedFacts(this);
  private final List<String> breaches = new ArrayList<>();
  private final Map<Origin, Instant> deadlines = new HashMap<>();
  private final Map<Place, Origin> origins = new HashMap<>();
  private final Set<Origin> told = new HashSet<>();

  /** The tries whose results the brokers have; those of dead letters have the number 0 as well. */
  private final Set<Tried> results = new HashSet<>();

  /** What a record asks for; two records that ask for the same are settled by one decision. */
  private final Map<Place, Task> tasks = new HashMap<>();

  private final Set<Task> stored = new HashSet<>();
  private final Set<Place> again = new HashSet<>();
  private final Map<Place, Long> committedAt = new HashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private final Set<Known> accepted = new HashSet<>();

  /** The record for which each was written last. */
  private final Map<Line, Place> newest = new HashMap<>();

  private final Set<Line> acceptedLate = new HashSet<>();
  private final Map<Place, Set<DeviceId>> acceptedBefore = new HashMap<>();
  private final Set<String> rung = new HashSet<>();
  private final Map<Mishap, Integer> mishaps = new EnumMap<>(Mishap.class);
  private int pushes;
  private int doubles;
  private int retries;
  private int readAgain;

  Facts(World world) {
    this.world = world;
  }

  /** A guarantee does not hold. */
  void breach(String guarantee, String words) {
    breaches.add(guarantee + ": " + words + " at " + world.now());
  }

  /** The run has met a mishap. */
  void met(Mishap mishap) {
    mishaps.merge(mishap, 1, Integer::sum);
  }

  /** What is known of second verdicts. */
  RingFacts rings() {
    return rings;
  }

  /** What is known of calls that may have been missed. */
  MissedFacts missed() {
    return missed;
  }

  /** The brokers have a signal. */
  void signalled(Signal signal) {
    rings.signalled(signal);
    missed.signalled(signal);
  }

  /** Whether a record was handed to workers twice. */
  boolean isReadAgain(Place place) {
    return again.contains(place);
  }

  /** Whether the brokers have stored that a record is settled. */
  boolean isCommitted(Place place) {
    return committedAt.containsKey(place);
  }

  /** The try that a record stands for, which a worker has. */
  Tried tried(Place place) {
    Task task = Objects.requireNonNull(tasks.get(place));
    return new Tried(task.origin(), task.attempt());
  }

  /** An invite was appended, which must not ring from this moment on. */
  void invited(Origin origin, Instant deadline) {
    deadlines.put(origin, deadline);
    origins.put(
        new Place(new TopicPartition(origin.topic(), origin.partition()), origin.offset()), origin);
  }

  /** A record was handed to a worker whose partition it is since {@code assignedAt}. */
  void handled(Place place, Task task, long assignedAt) {
    if (tasks.put(place, task) != null) {
      again.add(place);
      readAgain++;
    }
    committedBefore(place, assignedAt);
  }

  /** A record was handed to a worker whose partition it is since {@code assignedAt}. */
  void committedBefore(Place place, long assignedAt) {
    Long at = committedAt.get(place);
    if (at != null && at < assignedAt) {
      breach("NoNeedlessDoubleRing", place + " is handled again, though its end was committed");
    }
  }

  /** A worker says that all that was decided about a record is stored. */
  void stored(Task task) {
    if (!results.contains(new Tried(task.origin(), task.attempt()))) {
      breach("EveryInviteSettled", task + " is said to be stored, and no broker has a word of it");
    }
    stored.add(task);
  }

  /**
   * The brokers have a result.
   *
   * @param invite where its invite stood first
   * @param last whether nothing more follows
   */
  void resultStored(Place invite, int attempt, boolean last) {
    Origin origin = Objects.requireNonNull(origins.get(invite));
    results.add(new Tried(origin, attempt));
    if (last) {
      told.add(origin);
    }
  }

  /** The brokers have a second verdict on a try. */
  void secondVerdictStored(Place invite, int attempt) {
    rings.stored(new Tried(Objects.requireNonNull(origins.get(invite)), attempt));
  }

  /** The brokers have a dead letter, whose invite may name no call that a result could tell of. */
  void deadLetterStored(Place invite) {
    Origin origin = Objects.requireNonNull(origins.get(invite));
    results.add(new Tried(origin, 0));
    told.add(origin);
  }

  /** A retry was written, and these devices had been accepted by then. */
  void retried(Place from, Place retry, Tried next, Set<DeviceId> nowAccepted) {
    rings.retried(next);
    Set<DeviceId> all = new HashSet<>(acceptedBefore.getOrDefault(from, Set.of()));
    all.addAll(nowAccepted);
    acceptedBefore.put(retry, all);
    retries++;
  }

  /** A worker has learned that a device was accepted. */
  void accepted(int worker, Place place, DeviceId device) {
    accepted.add(new Known(worker, place, device));
  }

  /**
   * A worker's engine has APNs' word on a push, whose attempt had ended without one. If no other
   * attempt has written it since, the next one must find that.
   */
  void acceptedLate(int worker, Place place, Device device) {
    var line = new Line(worker, origin(place), device.token());
    if (place.equals(newest.get(line))) {
      acceptedLate.add(line);
    }
  }

  private Origin origin(Place place) {
    return Objects.requireNonNull(tasks.get(place)).origin();
  }

  void written(Written push) {
    pushes++;
    Place place = push.place();
    Origin origin = origin(place);
    DeviceId device = push.device().id();
    if (!rung.add(origin + "/" + push.device().id().value())) {
      doubles++;
    }
    writtenInTime(origin, push.clock());
    if (push.endRead()) {
      breach("NothingRingsAfterItsEnd", place + " rings");
    }
    if (!push.mayRing()) {
      breach("NoNeedlessDoubleRing", place + " rings, though its partition is gone");
    }
    var line = new Line(push.worker(), origin, push.device().token());
    newest.put(line, place);
    if (acceptedLate.contains(line)) {
      breach("NoNeedlessDoubleRing", place + " rings " + device + ", whose answer came late");
    }
    if (accepted.contains(new Known(push.worker(), place, device))) {
      breach("NoNeedlessDoubleRing", place + " rings " + device + " again on the same worker");
    }
    if (acceptedBefore.getOrDefault(place, Set.of()).contains(device)) {
      breach("NoNeedlessDoubleRing", place + " rings " + device + ", which an earlier try rang");
    }
  }

  /** A push that rings was written, for an invite and by a worker's clock. */
  void writtenInTime(Origin origin, Instant clock) {
    if (!clock.isBefore(deadlines.get(origin))) {
      breach("NothingLateRings", origin + " rings at " + clock);
    }
  }

  void committed(TopicPartition partition, OffsetAndMetadata commit, long end) {
    long from = committed.getOrDefault(partition, 0L);
    if (commit.offset() < from) {
      breach("CommitNeverPassesUnsettled", partition + " goes back to " + commit.offset());
    }
    for (long offset = from; offset < end; offset++) {
      var place = new Place(partition, offset);
      if (offset < commit.offset() || SimulatedIntake.notes(commit, offset)) {
        if (!stored.contains(tasks.get(place)) && !missed.isDealtWith(place)) {
          breach("CommitNeverPassesUnsettled", place + " is not settled, and is committed");
        }
        committedAt.putIfAbsent(place, world.nanoTime());
      }
    }
    committed.put(partition, commit.offset());
  }

  /** A registration that is good is not found by a worker. */
  void forgotten(String key) {
    breach("NoGoodTokenForgotten", key + " is good, and is not rung");
  }

  /**
   * Enough time has passed for everything to end.
   *
   * @param steady whether no clock was set; by one that is behind, calls end later
   */
  void over(boolean steady) {
    for (Origin origin : deadlines.keySet()) {
      if (!told.contains(origin)) {
        breach("EveryInviteSettled", origin + " has no final verdict");
      }
    }
    if (steady) {
      missed.over();
    }
  }

  @Override
  public List<String> breaches() {
    return List.copyOf(breaches);
  }

  /** What the run has seen, so that it is known to have looked. */
  Seen seen() {
    return new Seen(
        deadlines.size(),
        pushes,
        retries,
        readAgain,
        doubles,
        new Seen.Later(rings.told(), rings.silent(), rings.pushed(), missed.told()),
        mishaps);
  }
}
