package dev.ringpost.delivery;

/**
 * The response of APNs to one push.
 *
 * @param status the HTTP status
 * @param reason Apple's word, empty where there was none (200, and bodies that got lost)
 */
public record ApnsResponse(int status, String reason) {

  /** Bound on a reason, in characters; Apple's longest has 27. */
  public static final int MAX_REASON_LENGTH = 64;

  private static final int TAKEN = 200;

  public ApnsResponse {
    if (reason.length() > MAX_REASON_LENGTH) {
      reason = reason.substring(0, MAX_REASON_LENGTH);
    }
  }

  /** Whether APNs took the push. */
  public boolean accepted() {
    return status == TAKEN;
  }
}
