package dev.ringpost.testing.guarantees;

import java.time.Instant;

/** A time in which a network delivered what it had held back. */
record Carriage(Instant from, Instant to) {
  boolean covers(Instant moment) {
    return !moment.isBefore(from) && !moment.isAfter(to);
  }
}
