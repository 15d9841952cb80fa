package dev.ringpost.gateway;

/** The end of a record's way to Kafka. */
sealed interface Written {

  /** A record stored by all in-sync replicas, at a place that its results name. */
  record Stored(int partition, long offset) implements Written {}

  /**
   * A record that is not known to be stored. A broker that answers too late may have it.
   *
   * @param why in words, without any value
   */
  record NotStored(String why) implements Written {}
}
