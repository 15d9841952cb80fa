package dev.ringpost.call;

/** The user whose devices ring, 1 to 256 characters, compared byte for byte. */
public record UserId(String value) {

  /** Bound on a user id, in characters. */
  public static final int MAX_LENGTH = 256;

  public UserId {
    Bounds.requireText("callee", value, MAX_LENGTH);
  }

  @Override
  public String toString() {
    return value;
  }
}
