package dev.ringpost.delivery;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A watch on how many of APNs' newest answers call a token dead, for each app and environment. When
 * they are too many, it is not the tokens that are dead but a key, a topic or an environment that
 * is wrong, and no token is to be forgotten for that. It counts answers and not time, so that it
 * blows after the same few dead tokens in the busiest hour and in the quietest. Safe for many
 * threads.
 */
public final class TokenFuse {

  private record AppEnvironment(BundleId app, Environment environment) {}

  private record Answer(boolean dead, Instant at) {}

  /** The newest answers of one place, oldest first. */
  private static final class Newest {
    @GuardedBy("this")
    private final Deque<Answer> answers = new ArrayDeque<>();

    @GuardedBy("this")
    private int dead;

    /** Counts an answer; how many of the newest call their token dead. */
    synchronized int count(Answer answer, int most, Instant horizon) {
      forget(horizon);
      if (answers.size() == most) {
        forgetOldest();
      }
      answers.addLast(answer);
      dead += answer.dead() ? 1 : 0;
      return dead;
    }

    /** How many since {@code horizon} call their token dead. */
    synchronized int dead(Instant horizon) {
      forget(horizon);
      return dead;
    }

    @GuardedBy("this")
    private void forget(Instant horizon) {
      while (!answers.isEmpty() && answers.getFirst().at().isBefore(horizon)) {
        forgetOldest();
      }
    }

    @GuardedBy("this")
    private void forgetOldest() {
      dead -= answers.removeFirst().dead() ? 1 : 0;
    }
  }

  private final DeliverySettings.Fuse settings;
  private final Map<AppEnvironment, Newest> apps = new ConcurrentHashMap<>();

  public TokenFuse(DeliverySettings.Fuse settings) {
    this.settings = settings;
  }

  /**
   * Counts an answer.
   *
   * @param dead whether it calls the token dead
   * @return whether such an answer is to be believed
   */
  boolean believes(BundleId app, Environment environment, boolean dead, Instant now) {
    Newest newest = apps.computeIfAbsent(new AppEnvironment(app, environment), _ -> new Newest());
    return !isBlown(newest.count(new Answer(dead, now), settings.answers(), horizon(now)));
  }

  /** Whether the fuse is blown at {@code now}. */
  public boolean blown(BundleId app, Environment environment, Instant now) {
    Newest newest = apps.get(new AppEnvironment(app, environment));
    if (newest == null) {
      return false;
    }
    return isBlown(newest.dead(horizon(now)));
  }

  private Instant horizon(Instant now) {
    return now.minus(settings.memory());
  }

  private boolean isBlown(int dead) {
    return dead > settings.maxShare() * settings.answers();
  }
}
