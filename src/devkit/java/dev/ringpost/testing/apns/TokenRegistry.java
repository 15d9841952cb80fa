package dev.ringpost.testing.apns;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that this server's environment knows, each for one topic. A closed registry knows only
 * what was registered, so that a token of the other environment is a {@code BadDeviceToken}; an
 * open one believes every token that is hex. Safe for many threads.
 */
final class TokenRegistry {

  private final boolean closed;
  private final ConcurrentMap<String, String> topicByToken = new ConcurrentHashMap<>();

  TokenRegistry(boolean closed) {
    this.closed = closed;
  }

  void register(String token, String topic) {
    if (!closed) {
      throw new IllegalStateException("this server believes every token; build it otherwise");
    }
    topicByToken.put(token, topic);
  }

  /** Apple's reason why a token cannot be used, or null if it can. */
  @Nullable String flaw(String token, String topic) {
    if (token.isEmpty()) {
      return "MissingDeviceToken";
    }
    if (!isHex(token)) {
      return "BadDeviceToken";
    }
    if (!closed) {
      return null;
    }
    String registered = topicByToken.get(token);
    if (registered == null) {
      return "BadDeviceToken";
    }
    return registered.equals(topic) ? null : "DeviceTokenNotForTopic";
  }

  private static boolean isHex(String token) {
    return token.length() % 2 == 0 && token.chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }
}
