package dev.ringpost.apns.payload;

import java.util.Optional;

/**
 * The settings of the payload that an app's phones get.
 *
 * @param shape where the values of a call stand in it
 * @param caller what it says of the caller
 * @param alert what tells of a missed call; empty if nothing does
 */
public record PayloadSettings(
    PayloadShape shape, CallerShown caller, Optional<AlertSettings> alert) {

  /** Settings of an app whose phones are told of no missed calls. */
  public PayloadSettings(PayloadShape shape, CallerShown caller) {
    this(shape, caller, Optional.empty());
  }

  /** The same with what tells of a missed call. */
  public PayloadSettings with(Optional<AlertSettings> telling) {
    return new PayloadSettings(shape, caller, telling);
  }

  /** What an app gets for which nothing is set. */
  public static final PayloadSettings DEFAULT =
      new PayloadSettings(new PayloadShape.Own("call"), CallerShown.FULL);
}
