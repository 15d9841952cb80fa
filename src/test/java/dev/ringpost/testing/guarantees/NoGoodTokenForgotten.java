package dev.ringpost.testing.guarantees;

import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.TopicContents;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * No wrong key, topic, environment or stale 410 makes a good token dead. It is told which tokens
 * really died; every other one that stands on the topic of invalidations is forgotten wrongly.
 */
public final class NoGoodTokenForgotten implements Guarantee {

  private final CallPlatform platform;
  private final Set<String> dead = ConcurrentHashMap.newKeySet();

  public NoGoodTokenForgotten(CallPlatform platform) {
    this.platform = platform;
  }

  /** A token that really died. */
  public void died(VoipToken token) {
    dead.add(token.digest().value());
  }

  /** How many good tokens are forgotten. */
  public int forgotten() {
    return breaches().size();
  }

  @Override
  public List<String> breaches() {
    List<String> breaches = new ArrayList<>();
    TopicContents.upToNow(platform.bootstrapServers(), CallPlatform.INVALIDATIONS)
        .forEach(
            record -> {
              var value = CallPlatform.json(record);
              String digest = value.path("tokenDigest").asText();
              if (!dead.contains(digest)) {
                breaches.add("the good token " + digest + " is called dead");
              }
            });
    return breaches.stream().distinct().toList();
  }
}
