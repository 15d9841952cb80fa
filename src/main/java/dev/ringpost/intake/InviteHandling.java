package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Envelope;
import dev.ringpost.telemetry.IntakeMeters;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a record from its ticket to its handler and back: whatever the handler does, the place
 * is given back and the ticket is settled, unless the record is to be read again. The consumer's
 * thread alone calls it.
 */
final class InviteHandling {

  private static final Logger log = LoggerFactory.getLogger(InviteHandling.class);

  private final ArrivalHandler handler;
  private final InFlightPermits permits;
  private final IntakeMeters meters;

  InviteHandling(ArrivalHandler handler, InFlightPermits places, IntakeMeters meters) {
    this.handler = handler;
    this.permits = places;
    this.meters = meters;
  }

  /**
   * Has a record handled as soon as there is a place.
   *
   * @param arrival reads it, once
   */
  void take(Envelope envelope, Supplier<Arrival> arrival, Ticket ticket) {
    permits.submit(place -> begin(envelope, arrival, ticket, place));
  }

  /** Whether nothing more is to be read; see {@link ArrivalHandler#isFull}. */
  boolean isFull() {
    return handler.isFull();
  }

  /** Whether a call is over; see {@link ArrivalHandler#isOver}. */
  boolean isOver(CallInvite call) {
    return handler.isOver(call);
  }

  /** How far signals are behind; see {@link ArrivalHandler#signalsBehind}. */
  Duration signalsBehind() {
    return handler.signalsBehind();
  }

  private void begin(
      Envelope envelope, Supplier<Arrival> arrival, Ticket ticket, InFlightPermits.Permit place) {
    if (!ticket.begin()) {
      place.release();
      return;
    }
    var _ =
        handle(arrival, ticket, place)
            .whenComplete(
                (_, fault) -> {
                  if (fault != null) {
                    giveUp(envelope, fault);
                  }
                  place.release();
                  ticket.settle();
                });
  }

  /**
   * A fault that would be the same at the next reading costs its invite. Where the machine itself
   * fails, as for want of memory, the consumer ends and the invite is read again.
   */
  private CompletableFuture<Void> handle(
      Supplier<Arrival> arrival, Ticket ticket, InFlightPermits.Permit place) {
    try {
      return handler.handle(arrival.get(), ticket, place::release);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      return CompletableFuture.failedFuture(e);
    } catch (Error e) {
      place.release();
      throw e;
    }
  }

  private void giveUp(Envelope envelope, Throwable fault) {
    log.atError()
        .addKeyValue("invite", envelope)
        .setCause(fault)
        .log("an invite is given up by a fault of Ringpost's, without a verdict; please report it");
    meters.givenUp();
  }
}
