package dev.ringpost.health;

import dev.ringpost.call.DeviceKey;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.telemetry.HealthMeters;
import dev.ringpost.telemetry.HealthMeters.CallEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of unrung calls of all devices that have one, and the rule by which a device is called
 * deaf. Calls that are told again, as after a restart, change nothing. For one thread, but {@link
 * #watched} and {@link #deaf}.
 */
final class DeviceRuns {

  /** Bound on devices that have a run, about 200 MB; those whose last call is oldest go first. */
  static final int MAX_WATCHED = 500_000;

  /** Bound on devices of which it is known when they rang, about 30 MB; the others go first. */
  static final int MAX_HEARD = 100_000;

  private static final Logger log = LoggerFactory.getLogger(DeviceRuns.class);

  private final int deafCalls;
  private final Duration deafSpan;
  private final int maxWatched;
  private final int maxHeard;
  private final HealthOutlet outlet;
  private final HealthMeters meters;
  private final OtherPhones others;

  /** In the order of their last calls. */
  private final Map<DeviceKey, DeviceHealth> runs = new LinkedHashMap<>();

  /**
   * When devices rang last, in the order in which that was told: calls are judged later than rings
   * are told, and a ring ends what it knows nothing of yet.
   */
  private final Map<DeviceKey, Instant> heard = new LinkedHashMap<>();

  private final AtomicInteger watched = new AtomicInteger();
  private final AtomicInteger deaf = new AtomicInteger();

  DeviceRuns(HealthSettings settings, HealthOutlet outlet, HealthMeters meters) {
    this(settings, outlet, meters, MAX_WATCHED, MAX_HEARD);
  }

  DeviceRuns(
      HealthSettings settings,
      HealthOutlet outlet,
      HealthMeters meters,
      int maxWatched,
      int maxHeard) {
    this.deafCalls = settings.deafCalls();
    this.deafSpan = settings.deafSpan();
    this.outlet = outlet;
    this.meters = meters;
    this.maxWatched = maxWatched;
    this.maxHeard = maxHeard;
    // half the span: if nobody tells of ringing any more, what rang before speaks for less time
    // than a run must have
    this.others = new OtherPhones(deafSpan.dividedBy(2));
  }

  /** Takes what was written before; what is beyond the bound goes in the order of the writing. */
  void restore(DeviceKey device, Optional<DeviceHealth> health) {
    if (health.filter(it -> it.unrungCalls() > 0).isPresent()) {
      put(device, health.get());
      forgetTooMany();
    } else {
      forget(device);
    }
  }

  /** A device rang for a call that APNs accepted a push of. */
  void rang(AcceptedPush push) {
    meters.judged(CallEnd.RANG);
    others.note(push, true);
  }

  /**
   * A device rang, whether it was pushed for that call or not.
   *
   * @param at when
   */
  void heard(DeviceKey device, Instant at) {
    remember(device, at);
    DeviceHealth run = runs.get(device);
    // what rang before the run began does not end it
    if (run == null || at.isBefore(run.since())) {
      return;
    }
    forget(device);
    if (run.deaf()) {
      meters.hearsAgain();
      outlet.write(device, Optional.of(run.rangAgain(at)));
      log.atInfo()
          .addKeyValue("tokenDigest", run.token())
          .addKeyValue("app", run.app())
          .log("a device that was deaf rings again");
    } else {
      outlet.write(device, Optional.empty());
    }
  }

  private void remember(DeviceKey device, Instant at) {
    // taken out first, so that the order is that of the telling
    Instant before = heard.remove(device);
    heard.put(device, before == null || at.isAfter(before) ? at : before);
    if (heard.size() > maxHeard) {
      heard.remove(heard.keySet().iterator().next());
    }
  }

  /** Whether a device rang, for whichever call, once APNs had accepted a push. */
  private boolean rangSince(AcceptedPush push) {
    Instant rang = heard.get(push.device());
    return rang != null && !push.acceptedAt().isAfter(rang);
  }

  /** A device did not ring for a call, though it had the time to. */
  void unrung(AcceptedPush push) {
    if (rangSince(push)) {
      meters.judged(CallEnd.REPEATED);
      return;
    }
    boolean othersRang = others.rang(push);
    others.note(push, false);
    Optional<DeviceHealth> known = Optional.ofNullable(runs.get(push.device()));
    if (known.filter(run -> !push.acceptedAt().isAfter(run.at())).isPresent()) {
      meters.judged(CallEnd.REPEATED);
      return;
    }
    if (!othersRang) {
      meters.judged(CallEnd.OTHERS_SILENT);
      return;
    }
    meters.judged(CallEnd.UNRUNG);
    DeviceHealth run = longer(known.filter(push::isOf), push);
    if (run.deaf() && !known.map(DeviceHealth::deaf).orElse(false)) {
      meters.foundDeaf();
      log.atWarn()
          .addKeyValue("tokenDigest", run.token())
          .addKeyValue("app", run.app())
          .addKeyValue("unrungCalls", run.unrungCalls())
          .addKeyValue("since", run.since())
          .log("a device is deaf: APNs accepts pushes for it, and it does not ring");
    }
    put(push.device(), run);
    outlet.write(push.device(), Optional.of(run));
    forgetTooMany();
  }

  private void forgetTooMany() {
    while (runs.size() > maxWatched) {
      meters.forgotten();
      forget(runs.keySet().iterator().next());
    }
  }

  private DeviceHealth longer(Optional<DeviceHealth> run, AcceptedPush push) {
    int calls = run.map(DeviceHealth::unrungCalls).orElse(0) + 1;
    Instant since = run.map(DeviceHealth::since).orElse(push.acceptedAt());
    boolean isDeaf =
        run.map(DeviceHealth::deaf).orElse(false)
            || (calls >= deafCalls && !push.acceptedAt().isBefore(since.plus(deafSpan)));
    return new DeviceHealth(
        push.token(), push.app(), push.environment(), isDeaf, calls, since, push.acceptedAt());
  }

  private void put(DeviceKey device, DeviceHealth run) {
    forget(device);
    runs.put(device, run);
    watched.set(runs.size());
    if (run.deaf()) {
      int _ = deaf.incrementAndGet();
    }
  }

  private void forget(DeviceKey device) {
    DeviceHealth run = runs.remove(device);
    watched.set(runs.size());
    if (run != null && run.deaf()) {
      int _ = deaf.decrementAndGet();
    }
  }

  /** How many devices have a run; from any thread. */
  int watched() {
    return watched.get();
  }

  /** How many of them are deaf; from any thread. */
  int deaf() {
    return deaf.get();
  }
}
