package dev.ringpost.testing.guarantees;

import java.util.List;

/** A promise that can be checked against what really happened. */
public interface Guarantee {

  /** Its name, as the design gives it. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** Every breach so far, each in one line that names the record; empty while it holds. */
  List<String> breaches();
}
