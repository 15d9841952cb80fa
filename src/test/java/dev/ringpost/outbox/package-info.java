/** The back door, with Kafka's own mock and an embedded Kafka. */
@NullMarked
package dev.ringpost.outbox;

import org.jspecify.annotations.NullMarked;
