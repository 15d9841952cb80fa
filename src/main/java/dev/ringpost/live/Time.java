package dev.ringpost.live;

import dev.ringpost.telemetry.DeliveryMeterName;
import dev.ringpost.telemetry.DirectoryMeterName;
import dev.ringpost.telemetry.MeterName;

/** A time that is shown as a histogram: the one of its meter. */
enum Time {
  VERDICT("verdict", DeliveryMeterName.INVITE_TO_VERDICT),
  WRITTEN("written", DeliveryMeterName.INVITE_TO_WRITTEN),
  ANSWER("answer", DeliveryMeterName.PUSH_TO_ANSWER),
  RING("ring", DirectoryMeterName.RING_THROUGH);

  private final String word;

  @SuppressWarnings("ImmutableEnumChecker") // every meter's name is a constant of an enum
  private final MeterName meter;

  Time(String word, MeterName meter) {
    this.word = word;
    this.meter = meter;
  }

  String word() {
    return word;
  }

  MeterName meter() {
    return meter;
  }
}
