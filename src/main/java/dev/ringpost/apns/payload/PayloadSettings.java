package dev.ringpost.apns.payload;

/**
 * The settings of the payload that an app's phones get.
 *
 * @param shape where the values of a call stand in it
 * @param caller what it says of the caller
 */
public record PayloadSettings(PayloadShape shape, CallerShown caller) {

  /** What an app gets for which nothing is set. */
  public static final PayloadSettings DEFAULT =
      new PayloadSettings(new PayloadShape.Own("call"), CallerShown.FULL);
}
