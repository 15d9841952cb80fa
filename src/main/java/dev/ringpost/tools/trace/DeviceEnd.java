package dev.ringpost.tools.trace;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The end of one device's push in one attempt, as a result tells it.
 *
 * @param device its id
 * @param digest of its token
 * @param app its bundle id
 * @param registered the environment that it is registered for
 * @param pushed the environment that the outcome is from
 * @param outcome the word for it
 * @param detail words for a person; may be empty
 * @param apnsId the push's id
 * @param status APNs' status, if it answered
 * @param reason Apple's word; may be empty
 * @param connection the connection's name; may be empty
 * @param tries how many pushes were written
 * @param millis how long it took
 * @param deaf whether the device was known not to ring for pushes that APNs accepts
 */
record DeviceEnd(
    String device,
    String digest,
    String app,
    String registered,
    String pushed,
    String outcome,
    String detail,
    String apnsId,
    OptionalInt status,
    String reason,
    String connection,
    int tries,
    long millis,
    boolean deaf) {

  boolean accepted() {
    return outcome.equals("accepted");
  }

  /** Whether its end is from another environment than the one it is registered for. */
  boolean isElsewhere() {
    return !registered.isEmpty() && !pushed.equals(registered);
  }

  /** What APNs answered, if it did. */
  Optional<String> answer() {
    return status.isPresent()
        ? Optional.of((status.getAsInt() + " " + reason).strip())
        : Optional.empty();
  }
}
