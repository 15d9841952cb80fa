package dev.ringpost.apns.diagnosis;

import dev.ringpost.apns.wire.ReasonRow;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.delivery.ApnsResponse;

/** The outcome of a test push; each has an exit code of its own. */
public enum PushEnd {
  /** APNs accepted the push. */
  ACCEPTED,
  /** APNs refused the push: token, topic or payload. */
  REFUSED,
  /** APNs refused the key or certificate. */
  CREDENTIAL,
  /** APNs could not accept it now. */
  TRY_LATER,
  /** There is no way to APNs. */
  UNREACHABLE,
  /** The order itself is impossible. */
  UNUSABLE;

  /** The end of a push that APNs answered. */
  static PushEnd of(ApnsResponse answer) {
    ReasonRow row = ReasonTable.row(answer);
    return switch (row.fault()) {
      case NOBODY -> ACCEPTED;
      case TOKEN, APP, REQUEST, UNKNOWN -> REFUSED;
      case CREDENTIAL -> CREDENTIAL;
      case CONNECTION, RATE, APNS -> TRY_LATER;
    };
  }
}
