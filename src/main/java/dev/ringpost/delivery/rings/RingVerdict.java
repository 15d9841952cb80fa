package dev.ringpost.delivery.rings;

import dev.ringpost.call.DeviceId;
import dev.ringpost.delivery.Verdict.Suggest;
import java.time.Duration;
import java.util.Optional;

/** The second verdict on an invite that APNs accepted a push of. */
public sealed interface RingVerdict {

  /** The word in results and metrics. */
  String wire();

  /** The advice that helps the callee now. */
  Suggest suggest();

  /**
   * The verdict that a device told that it rings.
   *
   * @param device the device
   * @param after from the first push that was written to the reading of the signal; empty if it
   *     rang before, or if another worker wrote that push
   */
  record Rang(DeviceId device, Optional<Duration> after) implements RingVerdict {

    /** The word of this verdict. */
    public static final String WIRE = "rang";

    @Override
    public String wire() {
      return WIRE;
    }

    @Override
    public Suggest suggest() {
      return Suggest.NONE;
    }
  }

  /** The verdict that no device told so in time. */
  record Silent() implements RingVerdict {

    /** The word of this verdict. */
    public static final String WIRE = "silent";

    @Override
    public String wire() {
      return WIRE;
    }

    @Override
    public Suggest suggest() {
      return Suggest.VOICEMAIL;
    }
  }
}
