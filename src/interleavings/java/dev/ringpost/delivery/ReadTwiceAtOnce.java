package dev.ringpost.delivery;

import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Device;
import dev.ringpost.delivery.KnownRecords.Delivery;
import dev.ringpost.interleavings.Scenario;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A record is read again, for its partition came back, while its first delivery ends: it rings
 * once, unless the first one lost its partition, and whoever reads it learns of its end: {@code
 * NoNeedlessDoubleRing} and {@code EveryInviteSettled}.
 */
public final class ReadTwiceAtOnce implements Scenario {

  private static final Device PHONE = Samples.device("phone");

  private final Arrival arrival = Samples.invited();

  @Override
  public void play() throws InterruptedException {
    play(() -> true);
    play(() -> false);
  }

  private void play(Arrival.Claim firstClaim) throws InterruptedException {
    var known = new KnownRecords(Duration.ofMinutes(2), () -> 0);
    var rung = new AtomicInteger();
    var told = new AtomicInteger();
    Delivery first = ((KnownRecords.Unsettled) known.read(arrival, firstClaim)).delivery();

    together(
        () -> deliver(known, first, rung, told),
        () -> read(known, rung, told),
        () -> read(known, rung, told));

    promise(rung.get() == 1, "it rang " + rung.get() + " times");
    promise(told.get() >= 2, "only " + told.get() + " readings learned of its end");
  }

  private void read(KnownRecords known, AtomicInteger rung, AtomicInteger told) {
    switch (known.read(arrival, () -> true)) {
      case KnownRecords.Unsettled(Delivery delivery) -> deliver(known, delivery, rung, told);
      case KnownRecords.UnderWay(Delivery delivery) -> {
        var _ =
            delivery
                .abandoned()
                .thenAccept(
                    abandoned -> {
                      if (abandoned) {
                        read(known, rung, told);
                      } else {
                        var _ = delivery.stored().thenRun(told::incrementAndGet);
                      }
                    });
      }
      case KnownRecords.Settled _ -> told.incrementAndGet();
    }
  }

  private void deliver(
      KnownRecords known, Delivery delivery, AtomicInteger rung, AtomicInteger told) {
    CompletableFuture<Void> stored = new CompletableFuture<>();
    if (delivery.held()) {
      rung.incrementAndGet();
      Decision accepted =
          new Decision(
              arrival,
              Samples.pushes(Samples.accepted(PHONE)),
              new Disposition.Final(Verdict.ACCEPTED),
              Samples.NOW);
      known.decided(delivery, accepted, stored);
      stored.complete(null);
      told.incrementAndGet();
    } else {
      Decision lost =
          new Decision(
              arrival,
              Samples.pushes(
                  Samples.unanswered(
                      PHONE, new PushOutcome.NotSent(PushOutcome.NotSentReason.LOST))),
              new Disposition.Abandoned(),
              Samples.NOW);
      known.decided(delivery, lost, stored);
    }
  }
}
