package dev.ringpost.delivery.rings;

import dev.ringpost.delivery.PushReport;

/** A listener to what became of accepted calls; for measurement only. Called on any thread. */
public interface RingListener {

  /** A second verdict was told. */
  void told(RingVerdict verdict);

  /** A call ended before anything was to be told of it. */
  void ended();

  /** A call's time was over before the signals of that time could be read. */
  void unheard();

  /** Nothing was told of a call, for its record was not known to be committed in time. */
  void uncommitted();

  /** There were too many calls to watch one more. */
  void unwatched();

  /** A second push had its outcome. */
  void pushedAgain(PushReport push);

  /** A silent call that was to be rung again is over, or a call is left out. */
  void rungAgain(AgainEnd end);

  /** The end of a call that was to be rung again if it is silent: the values of a meter's tag. */
  enum AgainEnd {
    /** A device told that it rings after all. */
    RANG("rang"),
    /** No device did until the deadline. */
    SILENT("silent"),
    /** The call ended before either. */
    ENDED("ended"),
    /** No device that was pushed has a live token any more. */
    GONE("gone"),
    /** There were too many to ring one more again, or to keep one more that may be silent. */
    LEFT_OUT("left_out");

    private final String wire;

    AgainEnd(String wire) {
      this.wire = wire;
    }

    /** The word in metrics. */
    public String wire() {
      return wire;
    }
  }
}
