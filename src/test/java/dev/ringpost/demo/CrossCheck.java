package dev.ringpost.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.VoipToken;
import dev.ringpost.demo.Calls.Call;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was called, what the local APNs saw, and what Ringpost told the call platform. Each
 * difference is one line; none means that the demo holds.
 */
final class CrossCheck {

  private final Town town;
  private final CallPlatform platform;
  private final Map<String, List<ReceivedPush>> pushesByCallAndToken = new HashMap<>();
  private final List<String> differences = new ArrayList<>();

  /** Dead tokens of calls that were looked at; looked at in the order of the calls. */
  private final Set<VoipToken> found = new HashSet<>();

  CrossCheck(Town town, CallPlatform platform, List<ReceivedPush> pushes) {
    this.town = town;
    this.platform = platform;
    for (ReceivedPush push : pushes) {
      String key = push.json().at("/call/id").asText() + " " + push.token();
      pushesByCallAndToken.computeIfAbsent(key, _ -> new ArrayList<>()).add(push);
    }
  }

  List<String> differences(Map<Origin, Call> calls) {
    List<Call> inOrder = new ArrayList<>(calls.values());
    inOrder.sort(Comparator.comparing(call -> call.origin().timestamp()));
    for (Call call : inOrder) {
      switch (call) {
        case Call.ToUser toUser -> check(toUser);
        case Call.ToNobody toNobody -> expectVerdict(toNobody, "no_devices");
        case Call.Broken broken -> expectDeadLetter(broken);
      }
    }
    pushesByCallAndToken
        .keySet()
        .forEach(
            key -> differences.add("APNs saw a push that nobody asked for: call " + call(key)));
    return differences;
  }

  private void check(Call.ToUser call) {
    List<Device> phones = town.phones().getOrDefault(call.callee(), List.of());
    boolean rings = false;
    for (Device phone : phones) {
      List<ReceivedPush> pushes =
          pushesByCallAndToken.remove(call.id() + " " + phone.token().hex());
      int count = pushes == null ? 0 : pushes.size();
      boolean alive = town.fates().get(phone.token()) == Town.Fate.RINGS;
      // A dead token is learned from its first answer and not pushed to any more.
      boolean known = !alive && !found.add(phone.token());
      if (count != 1 && !(known && count == 0)) {
        differences.add(
            "%s: %s got %d pushes instead of 1".formatted(call.id(), phone.id(), count));
      }
      rings |= alive;
    }
    expectVerdict(call, rings ? "accepted" : "all_dead");
  }

  private void expectVerdict(Call call, String verdict) {
    List<JsonNode> results = platform.results(call.origin());
    if (results.size() != 1) {
      differences.add("%s has %d results instead of 1".formatted(call.origin(), results.size()));
    } else if (!results.getFirst().path("verdict").asText().equals(verdict)) {
      differences.add(
          "%s has the verdict %s instead of %s"
              .formatted(call.origin(), results.getFirst().path("verdict").asText(), verdict));
    }
  }

  private void expectDeadLetter(Call.Broken broken) {
    long letters =
        platform.deadLetters().stream()
            .filter(
                letter ->
                    header(letter.headers().lastHeader("ringpost-origin-offset"))
                            .equals(Long.toString(broken.origin().offset()))
                        && header(letter.headers().lastHeader("ringpost-origin-partition"))
                            .equals(Integer.toString(broken.origin().partition())))
            .count();
    if (letters != 1) {
      differences.add("%s has %d dead letters instead of 1".formatted(broken.origin(), letters));
    }
  }

  private static String header(@Nullable Header header) {
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String call(String callAndToken) {
    return callAndToken.substring(0, callAndToken.lastIndexOf(' '));
  }
}
