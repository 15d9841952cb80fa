package dev.ringpost.directory;

import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;

import dev.ringpost.interleavings.Scenario;
import java.util.Map;

/**
 * A topic was recreated, and its new view takes the place of the old one while calls are looked up:
 * who sees that the registrations are up to date finds those of the new topic, and nobody is told
 * to have no phone.
 */
public final class AskedWhileReplaced implements Scenario {

  private static final long BEFORE = 10;
  private static final long AFTER = 20;
  private static final Map<String, String> OLD = Map.of();
  private static final Map<String, String> NEW = Map.of("alice", "phone");

  @Override
  public void play() throws InterruptedException {
    var shown = new ShownView<>(OLD, 0);
    boolean first = shown.whole(OLD, BEFORE);

    together(
        () -> shown.whole(NEW, AFTER),
        () -> ask(shown),
        () -> {
          ask(shown);
          ask(shown);
        });

    promise(first, "the first view is not told to be loaded");
    promise(shown.view().equals(NEW), "the new view is not shown");
    promise(shown.atEnd() == AFTER, "it is not known how new it is");
  }

  /** As the directory asks: how far behind, then the view. */
  private static void ask(ShownView<Map<String, String>> shown) {
    boolean upToDate = shown.loaded() && shown.atEnd() >= AFTER;
    Map<String, String> view = shown.view();
    promise(!upToDate || view.containsKey("alice"), "an old view counts as up to date");
  }
}
