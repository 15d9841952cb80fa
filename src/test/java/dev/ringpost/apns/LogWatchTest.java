package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@Timeout(60)
class LogWatchTest {

  private final Logger logger = LoggerFactory.getLogger(LogWatchTest.class);

  @Test
  void hearsItsOwnThreadsAndNobodysButNotThoseOfAnotherWatch() throws Exception {
    var opened =
        new FutureTask<>(
            () -> {
              LogWatch theirs = LogWatch.open();
              child("theirs, of a child");
              logger.debug("theirs");
              return theirs;
            });
    try (LogWatch mine = LogWatch.open()) {
      apart(opened);
      try (LogWatch theirs = opened.get(30, TimeUnit.SECONDS)) {
        child("mine, of a child");
        logger.debug("mine");
        apart(() -> logger.debug("nobody's"));

        assertThat(words(mine)).containsExactly("mine, of a child", "mine", "nobody's");
        assertThat(words(theirs)).containsExactly("theirs, of a child", "theirs", "nobody's");
      }
    }
  }

  @Test
  void thoseOfOneTestHearTheSame() throws Exception {
    try (LogWatch first = LogWatch.open();
        LogWatch second = LogWatch.open()) {
      child("a child");

      assertThat(words(first)).containsExactly("a child");
      assertThat(words(second)).containsExactly("a child");
    }
  }

  private void child(String words) throws InterruptedException {
    Thread.ofVirtual().start(() -> logger.debug(words)).join();
  }

  /** Runs something on a thread that inherits nothing from this one. */
  private static void apart(Runnable run) throws InterruptedException {
    Thread.ofPlatform().inheritInheritableThreadLocals(false).start(run).join();
  }

  /** What this test has logged. */
  private static List<String> words(LogWatch watch) {
    return watch.lines().stream()
        .filter(line -> line.startsWith("DEBUG "))
        .map(line -> line.substring("DEBUG ".length()).replaceFirst("null.*", ""))
        .filter(line -> line.matches("(mine|theirs|nobody's|a child).*"))
        .toList();
  }
}
