package dev.ringpost.delivery;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Watches how many of APNs' answers call a token dead, for each app and environment. When they are
 * too many, it is not the tokens that are dead but a key, a topic or an environment that is wrong,
 * and no token is to be forgotten for that. Safe for many threads.
 */
public final class TokenFuse {

  /** A window is counted in so many parts, and moves by one of them. */
  private static final int PARTS = 10;

  private record Place(BundleId app, Environment environment) {}

  /** The answers of one part of the window. */
  private static final class Part {
    private final Instant since;
    private int answers;
    private int dead;

    private Part(Instant since) {
      this.since = since;
    }
  }

  private static final class Window {
    private final Deque<Part> parts = new ArrayDeque<>();
    private boolean blown;
  }

  private final DeliverySettings.Fuse settings;
  private final Map<Place, Window> windows = new ConcurrentHashMap<>();

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
    Window window = windows.computeIfAbsent(new Place(app, environment), _ -> new Window());
    synchronized (window) {
      Part part = current(window, now);
      part.answers++;
      part.dead += dead ? 1 : 0;
      judge(window);
      return !window.blown;
    }
  }

  /** Whether the fuse is blown at {@code now}. */
  public boolean blown(BundleId app, Environment environment, Instant now) {
    Window window = windows.get(new Place(app, environment));
    if (window == null) {
      return false;
    }
    synchronized (window) {
      forget(window, now);
      judge(window);
      return window.blown;
    }
  }

  private Part current(Window window, Instant now) {
    forget(window, now);
    Duration step = settings.window().dividedBy(PARTS);
    Part last = window.parts.peekLast();
    if (last == null || !now.isBefore(last.since.plus(step))) {
      last = new Part(now);
      window.parts.addLast(last);
    }
    return last;
  }

  private void forget(Window window, Instant now) {
    Instant horizon = now.minus(settings.window());
    Part oldest = window.parts.peekFirst();
    while (oldest != null && oldest.since.isBefore(horizon)) {
      window.parts.removeFirst();
      oldest = window.parts.peekFirst();
    }
  }

  private void judge(Window window) {
    int answers = window.parts.stream().mapToInt(part -> part.answers).sum();
    int dead = window.parts.stream().mapToInt(part -> part.dead).sum();
    window.blown = answers >= settings.minAnswers() && dead > settings.maxShare() * answers;
  }
}
