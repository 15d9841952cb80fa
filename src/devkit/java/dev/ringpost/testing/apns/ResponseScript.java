package dev.ringpost.testing.apns;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The script by which pushes get their behaviour: what was set once for its token, else what was
 * set for its token, else for the newest prefix that it has, else for all. Safe for many threads.
 */
final class ResponseScript {

  private final ConcurrentMap<String, List<Behaviour>> next = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Behaviour> byToken = new ConcurrentHashMap<>();
  private final List<Map.Entry<String, Behaviour>> byPrefix = new CopyOnWriteArrayList<>();
  private volatile Behaviour forAll;

  ResponseScript(Behaviour forAll) {
    this.forAll = forAll;
  }

  void setForAll(Behaviour behaviour) {
    forAll = behaviour;
  }

  void setForToken(String token, Behaviour behaviour) {
    byToken.put(token, behaviour);
  }

  void setForPrefix(String prefix, Behaviour behaviour) {
    byPrefix.addFirst(Map.entry(prefix, behaviour));
  }

  /** Sets what the token's next pushes get, one each. */
  void setForNext(String token, List<Behaviour> behaviours) {
    if (!behaviours.isEmpty()) {
      next.put(token, List.copyOf(behaviours));
    }
  }

  Behaviour take(String token) {
    Behaviour once = takeNext(token);
    if (once != null) {
      return once;
    }
    Behaviour always = byToken.get(token);
    if (always != null) {
      return always;
    }
    for (Map.Entry<String, Behaviour> entry : byPrefix) {
      if (token.startsWith(entry.getKey())) {
        return entry.getValue();
      }
    }
    return forAll;
  }

  private @Nullable Behaviour takeNext(String token) {
    List<Behaviour> waiting = next.get(token);
    while (waiting != null) {
      List<Behaviour> rest = waiting.subList(1, waiting.size());
      boolean taken =
          rest.isEmpty() ? next.remove(token, waiting) : next.replace(token, waiting, rest);
      if (taken) {
        return waiting.getFirst();
      }
      waiting = next.get(token);
    }
    return null;
  }
}
