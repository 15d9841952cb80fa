package dev.ringpost.call;

import java.time.Instant;

/**
 * The place of a record in Kafka, which identifies it for good.
 *
 * @param timestamp the record's timestamp: when it was appended, on topics that Ringpost made
 */
public record Origin(String topic, int partition, long offset, Instant timestamp) {

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
