/** The back door: the one Kafka producer, through which results and dead letters leave. */
@NullMarked
package dev.ringpost.outbox;

import org.jspecify.annotations.NullMarked;
