package dev.ringpost.apns;

import dev.ringpost.apns.wire.ReasonTable.TokenWord;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;

/**
 * The rule of what follows when something happens to a try: APNs answers it, it ends without an
 * answer, its write is refused, it is given up, or the time of its attempt is over. Pure: it
 * decides from what it is given, and knows no connection, clock or future.
 */
final class TryRule {

  /**
   * Bound on tries within one attempt, the first among them. A second connection helps if the first
   * one broke; if two broke, the fault is hardly the connection's. The other environment is tried
   * all the same.
   */
  static final int MAX_TRIES = 3;

  /**
   * A push when something happened to one of its tries, as the route of that try sees it.
   *
   * @param over whether it has its outcome
   * @param here whether it is still tried on this route, and not in its second environment
   * @param underWay whether another try is under way where it is tried
   * @param tries how many tries were begun, in both environments
   * @param hadAnswerSetAside whether an answer about a connection was set aside before
   * @param moved whether this is its second environment
   * @param mayMove whether there is another environment, which was not asked yet
   * @param routeOpen whether this route may still try pushes
   */
  record State(
      boolean over,
      boolean here,
      boolean underWay,
      int tries,
      boolean hadAnswerSetAside,
      boolean moved,
      boolean mayMove,
      boolean routeOpen) {

    private boolean mayTryAgain() {
      return routeOpen && TryRule.mayTryAgain(over, tries);
    }
  }

  /** The step after an answer. */
  enum AfterAnswer {
    /** The push has its outcome; the next attempt may ask for the answer. */
    KEEP_FOR_NEXT_ATTEMPT,
    /** The answer counts only if the try under way brings none. */
    SET_ASIDE,
    /** The answer counts only if another try brings none. */
    SET_ASIDE_AND_TRY_AGAIN,
    /** The second environment is asked. */
    MOVE,
    /** The answer is the push's. */
    END,
    /** The answer is the push's, and tells the environment of its token. */
    END_AND_LEARN_HERE,
    /** The answer is the push's, and its token belongs to neither environment. */
    END_AND_LEARN_NOWHERE,
    /** The second environment decides, and is being asked. */
    NOTHING
  }

  /** The step after an end without an answer. */
  enum AfterNoAnswer {
    TRY_AGAIN,
    /** The attempt ends; another one may be made. */
    GIVE_UP,
    /** The push has its outcome, or another try at it is under way. */
    NOTHING
  }

  private TryRule() {}

  /** Whether a push may be tried once more within its attempt. */
  static boolean mayTryAgain(boolean over, int tries) {
    return !over && tries < MAX_TRIES;
  }

  /**
   * What follows an answer. One that says something of the connection and not of the push is set
   * aside, once: two such answers are no chance.
   *
   * @param connectionsFault whether another connection may answer otherwise
   * @param word what the answer says of the token's environment
   */
  static AfterAnswer answered(State push, boolean connectionsFault, TokenWord word) {
    if (push.over()) {
      return AfterAnswer.KEEP_FOR_NEXT_ATTEMPT;
    }
    if (connectionsFault
        && push.here()
        && !push.hadAnswerSetAside()
        && mayTryAgain(push.over(), push.tries())) {
      if (push.underWay()) {
        return AfterAnswer.SET_ASIDE;
      }
      return push.routeOpen() ? AfterAnswer.SET_ASIDE_AND_TRY_AGAIN : AfterAnswer.END;
    }
    return switch (word) {
      case KNOWN -> push.moved() ? AfterAnswer.END_AND_LEARN_HERE : AfterAnswer.END;
      case NONE -> AfterAnswer.END;
      case UNKNOWN -> {
        if (!push.here()) {
          yield AfterAnswer.NOTHING;
        }
        if (push.mayMove()) {
          yield AfterAnswer.MOVE;
        }
        yield push.moved() ? AfterAnswer.END_AND_LEARN_NOWHERE : AfterAnswer.END;
      }
    };
  }

  /**
   * What follows an end without APNs' word on the push. Whether APNs has seen the push makes no
   * difference, since the phone takes both for one call.
   */
  static AfterNoAnswer unanswered(State push) {
    if (push.over() || push.underWay() || !push.here()) {
      return AfterNoAnswer.NOTHING;
    }
    return push.mayTryAgain() ? AfterNoAnswer.TRY_AGAIN : AfterNoAnswer.GIVE_UP;
  }

  /**
   * What follows when a try is given up that has no end: it may still bring its answer, and until
   * then the time of the attempt bounds the push.
   */
  static AfterNoAnswer gaveUpOn(State push) {
    return push.here() && push.mayTryAgain() ? AfterNoAnswer.TRY_AGAIN : AfterNoAnswer.NOTHING;
  }

  /**
   * Why an attempt whose time is over has no answer.
   *
   * @param underWay whether a try is under way
   * @param written whether any try was written
   * @param anyOpen whether any connection of the route is up
   */
  static RetryReason outOfTime(boolean underWay, boolean written, boolean anyOpen) {
    if (underWay) {
      return RetryReason.NO_ANSWER;
    }
    return anyOpen && !written ? RetryReason.BUSY : RetryReason.CONNECTION;
  }

  /**
   * Whether an answer that was set aside is the push's after all: nothing more was tried, for want
   * of time.
   *
   * @param answered whether the outcome is that of an answer
   */
  static boolean setAsideCounts(PushOutcome outcome, boolean answered, boolean underWay) {
    return !answered
        && !underWay
        && (outcome instanceof TryAgain || outcome.equals(new NotSent(NotSentReason.LATE)));
  }

  /**
   * Whether what the first environment said counts: the second one knows no better. One that may
   * know better in a moment is asked again, for a good token must not be called bad meanwhile. One
   * that has never accepted the credential may never do so; one that has may do it again, for
   * credentials are exchanged.
   *
   * @param secondServed whether the second environment has ever accepted the credential
   */
  static boolean firstEnvironmentCounts(
      PushOutcome first, PushOutcome second, boolean secondServed) {
    return switch (second) {
      case TryAgain(RetryReason cause) ->
          switch (cause) {
            case CREDENTIAL -> !secondServed;
            case NO_ANSWER, CONNECTION, BUSY, SERVER, THROTTLED, ROUTE_DOWN, SERVER_DOWN, LEAVING ->
                false;
          };
      case Accepted _, Unregistered _, Refused _, NotSent _ -> second.equals(first);
    };
  }
}
