package dev.ringpost.bench;

import java.time.Duration;

/** A process whose cost is measured. */
interface Measured {

  /** Processor time since it began, to a hundredth of a second. */
  Duration cpu();

  /** Bytes that it has allocated since it began. */
  long allocatedBytes();
}
