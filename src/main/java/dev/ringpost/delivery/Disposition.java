package dev.ringpost.delivery;

import dev.ringpost.call.Flaw;

/** What happens to an invite after an attempt. */
public sealed interface Disposition {

  /** Over: the call's server is told, nothing else remains. */
  record Settled(Verdict verdict) implements Disposition {}

  /** Over by a mistake of ours or the producer's: the server is told, operators get the record. */
  record DeadLetter(Flaw flaw) implements Disposition {}

  /** The partition went to another worker, which rings and tells; from here nothing is said. */
  record Abandoned() implements Disposition {}
}
