package dev.ringpost.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The results that Ringpost reported, by invite and attempt; repeats are dropped, as every reader
 * has to.
 */
final class Results {

  private final Map<String, TreeMap<Integer, JsonNode>> byInvite = new HashMap<>();

  private final List<String> contradictions = new ArrayList<>();

  Results(List<JsonNode> told) {
    for (JsonNode result : told) {
      JsonNode invite = result.path("invite");
      String key =
          "%s-%s@%s"
              .formatted(
                  invite.path("topic").asText(),
                  invite.path("partition").asText(),
                  invite.path("offset").asText());
      JsonNode first =
          byInvite
              .computeIfAbsent(key, _ -> new TreeMap<>())
              .putIfAbsent(result.path("attempt").asInt(), result);
      if (first != null && !first.path("verdict").equals(result.path("verdict"))) {
        contradictions.add(key + " was reported as " + first + " and then " + result);
      }
    }
  }

  /** The results of one invite, the first attempt first. */
  List<JsonNode> of(Origin origin) {
    return List.copyOf(byInvite.getOrDefault(origin.toString(), new TreeMap<>()).values());
  }

  /** Repeats that do not say what was said before. */
  List<String> contradictions() {
    return contradictions;
  }

  /** The invites that something was told about. */
  Set<String> invites() {
    return byInvite.keySet();
  }

  /** The results after which nothing follows. */
  List<JsonNode> last() {
    return all().filter(Results::isFinal).toList();
  }

  /** How many results there are, repeats dropped. */
  long count() {
    return all().count();
  }

  static boolean isFinal(JsonNode result) {
    return result.path("final").asBoolean();
  }

  /** Every result. */
  Stream<JsonNode> all() {
    return byInvite.values().stream().map(TreeMap::values).flatMap(Collection::stream);
  }
}
