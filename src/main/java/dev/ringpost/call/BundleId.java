package dev.ringpost.call;

/** An app's bundle identifier as Apple knows it, such as {@code com.example.phone}. */
public record BundleId(String value) {

  /** Bound on a bundle id, in characters; Apple's own bound is 155. */
  public static final int MAX_LENGTH = 155;

  public BundleId {
    Bounds.requireText("bundleId", value, MAX_LENGTH);
  }

  /** The {@code apns-topic} of VoIP pushes to this app: the bundle id and {@code .voip}. */
  public String voipTopic() {
    return value + ".voip";
  }

  @Override
  public String toString() {
    return value;
  }
}
