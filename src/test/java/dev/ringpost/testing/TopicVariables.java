package dev.ringpost.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Variables of the environment that give every topic another name. */
public final class TopicVariables {

  private static final List<String> TOPICS =
      List.of("INVITES", "TOKENS", "INVALIDATIONS", "SIGNALS", "RESULTS", "RETRY", "DEAD_LETTERS");

  private TopicVariables() {}

  /** Each topic is called by its key's last word, behind a prefix; the map may be changed. */
  public static Map<String, String> prefixed(String prefix) {
    Map<String, String> names = new LinkedHashMap<>();
    TOPICS.forEach(topic -> names.put("RINGPOST_TOPICS_" + topic, prefix + topic));
    return names;
  }
}
