package dev.ringpost.call;

/** One installation of one app on one phone, 1 to 256 characters, unique within its user. */
public record DeviceId(String value) {

  /** Bound on a device id, in characters. */
  public static final int MAX_LENGTH = 256;

  public DeviceId {
    Bounds.requireText("deviceId", value, MAX_LENGTH);
  }

  @Override
  public String toString() {
    return value;
  }
}
