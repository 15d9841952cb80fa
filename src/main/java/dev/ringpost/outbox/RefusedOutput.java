package dev.ringpost.outbox;

import java.time.Instant;

/**
 * An output that Kafka does not accept.
 *
 * @param topic its topic
 * @param since when the oldest record came that waits
 * @param trouble Kafka's last words about it; no record's content
 */
public record RefusedOutput(String topic, Instant since, String trouble) {

  /** One line for a person. */
  @Override
  public String toString() {
    return "Kafka has accepted no records for " + topic + " since " + since + " (" + trouble + ")";
  }
}
