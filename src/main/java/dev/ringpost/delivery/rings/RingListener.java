package dev.ringpost.delivery.rings;

/** A listener to what became of accepted calls; for measurement only. */
public interface RingListener {

  /** A second verdict was told. */
  void told(RingVerdict verdict);

  /** A call ended before anything was to be told of it. */
  void ended();

  /** There were too many calls to watch one more. */
  void unwatched();
}
