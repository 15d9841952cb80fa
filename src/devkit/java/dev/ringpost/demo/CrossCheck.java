package dev.ringpost.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.demo.Calls.Call;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A comparison of what was called, what the local APNs saw, and what Ringpost reported the call
 * platform. Each difference is one line; none means that the demo holds.
 */
final class CrossCheck {

  /** How late after its deadline a push may arrive: the way to APNs. */
  static final Duration LATE_SLACK = Duration.ofMillis(500);

  /** How late after the end of its call a push may arrive: the signal's way to the worker. */
  static final Duration END_SLACK = Duration.ofSeconds(1);

  /** The verdict when the answer to the only push was lost and the phone tells that it rings. */
  private static final String RINGS_ALREADY = "not_needed";

  private final DemoUsers demoUsers;
  private final FaultSchedule faults;
  private final Results results;
  private final Rings rings;
  private final List<ConsumerRecord<byte[], byte[]>> deadLetters;
  private final Set<Rings.Key> known = new HashSet<>();
  private final List<String> differences = new ArrayList<>();

  CrossCheck(
      DemoUsers demoUsers,
      FaultSchedule faults,
      Results results,
      Rings rings,
      List<ConsumerRecord<byte[], byte[]>> deadLetters) {
    this.demoUsers = demoUsers;
    this.faults = faults;
    this.results = results;
    this.rings = rings;
    this.deadLetters = deadLetters;
  }

  List<String> differences(Map<Origin, Call> calls) {
    for (Call call : calls.values()) {
      switch (call) {
        case Call.ToUser toUser -> check(toUser);
        case Call.ToNobody toNobody -> expectVerdict(toNobody, Set.of("no_devices"));
        case Call.Expired expired -> expectVerdict(expired, Set.of("expired"));
        case Call.Broken broken -> {
          expectVerdict(broken, Set.of("failed"));
          expectDeadLetter(broken);
        }
      }
    }
    if (deadLetters.size()
        != calls.values().stream().filter(Call.Broken.class::isInstance).count()) {
      differences.add("there are %d dead letters".formatted(deadLetters.size()));
    }
    Set<String> strange = new HashSet<>(results.invites());
    calls.values().forEach(call -> strange.remove(call.origin().toString()));
    strange.forEach(invite -> differences.add("a result of nobody's invite: " + invite));
    differences.addAll(results.contradictions());
    rings.pushes().forEach(this::check);
    rings.late(LATE_SLACK).forEach(push -> differences.add("late: " + push.payload()));
    rings.afterTheEnd(END_SLACK).forEach(push -> differences.add("after end: " + push.payload()));
    return differences;
  }

  private void check(Call.ToUser call) {
    boolean ended = rings.ended(call.id());
    boolean live = false;
    boolean rung = false;
    boolean surely = false;
    for (Device phone : demoUsers.phones().getOrDefault(call.callee(), List.of())) {
      String token = phone.token().hex();
      known.add(new Rings.Key(call.id().value(), token));
      List<ReceivedPush> taken =
          rings.of(call.id().value(), token).stream().filter(ReceivedPush::accepted).toList();
      boolean rings = demoUsers.fates().get(phone.token()) == DemoUsers.Fate.RINGS;
      if (rings && !ended && taken.isEmpty()) {
        differences.add("%s: %s never rang".formatted(call.id(), phone.id()));
      }
      live |= rings;
      rung |= !taken.isEmpty();
      surely |= taken.stream().anyMatch(push -> !faults.hidesAnswers(push.arrivedAt()));
    }
    String full = live ? "accepted" : "all_dead";
    if (surely || (!ended && !rung)) {
      expectVerdict(call, Set.of(full));
    } else if (!ended) {
      expectVerdict(call, Set.of(full, RINGS_ALREADY));
    } else if (live && !rung) {
      expectVerdict(call, Set.of("ended"));
    } else {
      expectVerdict(call, Set.of(full, RINGS_ALREADY, "ended"));
    }
  }

  /** After a ring no second push, unless its answer may have been lost: then the same apns-id. */
  private void check(Rings.Key key, List<ReceivedPush> pushes) {
    if (!known.contains(key)) {
      differences.add("APNs saw a push that nobody asked for: call " + key.call());
    }
    if (pushes.stream().map(push -> push.header("apns-id")).distinct().count() > 1) {
      differences.add(key.call() + " has several apns-ids for one device");
    }
    for (ReceivedPush before : pushes.subList(0, pushes.size() - 1)) {
      if (before.accepted() && !faults.hidesAnswers(before.arrivedAt())) {
        differences.add(
            "%s rang twice without need, first at %s".formatted(key.call(), before.arrivedAt()));
      }
    }
  }

  /** Attempts 1 to n, of which only the last is final, with one of these verdicts. */
  private void expectVerdict(Call call, Set<String> verdicts) {
    List<JsonNode> told = results.of(call.origin());
    boolean inOrder =
        !told.isEmpty()
            && IntStream.range(0, told.size())
                .allMatch(
                    i ->
                        told.get(i).path("attempt").asInt() == i + 1
                            && Results.isFinal(told.get(i)) == (i == told.size() - 1));
    if (!inOrder) {
      differences.add("%s has not one final result, the last: %s".formatted(call.origin(), told));
    } else if (!verdicts.contains(told.getLast().path("verdict").asText())) {
      differences.add(
          "%s has the verdict %s instead of %s"
              .formatted(call, told.getLast().path("verdict").asText(), verdicts));
    }
  }

  private void expectDeadLetter(Call.Broken broken) {
    List<String> reasons =
        deadLetters.stream()
            .filter(
                letter ->
                    header(letter, "ringpost-origin-offset")
                            .equals(Long.toString(broken.origin().offset()))
                        && header(letter, "ringpost-origin-partition")
                            .equals(Integer.toString(broken.origin().partition())))
            .map(letter -> header(letter, "ringpost-reason"))
            .toList();
    if (!reasons.equals(List.of("not_json"))) {
      differences.add("%s has the dead letters %s".formatted(broken.origin(), reasons));
    }
  }

  /** A header of a dead letter, or empty text. */
  static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
