package dev.ringpost.tools.trace;

/**
 * The code of a likely cause that a trace itself finds. Beside these, causes have the outcome of a
 * device or the reason of a dead letter as their code.
 */
enum CauseCode {
  /** A device told that it rings, or the call was answered. */
  RANG("rang"),
  /** APNs accepted a push at once, and nothing tells of ringing. */
  ACCEPTED_NOT_RUNG("accepted_not_rung"),
  /** APNs accepted a push after tries that failed, and nothing tells of ringing. */
  ACCEPTED_LATE("accepted_late"),
  /** APNs accepted a push, and a worker said that no device rang. */
  SILENT("silent"),
  /** The token is one of another environment than it is registered for, or of none. */
  WRONG_ENVIRONMENT("wrong_environment"),
  /** APNs called the token dead. */
  DEAD_TOKEN("dead_token"),
  /** Nobody has registered a device for the callee. */
  NOT_REGISTERED("not_registered"),
  /** The callee has devices, but none with the app of the invite. */
  OTHER_APP("other_app"),
  /** Another user registered the token of the callee's device later. */
  OTHER_USER("other_user"),
  /** The callee's only registration cannot be read. */
  UNREADABLE_REGISTRATION("unreadable_registration"),
  /** It was published long after it was asked for. */
  PUBLISHED_LATE("published_late"),
  /** It was over when it was appended, only just. */
  CLOCK_SKEW("clock_skew"),
  /** It waited for a worker until its deadline had passed. */
  HANDLED_LATE("handled_late"),
  /** No try succeeded until its deadline. */
  EXPIRED_TRYING("expired_trying"),
  /** Its deadline had passed, and the invite itself was not seen. */
  EXPIRED("expired"),
  /** The call was over before a push could be written. */
  ENDED_EARLY("ended_early"),
  /** Every device is excluded or rings already. */
  NOT_NEEDED("not_needed"),
  /** It repeats another invite. */
  DUPLICATE("duplicate"),
  /** Callee or caller had more invites than may ring. */
  FLOOD("flood"),
  /** A worker could not read the registrations in time. */
  VIEW_BEHIND("view_behind"),
  /** Kafka refuses the record of the next try for good. */
  RETRY_NOT_STORED("retry_not_stored"),
  /** It failed, and the result says no more. */
  FAILED("failed"),
  /** It is being tried. */
  RETRYING("retrying"),
  /** A try failed, and nothing followed until the deadline. */
  RETRY_LOST_SIGHT_OF("retry_lost_sight_of"),
  /** The result has a verdict of a later version. */
  UNKNOWN_VERDICT("unknown_verdict"),
  /** Nobody reads the invite's partition. */
  NO_OWNER("no_owner"),
  /** A worker owns the partition, and has not come so far. */
  NOT_HANDLED_YET("not_handled_yet"),
  /** The group has passed the invite, and no result is there. */
  RESULT_NOT_SEEN("result_not_seen"),
  /** No result is there, and the invite itself was not seen. */
  NO_VERDICT("no_verdict"),
  /** There are signals of the call, and no invite. */
  NO_INVITE("no_invite"),
  /** There is nothing of the call. */
  NOT_SEEN("not_seen");

  private final String wire;

  CauseCode(String wire) {
    this.wire = wire;
  }

  /** The word for machines. */
  String wire() {
    return wire;
  }
}
