package dev.ringpost.testing.guarantees;

import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Within one invite record a device that APNs accepted is not pushed again; after a crash or an
 * unknown outcome a repeat carries the same ids. Seen from the local APNs: a second push with the
 * same {@code apns-id} after one that was accepted is needless, unless the first arrived in a time
 * of trouble that was told, and no device has two ids in one call.
 */
public final class NoNeedlessDoubleRing implements Guarantee {

  private record Trouble(Instant from, Instant to) {
    boolean covers(Instant moment) {
      return !moment.isBefore(from) && !moment.isAfter(to);
    }
  }

  private final Supplier<List<ReceivedPush>> arrived;
  private final List<Trouble> troubles = new CopyOnWriteArrayList<>();
  private final List<Carriage> carried = new CopyOnWriteArrayList<>();
  private volatile Optional<Duration> onceMoreAfter = Optional.empty();

  public NoNeedlessDoubleRing(LocalApns apns) {
    this(apns::pushes);
  }

  NoNeedlessDoubleRing(Supplier<List<ReceivedPush>> arrived) {
    this.arrived = arrived;
  }

  /** Between these moments answers or results could be lost, so what rang may ring again. */
  public void excuse(Instant from, Instant to) {
    troubles.add(new Trouble(from, to));
  }

  /**
   * Between these moments a process that had stood still wrote what it had asked its guard about
   * before: such a repeat is none of its decisions.
   */
  public void carried(Instant from, Instant to) {
    carried.add(new Carriage(from, to));
  }

  /** The worker rings silent phones again: one more push is meant, if it comes no sooner. */
  public void onceMoreAfter(Duration silentAfter) {
    onceMoreAfter = Optional.of(silentAfter);
  }

  @Override
  public List<String> breaches() {
    List<String> breaches = new ArrayList<>();
    byId()
        .forEach(
            (id, pushes) -> {
              if (doubled(pushes) > 0 && !excused(pushes)) {
                breaches.add(id + " rang again though APNs had accepted it: " + course(pushes));
              }
            });
    arrived.get().stream()
        .collect(
            Collectors.groupingBy(
                push -> push.json().at("/call/id").asText() + " on " + push.token().hashCode(),
                Collectors.mapping(push -> push.header("apns-id"), Collectors.toUnmodifiableSet())))
        .forEach(
            (device, ids) -> {
              if (ids.size() > 1) {
                breaches.add(device + " was pushed with " + ids.size() + " ids");
              }
            });
    return breaches;
  }

  private static String course(List<ReceivedPush> pushes) {
    return pushes.stream()
        .map(push -> push.json().at("/call/id").asText() + " at " + push.arrivedAt())
        .collect(Collectors.joining(", "));
  }

  /** How many pushes repeated an accepted one in a time of trouble. */
  public int excused() {
    return byId().values().stream().filter(this::excused).mapToInt(this::doubled).sum();
  }

  /** How many pushes arrived in times of trouble: no more than these can be repeated. */
  public int bound() {
    return (int)
        arrived.get().stream()
            .filter(push -> troubles.stream().anyMatch(t -> t.covers(push.arrivedAt())))
            .count();
  }

  /** Those of calls; what a worker tries a credential with goes to nobody, under one id. */
  private Map<String, List<ReceivedPush>> byId() {
    return arrived.get().stream()
        .filter(push -> push.json().has("call"))
        .collect(Collectors.groupingBy(push -> push.header("apns-id")));
  }

  /** Pushes that followed an accepted one, without one that was meant. */
  private int doubled(List<ReceivedPush> pushes) {
    List<ReceivedPush> since =
        pushes.stream()
            .filter(push -> carried.stream().noneMatch(c -> c.covers(push.arrivedAt())))
            .dropWhile(push -> !push.accepted())
            .toList();
    int doubled = Math.max(0, since.size() - 1);
    return doubled > 0 && wasMeant(since.get(0), since.get(1)) ? doubled - 1 : doubled;
  }

  private boolean wasMeant(ReceivedPush first, ReceivedPush second) {
    return onceMoreAfter
        .filter(wait -> !second.arrivedAt().isBefore(first.arrivedAt().plus(wait)))
        .isPresent();
  }

  private boolean excused(List<ReceivedPush> pushes) {
    return pushes.stream()
        .filter(ReceivedPush::accepted)
        .findFirst()
        .filter(first -> troubles.stream().anyMatch(t -> t.covers(first.arrivedAt())))
        .isPresent();
  }
}
