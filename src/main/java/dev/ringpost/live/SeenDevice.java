package dev.ringpost.live;

import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.events.CalleeAs;

/**
 * The outcome of one device in one attempt.
 *
 * @param token the token's digest
 * @param id the digest of the device's id, by which a later {@code rang} finds its device; not
 *     shown
 * @param app the bundle id
 * @param environment where the outcome is from
 * @param outcome its word in results
 * @param status APNs' status, 0 without an answer
 * @param reason APNs' reason, empty without one, at most {@link #MAX_REASON} characters
 * @param tries how often it was handed to a connection
 * @param millis from the order to the outcome
 */
record SeenDevice(
    String token,
    String id,
    String app,
    String environment,
    String outcome,
    int status,
    String reason,
    int tries,
    long millis) {

  /** Bound on a reason: Apple's have 33 characters at most, and a proxy may say anything. */
  static final int MAX_REASON = 64;

  static SeenDevice of(PushReport push) {
    return new SeenDevice(
        push.device().token().digest().value(),
        CalleeAs.digest(push.device().id().value()),
        push.device().app().value(),
        push.environment().wire(),
        push.outcome().code(),
        push.answer().map(ApnsResponse::status).orElse(0),
        push.answer().map(ApnsResponse::reason).map(SeenDevice::cut).orElse(""),
        push.tries(),
        push.took().toMillis());
  }

  private static String cut(String reason) {
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
  }
}
