package dev.ringpost.directory;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of trouble with a topic, the first time and then now and then. Belongs to one thread. */
final class Trouble {

  /** Trouble that goes on is told once in this time. */
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(Trouble.class);

  private final String topic;
  private long nextLine;

  Trouble(String topic, long nanoTime) {
    this.topic = topic;
    this.nextLine = nanoTime;
  }

  void happened(Throwable cause, long nanoTime) {
    if (nanoTime - nextLine >= 0) {
      nextLine = nanoTime + INTERVAL.toNanos();
      log.atWarn()
          .addKeyValue("topic", topic)
          .addKeyValue("cause", cause.toString())
          .log("Topic cannot be followed at the moment; trying again");
    }
  }
}
