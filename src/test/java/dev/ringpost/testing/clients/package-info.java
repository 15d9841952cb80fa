/** Kafka clients that are not Java's, run as programs. */
@NullMarked
package dev.ringpost.testing.clients;

import org.jspecify.annotations.NullMarked;
