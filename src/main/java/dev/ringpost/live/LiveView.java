package dev.ringpost.live;

import dev.ringpost.call.Arrival;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.rings.RingOutbox;
import dev.ringpost.telemetry.MeterReader;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The live view of one worker: the figures of its meters, and its last calls. It listens to
 * decisions and second verdicts on their way to others, and keeps of them what may be shown and
 * nothing else. Listening is safe for many threads; {@link #look} is for one, once a second.
 */
public final class LiveView {

  private final MeterReader meters;
  private final Supplier<List<String>> notReady;
  private final Supplier<List<String>> notes;
  private final String version;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final RecentCalls calls = new RecentCalls();
  private final LastMinute minute = new LastMinute();

  /**
   * @param notReady what is not ready, one line each, asked at every look
   * @param notes what needs a hand though phones ring, asked likewise
   * @param version the worker's
   */
  public LiveView(
      MeterReader meters,
      Supplier<List<String>> notReady,
      Supplier<List<String>> notes,
      String version,
      InstantSource clock) {
    this(meters, notReady, notes, version, clock, System::nanoTime);
  }

  LiveView(
      MeterReader meters,
      Supplier<List<String>> notReady,
      Supplier<List<String>> notes,
      String version,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.meters = meters;
    this.notReady = notReady;
    this.notes = notes;
    this.version = version;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** A listener that shows decisions here, and tells the next one everything. */
  public DeliveryListener decisionsTo(DeliveryListener next) {
    return new DeliveryListener() {
      @Override
      public void decided(Decision decision) {
        next.decided(decision);
        calls.add(decision);
      }

      @Override
      public void settledAgain(Arrival arrival, Arrival.Claim claim) {
        next.settledAgain(arrival, claim);
      }
    };
  }

  /** A port that shows second verdicts here, and tells the next one everything. */
  public RingOutbox ringsTo(RingOutbox next) {
    return report -> {
      next.tell(report);
      calls.add(report);
    };
  }

  /** The state now, as one line of JSON. */
  public String look() {
    minute.add(Figures.of(meters, nanoTime.getAsLong()));
    return new ViewJson(minute, calls.newestFirst())
        .of(clock.instant(), version, notReady.get(), notes.get());
  }
}
