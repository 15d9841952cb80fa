package dev.ringpost.directory;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a topic in words, and the log of its trouble: the first time at once, then now and
 * then. Belongs to one thread, but for {@link #words}.
 */
final class TroubleLog {

  /** Trouble that goes on is told once in this time. */
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(TroubleLog.class);

  private final String topic;
  private long nextLine;
  private boolean missing;
  private volatile String state = "has not been looked at yet";
  private volatile String partitions = "";

  TroubleLog(String topic, long nanoTime) {
    this.topic = topic;
    this.nextLine = nanoTime;
  }

  /** How it stands. */
  String words() {
    String own = partitions;
    return "topic " + topic + " " + state + (own.isEmpty() ? "" : ": " + own);
  }

  /** The topic cannot be read. */
  void happened(Throwable cause, long nanoTime) {
    state = "cannot be read: " + cause.getMessage();
    if (nanoTime - nextLine >= 0) {
      nextLine = nanoTime + INTERVAL.toNanos();
      log.atWarn()
          .addKeyValue("topic", topic)
          .addKeyValue("cause", cause.toString())
          .log("Topic cannot be followed at the moment; trying again");
    }
  }

  /** Some of its partitions are not read, and why; empty if all are. */
  void ofPartitions(String words) {
    if (!words.equals(partitions)) {
      partitions = words;
      log.atWarn()
          .addKeyValue("topic", topic)
          .addKeyValue("partitions", words.isEmpty() ? "all are read again" : words)
          .log("Partitions that are not read at the moment");
    }
  }

  void isRead() {
    state = "is being read";
  }

  void isThere(List<Integer> leaderless) {
    missing = false;
    String leaders = leaderless.isEmpty() ? "" : "; no leader for partitions " + leaderless;
    state = "is being read" + leaders;
  }

  void isMissing() {
    state = "does not exist";
    if (!missing) {
      log.atWarn().addKeyValue("topic", topic).log("Topic does not exist; waiting for it");
    }
    missing = true;
  }
}
