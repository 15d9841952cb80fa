package dev.ringpost.delivery;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.Flaw;
import java.util.Optional;

/** The decision on an invite after an attempt: done, retried, a dead letter or abandoned. */
public sealed interface Disposition {

  /** What the call's server is told; empty if nothing is said from here. */
  Optional<Verdict> told();

  /** The end of the invite: the call's server is told, nothing else remains. */
  record Final(Verdict verdict) implements Disposition {
    @Override
    public Optional<Verdict> told() {
      return Optional.of(verdict);
    }
  }

  /**
   * The end of the invite by a mistake of ours or the producer's: the server is told, operators get
   * the record.
   */
  record DeadLetter(Flaw flaw) implements Disposition {

    /** What the server is told whenever there is a dead letter. */
    public Verdict verdict() {
      return Verdict.FAILED;
    }

    @Override
    public Optional<Verdict> told() {
      return Optional.of(verdict());
    }
  }

  /**
   * A retry: some device can still be tried.
   *
   * @param next the try to come
   * @param when when it comes
   */
  record Retry(Attempt next, RetryLadder.Next when) implements Disposition {

    /** What the server is told meanwhile. */
    public Verdict verdict() {
      return next.accepted() > 0 ? Verdict.ACCEPTED : Verdict.RETRYING;
    }

    @Override
    public Optional<Verdict> told() {
      return Optional.of(verdict());
    }
  }

  /**
   * The end of this worker's part: the partition went to another worker, which rings and reports;
   * from here nothing is said.
   */
  record Abandoned() implements Disposition {
    @Override
    public Optional<Verdict> told() {
      return Optional.empty();
    }
  }
}
