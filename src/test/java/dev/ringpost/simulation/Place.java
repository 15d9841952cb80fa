package dev.ringpost.simulation;

import org.apache.kafka.common.TopicPartition;

/** The place of a record, in the topic from which it was read. */
record Place(TopicPartition partition, long offset) {}
