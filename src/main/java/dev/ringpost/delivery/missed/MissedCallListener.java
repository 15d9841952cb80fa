package dev.ringpost.delivery.missed;

import dev.ringpost.delivery.PushReport;

/** The listener to what becomes of calls that may have been missed. Called on any thread. */
public interface MissedCallListener {

  /** A call is over. */
  void ended(End end);

  /** An alert had an outcome, for one try. */
  void pushed(PushReport push);

  /** The end of a call that may have been missed: the values of a meter's tag. */
  enum End {
    /** It was missed, and APNs accepted an alert. */
    TOLD("told"),
    /** Somebody took it. */
    ANSWERED("answered"),
    /** The callee did not want it. */
    DECLINED("declined"),
    /** It was missed, and the callee has no live token for alerts. */
    NO_DEVICE("no_device"),
    /** It was missed, and APNs accepted no alert within all tries. */
    FAILED("failed"),
    /** It rang, and whether somebody took it cannot be known: no server tells of answers. */
    UNTOLD("untold"),
    /** It was looked at so late that what was told of it may be forgotten. */
    FORGOTTEN("forgotten"),
    /** It was dealt with already. */
    REPEAT("repeat"),
    /** The record could not be read: Ringpost did not write it. */
    UNREADABLE("unreadable");

    private final String wire;

    End(String wire) {
      this.wire = wire;
    }

    /** The word in metrics. */
    public String wire() {
      return wire;
    }
  }
}
