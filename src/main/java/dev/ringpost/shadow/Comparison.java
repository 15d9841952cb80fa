package dev.ringpost.shadow;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Outbox;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.events.ResultJson;
import dev.ringpost.telemetry.ShadowMeters.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of a shadow's verdicts with the live ones. To the pipeline it is the outbox, and
 * the only one that a shadow has: what would be written is compared and dropped. A verdict waits
 * for its counterpart for the shadow's patience. For one thread, but {@link #size}.
 */
final class Comparison implements Outbox {

  /** Bound on the invites that are remembered, about 60 MB; the oldest go first. */
  static final int MAX_OPEN = 65_536;

  /** The attempt that is compared: a shadow reads no retries. */
  private static final int FIRST = 1;

  /** A listener to what came of each invite. */
  interface Listener {

    /** It is known how the verdicts compare; of two that are there, both are given. */
    void compared(
        String invite, Outcome outcome, Optional<Judgement> own, Optional<Judgement> live);
  }

  /** The place of an invite on its topic. */
  private record Place(int partition, long offset) {}

  /** An invite of which a verdict is known; it stays after the comparison, for repeats come. */
  private static final class Open {
    private final Instant seen;
    private @Nullable Judgement own;
    private @Nullable Judgement live;
    private boolean compared;

    Open(Instant seen) {
      this.seen = seen;
    }
  }

  private final String topic;
  private final Duration patience;
  private final int maxOpen;
  private final InstantSource clock;
  private final Listener listener;
  private final ResultJson results = new ResultJson(CalleeAs.DIGEST, (_, _) -> false);

  /** In the order in which the first verdict on them was seen. */
  private final Map<Place, Open> open = new LinkedHashMap<>();

  /** Behind the last invite of each partition that the shadow has judged, or where it begins. */
  private final Map<Integer, Long> judged = new HashMap<>();

  private final AtomicInteger size = new AtomicInteger();

  Comparison(ShadowSettings settings, InstantSource clock, Listener listener) {
    this(settings, MAX_OPEN, clock, listener);
  }

  Comparison(ShadowSettings settings, int maxOpen, InstantSource clock, Listener listener) {
    this.topic = settings.invites();
    this.patience = settings.patience();
    this.maxOpen = maxOpen;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * Begins anew; what was open is forgotten.
   *
   * @param starts the offset at which each partition of invites is read
   */
  void begin(Map<Integer, Long> starts) {
    open.values().removeIf(it -> it.compared);
    open.forEach((place, _) -> tell(place, Outcome.FORGOTTEN, null, null));
    open.clear();
    size.set(0);
    judged.clear();
    judged.putAll(starts);
  }

  /** Takes the shadow's own verdict, as the result that it would have been. */
  @Override
  public CompletableFuture<Void> store(Decision decision) {
    Origin invite = decision.arrival().envelope().origin();
    var place = new Place(invite.partition(), invite.offset());
    judged.put(invite.partition(), invite.offset() + 1);
    Optional<CallId> addressee = ResultJson.addressee(decision.arrival());
    Optional<Verdict> verdict = decision.disposition().told();
    if (addressee.isEmpty() || verdict.isEmpty()) {
      tell(place, Outcome.UNTOLD, null, null);
    } else {
      byte[] result = results.of(addressee.get(), verdict.get(), FIRST, true, decision);
      Open at = open(place);
      at.own = ToldVerdict.read(result).orElseThrow().judgement();
      compare(place, at);
    }
    return CompletableFuture.completedFuture(null);
  }

  /** Takes a verdict that stands on the topic of results. */
  void told(ToldVerdict told) {
    Long judgedTo = judged.get(told.partition());
    if (told.attempt() != FIRST || !told.topic().equals(topic) || judgedTo == null) {
      return;
    }
    var place = new Place(told.partition(), told.offset());
    if (told.offset() < judgedTo && !open.containsKey(place)) {
      return; // from before it began; or a repeat; or one that was missing and came too late
    }
    Open at = open(place);
    at.live = told.judgement();
    compare(place, at);
  }

  private Open open(Place place) {
    Open at = open.computeIfAbsent(place, _ -> new Open(clock.instant()));
    while (open.size() > maxOpen) {
      Iterator<Map.Entry<Place, Open>> all = open.entrySet().iterator();
      Map.Entry<Place, Open> oldest = all.next();
      all.remove();
      if (!oldest.getValue().compared) {
        tell(oldest.getKey(), Outcome.FORGOTTEN, null, null);
      }
    }
    size.set(open.size());
    return at;
  }

  private void compare(Place place, Open at) {
    Judgement own = at.own;
    Judgement live = at.live;
    if (own != null && live != null && !at.compared) {
      at.compared = true;
      tell(place, Agreement.of(own, live), own, live);
    }
  }

  /**
   * Gives up what has waited long enough.
   *
   * @param invites up to when all invites were read
   * @param results up to when all results were read
   */
  void advance(Instant invites, Instant results) {
    Iterator<Map.Entry<Place, Open>> all = open.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Place, Open> entry = all.next();
      Open at = entry.getValue();
      Instant until = at.seen.plus(patience);
      // a verdict is missing only where it would have been read
      Instant read = at.own == null ? invites : results;
      if (read.isBefore(until)) {
        continue;
      }
      all.remove();
      if (!at.compared) {
        Outcome missing = at.own == null ? Outcome.SHADOW_MISSING : Outcome.LIVE_MISSING;
        tell(entry.getKey(), missing, at.own, at.live);
      }
    }
    size.set(open.size());
  }

  private void tell(
      Place place, Outcome outcome, @Nullable Judgement own, @Nullable Judgement live) {
    listener.compared(
        topic + "-" + place.partition() + "@" + place.offset(),
        outcome,
        Optional.ofNullable(own),
        Optional.ofNullable(live));
  }

  /** How many invites are remembered; from any thread. */
  int size() {
    return size.get();
  }
}
