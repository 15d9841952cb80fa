package dev.ringpost.simulation;

/** The kinds of mishap that a simulated run can meet. */
enum Mishap {
  /** A worker is killed. */
  CRASH,
  /** A worker is killed right after it has told a second verdict. */
  CRASH_AFTER_VERDICT,
  /** A worker stands still for less than its session. */
  SHORT_FREEZE,
  /** A worker stands still until its group has given it up. */
  LONG_FREEZE,
  /** A group gives a member up that goes on. */
  EVICTION,
  /** A worker leaves in good order. */
  STOP,
  /** One more worker comes. */
  ONE_MORE,
  /** Partitions are taken from their owner in good order. */
  REVOKE,
  /** No broker is there. */
  OUTAGE,
  /** The broker of a group leaves a question unanswered. */
  SILENT_COORDINATOR,
  /** A clock steps by no more than is let be. */
  SMALL_CLOCK_STEP,
  /** A clock steps by so much that the brokers must set it right. */
  LARGE_CLOCK_STEP,
  /** A producer meets an error that is fatal to it. */
  SPENT_PRODUCER,
  /** Brokers store a record, and their word is lost. */
  LOST_ACKNOWLEDGEMENT,
  /** A producer gives up a record that the brokers may have. */
  GIVEN_UP_RECORD,
  /** APNs takes a push, and its answer is lost. */
  LOST_ANSWER,
  /** An answer comes when its attempt is over. */
  LATE_ANSWER,
  /** APNs answers 503. */
  SERVER_ERROR,
  /** APNs does not accept the credential, which is being exchanged. */
  REFUSED_CREDENTIAL,
  /** APNs answers 429. */
  THROTTLED_PUSH,
  /** APNs calls a token bad, for it is of the other environment. */
  OTHER_ENVIRONMENT,
  /** A connection to APNs ends without a word. */
  CUT_CONNECTION,
  /** No new connection to APNs comes about. */
  REFUSED_CONNECTION,
  /** APNs announces one stream for a new connection. */
  NARROW_CONNECTION,
  /** APNs accepts no more pushes on a connection. */
  GOAWAY,
  /** A breaker sends pushes away untried. */
  OPEN_BREAKER,
  /** An attempt finds the answer to the one before, or waits for it, and writes nothing. */
  RESUMED_PUSH,
  /** APNs calls a token dead. */
  DEAD_TOKEN,
  /** A phone gets a new token. */
  REPLACED_TOKEN,
  /** A dead token comes to life, and is registered again as it was. */
  REVIVED_TOKEN,
  /** A worker reads a signal behind a newer one. */
  REORDERED_SIGNAL,
  /** A worker reads a signal twice. */
  DOUBLED_SIGNAL,
  /** A worker does not read signals for a while. */
  LATE_SIGNALS,
  /** The signals of a call's time are not read in time, so that nobody knows whether it rang. */
  UNHEARD_CALL,
  /** Something is to be told of an accepted call whose record was never known to be committed. */
  UNCOMMITTED_CALL,
  /** A phone gets the alert of a call once more, for the record of the call is read again. */
  ALERTED_AGAIN,
  /** An alert has trouble and is tried again. */
  ALERT_TRIED_AGAIN,
  /** An invite is published again. */
  REPEATED_INVITE,
  /** An invite cannot be read. */
  UNREADABLE_INVITE
}
