package dev.ringpost.delivery.missed;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Envelope;
import dev.ringpost.delivery.DeadTokens;
import dev.ringpost.delivery.ExpiringMap;
import dev.ringpost.delivery.PushSender;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.missed.MissedCallListener.End;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The teller of missed calls: looks at each call that is over, and if nobody took it, pushes one
 * alert to each device of the callee that has a token for alerts. Once for each call: a record that
 * comes again while the call is remembered is a repeat. Safe for many threads.
 */
public final class MissedCalls {

  /** Bound on the calls that are remembered, for {@link #REMEMBERED}. */
  static final int MAX_REMEMBERED = 1 << 16;

  /**
   * How long a call that was dealt with is remembered: longer than its record may be read again.
   */
  static final Duration REMEMBERED = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(MissedCalls.class);

  /** All that a telling asks. */
  record Ports(
      CallFates fates,
      AlertDirectory directory,
      PushSender sender,
      InvalidationOutbox invalidations,
      MissedCallListener listener,
      DeadTokens deadTokens,
      MissedCallSettings settings,
      InstantSource clock,
      Later later) {}

  /** A call of one callee, as phones know it. */
  private record Call(UUID uuid, String callee) implements Comparable<Call> {

    static Call of(CallInvite invite) {
      return new Call(invite.callUuid().value(), invite.callee().value());
    }

    @Override
    public int compareTo(Call other) {
      int uuids = uuid.compareTo(other.uuid);
      return uuids == 0 ? callee.compareTo(other.callee) : uuids;
    }
  }

  /** The dealing with a call; each is itself only. */
  private static final class Dealing {
    /** True once the call is over, false if another worker has it. */
    final CompletableFuture<Boolean> over = new CompletableFuture<>();
  }

  private final Ports ports;
  private final ExpiringMap<Call, Dealing> known;

  /**
   * @param fuse when dead tokens are not believed: one of its own, so that dead tokens of alerts
   *     and those of calls say nothing of each other
   * @param later must not reject while the worker runs
   */
  public MissedCalls(
      CallFates fates,
      AlertDirectory directory,
      PushSender sender,
      InvalidationOutbox invalidations,
      MissedCallListener listener,
      TokenFuse fuse,
      MissedCallSettings settings,
      InstantSource clock,
      LongSupplier nanoTime,
      Later later) {
    this.ports =
        new Ports(
            fates,
            directory,
            sender,
            invalidations,
            listener,
            new DeadTokens(fuse, settings.invalidateBad()),
            settings,
            clock,
            later);
    this.known =
        new ExpiringMap<>(MAX_REMEMBERED, REMEMBERED, nanoTime, ExpiringMap.Early.untold());
  }

  /**
   * Deals with a call that is over. Returns at once.
   *
   * @param arrival the call's record, whose attempt says how many pushes APNs accepted
   * @param held whether the record's partition is still ours
   * @param decided to be run when nothing more comes of it here though it is not dealt with, for
   *     its partition was lost: its place is another call's then
   * @return completes when the call is dealt with and its offset may be committed; never if the
   *     partition was lost
   */
  public CompletableFuture<Void> handle(Arrival arrival, BooleanSupplier held, Runnable decided) {
    return switch (arrival) {
      case Arrival.Invited(var envelope, Attempt attempt) -> once(attempt, envelope, held, decided);
      case Arrival.Malformed(var envelope, var flaw, _) -> {
        log.atWarn()
            .addKeyValue("record", envelope)
            .addKeyValue("reason", flaw.reason().code())
            .addKeyValue("detail", flaw.detail())
            .log("a record of a missed call cannot be read and is passed over");
        ports.listener().ended(End.UNREADABLE);
        yield CompletableFuture.completedFuture(null);
      }
    };
  }

  private CompletableFuture<Void> once(
      Attempt attempt, Envelope envelope, BooleanSupplier held, Runnable decided) {
    Call call = Call.of(attempt.invite());
    var own = new Dealing();
    Dealing first = known.merge(call, own, (before, _) -> before);
    if (!first.equals(own)) {
      return first.over.thenCompose(
          over -> {
            if (!over) {
              return once(attempt, envelope, held, decided);
            }
            ports.listener().ended(End.REPEAT);
            return CompletableFuture.completedFuture(null);
          });
    }
    var stored = new CompletableFuture<Void>();
    new Telling(
            ports,
            attempt,
            envelope,
            held,
            end -> {
              ports.listener().ended(end);
              own.over.complete(true);
              stored.complete(null);
            },
            () -> {
              known.removeIf(call, it -> it == own);
              own.over.complete(false);
              decided.run();
            })
        .look();
    return stored;
  }
}
