package dev.ringpost.delivery;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.DeliveryReport.Looked;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.delivery.KnownRecords.Delivery;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole journey of one arrival: look up, ring, decide, hand over. Between arrivals it remembers
 * what keeps a phone from ringing twice: for a repeat, or for a record that is read again. Safe for
 * many threads. Nothing waits: the devices are ordered to ring on the caller's thread, and what
 * follows once all have their outcome runs on the executor for decisions, so that no network loop
 * decides, renders or stores.
 */
public final class InvitePipeline {

  /**
   * An invite that was over before its append, which is less than this ago, did not wait for us:
   * its sender's clock is behind, or it was sent too late.
   */
  static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  /** A limit on how often somebody is rung. */
  public interface Limit {

    /**
     * Why a fresh invite must not ring, or nothing; an invite that may ring counts from then on, so
     * none is asked about twice.
     */
    Optional<DeliveryReport.Skip> exceeded(CallInvite invite);
  }

  private static final Logger log = LoggerFactory.getLogger(InvitePipeline.class);

  private final TokenDirectory directory;
  private final CallStates calls;
  private final PushSender sender;
  private final Outbox outbox;
  private final DeliveryListener listener;
  private final InstantSource clock;
  private final DeliverySettings settings;
  private final Limit limit;
  private final Executor decisions;
  private final RecentInvites recent;
  private final KnownRecords known;
  private final DeadTokens deadTokens;

  /**
   * @param fuse when dead tokens are not believed; handed in, for gauges show it
   * @param limit asked once for each fresh invite that is no repeat
   * @param decisions runs what follows the outcomes; must not reject while invites are in flight
   */
  public InvitePipeline(
      TokenDirectory directory,
      CallStates calls,
      PushSender sender,
      Outbox outbox,
      DeliveryListener listener,
      InstantSource clock,
      DeliverySettings settings,
      TokenFuse fuse,
      Limit limit,
      Executor decisions) {
    this.directory = directory;
    this.calls = calls;
    this.sender = sender;
    this.outbox = outbox;
    this.listener = listener;
    this.clock = clock;
    this.settings = settings;
    this.limit = limit;
    this.decisions = decisions;
    this.recent = new RecentInvites(settings.ringMax(), calls);
    this.known = new KnownRecords(settings.ringMax(), System::nanoTime);
    this.deadTokens = new DeadTokens(fuse, settings.invalidateBad());
  }

  /**
   * Delivers one arrival. Orders its devices to ring and returns.
   *
   * @param claim to the arrival's record
   * @param decided run once every device has its outcome, at most the longest attempt later
   * @return completes when everything about it is stored safely and its offset may be committed;
   *     never completes if the partition was lost
   */
  public CompletableFuture<Void> deliver(Arrival arrival, Arrival.Claim claim, Runnable decided) {
    return switch (known.read(arrival, claim)) {
      case KnownRecords.Unsettled(Delivery delivery) -> deliver(arrival, delivery, decided);
      case KnownRecords.UnderWay(Delivery delivery) ->
          delivery
              .abandoned()
              .thenCompose(
                  abandoned -> {
                    if (abandoned) {
                      return deliver(arrival, claim, decided);
                    }
                    decided.run();
                    listener.settledAgain(arrival, claim);
                    return delivery.stored();
                  });
      case KnownRecords.Settled(Optional<Decision> result) -> {
        decided.run();
        listener.settledAgain(arrival, claim);
        yield result.map(outbox::store).orElseGet(() -> CompletableFuture.completedFuture(null));
      }
    };
  }

  private CompletableFuture<Void> deliver(Arrival arrival, Delivery delivery, Runnable decided) {
    Instant begunAt = clock.instant();
    return begun(arrival, delivery, begunAt)
        .thenApplyAsync(report -> decision(arrival, report, begunAt, delivery.claim()), decisions)
        .exceptionally(fault -> faulty(arrival, fault, begunAt))
        .thenCompose(
            decision -> {
              decided.run();
              listener.decided(decision);
              CompletableFuture<Void> stored = outbox.store(decision);
              known.decided(delivery, decision, stored);
              return stored;
            })
        .whenComplete(
            (_, fault) -> {
              if (fault != null) {
                known.drop(delivery);
              }
            });
  }

  private CompletableFuture<DeliveryReport> begun(
      Arrival arrival, Delivery delivery, Instant begunAt) {
    try {
      return pushed(arrival, delivery, begunAt);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      return CompletableFuture.failedFuture(e);
    } catch (Error e) {
      known.drop(delivery);
      throw e;
    }
  }

  private CompletableFuture<DeliveryReport> pushed(
      Arrival arrival, Delivery delivery, Instant begunAt) {
    return switch (arrival) {
      case Arrival.Invited(Envelope envelope, Attempt attempt) ->
          (delivery.resumed()
                  ? Optional.<DeliveryReport.Skip>empty()
                  : skipped(envelope, attempt, delivery, begunAt))
              .map(why -> CompletableFuture.completedFuture(DeliveryReport.skipped(why)))
              .orElseGet(() -> pushed(attempt, delivery, begunAt));
      case Arrival.Malformed _ -> CompletableFuture.completedFuture(DeliveryReport.nothing());
    };
  }

  /** Whether nobody is to be rung, before anybody is looked up: late invites are cheap. */
  private Optional<DeliveryReport.Skip> skipped(
      Envelope envelope, Attempt attempt, Delivery delivery, Instant now) {
    CallInvite invite = attempt.invite();
    boolean fresh = attempt.number() == 1;
    if (invite.deadline().passedAt(now)) {
      Instant appended = envelope.origin().timestamp();
      boolean skewed =
          fresh && invite.deadline().passedAt(appended) && now.isBefore(appended.plus(CLOCK_SKEW));
      return Optional.of(skewed ? DeliveryReport.Skip.CLOCK_SKEW : DeliveryReport.Skip.LATE);
    }
    if (calls.ended(invite)) {
      return Optional.of(DeliveryReport.Skip.ENDED);
    }
    if (!fresh) {
      return Optional.empty();
    }
    if (recent.repeats(invite, envelope.origin(), now)) {
      return Optional.of(DeliveryReport.Skip.REPEAT);
    }
    return delivery.goesOn() ? Optional.empty() : limit.exceeded(invite);
  }

  private CompletableFuture<DeliveryReport> pushed(
      Attempt attempt, Delivery delivery, Instant begunAt) {
    CallInvite invite = attempt.invite();
    DeviceLookup lookup = directory.lookup(invite.callee());
    List<CompletableFuture<PushReport>> pushes = new ArrayList<>();
    int excluded = 0;
    for (Device device : lookup.live()) {
      if (!invite.isForAppOf(device)) {
        continue;
      }
      Optional<PushReport> answered = delivery.answered(device);
      if (answered.isPresent()) {
        pushes.add(CompletableFuture.completedFuture(answered.get()));
      } else if (rings(invite, device)) {
        excluded++; // one that this try does not address, too: the callee hears it
      } else if (attempt.addresses(device.id()) && pushes.size() < settings.maxDevices()) {
        WriteGuard guard = guard(invite, device, delivery);
        pushes.add(sender.push(new PushRequest(attempt, device, guard, begunAt)));
      }
    }
    List<DeadDevice> dead = new ArrayList<>();
    for (DeadDevice one : lookup.dead()) {
      if (invite.isForAppOf(one.device()) && rings(invite, one.device())) {
        excluded++; // a socket needs no token
      } else if (addresses(attempt, one.device())) {
        dead.add(one);
      }
    }
    return reported(pushes, looked(attempt, lookup, excluded, dead), lookup.behind());
  }

  private static CompletableFuture<DeliveryReport> reported(
      List<CompletableFuture<PushReport>> pushes, Looked looked, boolean behind) {
    return CompletableFuture.allOf(pushes.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> new DeliveryReport(joined(pushes), looked, behind));
  }

  private static List<PushReport> joined(List<CompletableFuture<PushReport>> pushes) {
    List<PushReport> reports = new ArrayList<>(pushes.size());
    for (CompletableFuture<PushReport> push : pushes) {
      reports.add(push.join());
    }
    return reports;
  }

  private static Looked looked(
      Attempt attempt, DeviceLookup lookup, int excluded, List<DeadDevice> dead) {
    int otherApp = 0;
    for (Device device : lookup.live()) {
      otherApp += attempt.invite().isForAppOf(device) ? 0 : 1;
    }
    for (DeadDevice one : lookup.dead()) {
      otherApp += attempt.invite().isForAppOf(one.device()) ? 0 : 1;
    }
    int otherUser = 0;
    for (Device device : lookup.handedOn()) {
      otherUser += attempt.invite().isForAppOf(device) ? 1 : 0;
    }
    int registered = lookup.live().size() + lookup.dead().size();
    return new Looked(
        registered, otherApp, otherUser, excluded, lookup.unreadable(), dead.size(), dead);
  }

  private boolean rings(CallInvite invite, Device device) {
    return invite.excludeDevices().contains(device.id()) || calls.rings(invite, device.id());
  }

  /** What is asked again at the moment of writing. */
  private WriteGuard guard(CallInvite invite, Device device, Delivery delivery) {
    return () -> {
      if (!delivery.held()) {
        return Optional.of(NotSentReason.LOST);
      }
      if (calls.ended(invite)) {
        return Optional.of(NotSentReason.ENDED);
      }
      return calls.rings(invite, device.id())
          ? Optional.of(NotSentReason.RINGING)
          : Optional.empty();
    };
  }

  private Decision decision(
      Arrival arrival, DeliveryReport report, Instant begunAt, Arrival.Claim claim) {
    Instant now = clock.instant();
    return switch (arrival) {
      case Arrival.Invited(Envelope envelope, Attempt attempt) -> {
        noteWritten(attempt.invite(), report);
        Disposition disposition = DispositionRule.decide(attempt, report, settings.ladder(), now);
        if (!rangOrRings(disposition, report)) {
          recent.forget(attempt.invite(), envelope.origin());
        }
        yield new Decision(
            arrival,
            report,
            disposition,
            deadTokens.of(envelope.origin(), attempt, report, now),
            begunAt,
            now,
            claim);
      }
      case Arrival.Malformed(_, Flaw flaw, _) ->
          new Decision(arrival, report, new Disposition.DeadLetter(flaw), List.of(), begunAt, now);
    };
  }

  /** A push that APNs refused wakes nobody; one without an answer may. */
  private void noteWritten(CallInvite invite, DeliveryReport report) {
    for (PushReport push : report.pushes()) {
      boolean refused = push.answer().filter(answer -> !answer.accepted()).isPresent();
      push.writtenAt()
          .filter(_ -> !refused)
          .ifPresent(at -> calls.written(invite, push.device().id(), at));
    }
  }

  /** Whether a repeat of the invite would ring somebody twice. */
  private static boolean rangOrRings(Disposition disposition, DeliveryReport report) {
    return switch (disposition) {
      case Disposition.Final(Verdict verdict) ->
          verdict == Verdict.ACCEPTED || verdict == Verdict.NOT_NEEDED;
      case Disposition.Retry _ -> true;
      case Disposition.DeadLetter _ -> false;
      case Disposition.Abandoned() ->
          report.pushes().stream().anyMatch(push -> push.outcome() instanceof PushOutcome.Accepted);
    };
  }

  /** A fault of Ringpost's costs the invite, but not silently. */
  private Decision faulty(Arrival arrival, Throwable fault, Instant begunAt) {
    Throwable cause =
        fault instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : fault;
    log.atError()
        .addKeyValue("invite", arrival.envelope())
        .setCause(cause)
        .log("an invite met a fault of Ringpost's and becomes a dead letter; please report it");
    var flaw = new Flaw(DeadLetterReason.INTERNAL, "fault: " + cause.getClass().getSimpleName());
    return new Decision(
        arrival,
        DeliveryReport.nothing(),
        new Disposition.DeadLetter(flaw),
        List.of(),
        begunAt,
        clock.instant());
  }

  private static boolean addresses(Attempt attempt, Device device) {
    return attempt.invite().isForAppOf(device) && attempt.addresses(device.id());
  }
}
