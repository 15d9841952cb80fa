package dev.ringpost.call;

/**
 * A SIP Call-ID (RFC 3261, 8.1.1.4) or any other id of a call, 1 to 256 characters. Several invites
 * may share it: forks, and repeats after a 407.
 */
public record CallId(String value) {

  /** Bound on a call id, in characters. */
  public static final int MAX_LENGTH = 256;

  public CallId {
    Bounds.requireText("callId", value, MAX_LENGTH);
  }

  @Override
  public String toString() {
    return value;
  }
}
