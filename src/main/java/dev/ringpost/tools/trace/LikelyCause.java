package dev.ringpost.tools.trace;

import dev.ringpost.delivery.Verdict;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import dev.ringpost.tools.trace.Sighting.Invited;
import dev.ringpost.tools.trace.Sighting.Looked;
import dev.ringpost.tools.trace.Sighting.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rule that finds the likely cause of how an invite went: only from what was seen, the verdict
 * first, then what explains it.
 */
final class LikelyCause {

  /** From here on it was published late: clocks of servers differ by less. */
  private static final Duration LATE = Duration.ofSeconds(3);

  private final InviteTrace trace;

  /** When the records were read. */
  private final Instant now;

  private LikelyCause(InviteTrace trace, Instant now) {
    this.trace = trace;
    this.now = now;
  }

  static Cause of(InviteTrace trace, Instant now) {
    return new LikelyCause(trace, now).cause();
  }

  private Cause cause() {
    Optional<Told> told = trace.verdict();
    if (told.isEmpty()) {
      return UntoldCause.of(trace);
    }
    Told last = told.get();
    return verdict(last.verdict())
        .map(verdict -> of(verdict, last))
        .orElseGet(
            () ->
                new Cause(
                    CauseCode.UNKNOWN_VERDICT,
                    "The verdict is " + last.verdict() + ", which this version does not know.",
                    "Ask with the version of the workers."));
  }

  private static Optional<Verdict> verdict(String word) {
    return Arrays.stream(Verdict.values()).filter(it -> it.wire().equals(word)).findFirst();
  }

  private Cause of(Verdict verdict, Told told) {
    return switch (verdict) {
      case ACCEPTED -> AcceptedCause.of(trace, told);
      case RETRYING -> retrying(told);
      case NOT_NEEDED -> notNeeded(told);
      case ENDED -> ended(told);
      case NO_DEVICES -> noDevices(told);
      case ALL_DEAD -> allDead(told);
      case EXPIRED -> expired(told);
      case DUPLICATE ->
          new Cause(
              CauseCode.DUPLICATE,
              "It repeats an invite with the same callId and callee, which rings or has rung.",
              "Give each call an id of its own; look at the other invite below.");
      case FAILED -> failed(told);
    };
  }

  private Cause retrying(Told told) {
    String why = CauseWords.why(told);
    boolean over = trace.expiresAt().map(it -> it.isBefore(now)).orElse(false);
    return over
        ? new Cause(
            CauseCode.RETRY_LOST_SIGHT_OF,
            "Try " + told.attempt() + " did not succeed" + why + ", and no result followed.",
            "Look whether workers read the retry topics, and later than this: --window.")
        : new Cause(
            CauseCode.RETRYING,
            "It is being tried; try " + told.attempt() + " did not succeed" + why + ".",
            "");
  }

  private Cause notNeeded(Told told) {
    return new Cause(
        CauseCode.NOT_NEEDED,
        "No push was needed at "
            + CauseWords.time(told.at())
            + ": every device is in excludeDevices or rings already.",
        "If none rang, look at who writes excludeDevices and ringing signals.");
  }

  private Cause ended(Told told) {
    Optional<Signal> end =
        trace.signal(
            SignalType.CANCELLED, SignalType.ENDED, SignalType.DECLINED, SignalType.ANSWERED);
    return end.map(
            signal ->
                new Cause(
                    CauseCode.ENDED_EARLY,
                    "The call was "
                        + signal.type().wire()
                        + " at "
                        + CauseWords.time(signal.at())
                        + ", before a phone could ring; the invite is of "
                        + CauseWords.time(trace.since())
                        + ".",
                    "If the caller was still there, look at who writes that signal."))
        .orElseGet(
            () ->
                new Cause(
                    CauseCode.ENDED_EARLY,
                    "The call had ended by "
                        + CauseWords.time(told.at())
                        + ", before a phone could ring.",
                    "If the caller was still there, look at who writes call-signals."));
  }

  private Cause noDevices(Told told) {
    String who = trace.callee().isEmpty() ? "The callee" : trace.callee();
    return switch (told.reason()) {
      case "other_app" ->
          new Cause(
              CauseCode.OTHER_APP,
              who
                  + " has "
                  + told.looked().map(Looked::otherApp).orElse(0)
                  + " devices, but none with the app that the invite asks for"
                  + trace
                      .invited()
                      .flatMap(it -> it.invite().app())
                      .map(it -> ", " + it.value())
                      .orElse("")
                  + ".",
              "Correct app in the invite, or bundleId in the registration.");
      case "unreadable_registration" ->
          new Cause(
              CauseCode.UNREADABLE_REGISTRATION,
              who + " has a registration that cannot be read, and no other.",
              "A worker's log names its key and what is wrong; register the device again.");
      case "other_user" ->
          new Cause(
              CauseCode.OTHER_USER,
              who
                  + " has registered an iPhone, but at "
                  + CauseWords.time(told.at())
                  + " its token was another user's, who registered it later, or of too many users.",
              "If it is the callee's again, let the app register there once more; remove the token"
                  + " of whoever signs out, by a tombstone.");
      default -> notRegistered(told, who);
    };
  }

  private Cause notRegistered(Told told, String who) {
    // A result of a worker before this field does not tell a token that has gone to another user.
    boolean othersAreTold = told.looked().flatMap(Looked::otherUser).isPresent();
    return new Cause(
        CauseCode.NOT_REGISTERED,
        "No iPhone of "
            + who
            + " was registered at "
            + CauseWords.time(told.at())
            + (othersAreTold ? "." : ", or another user registered its token later."),
        "Compare the callee of the invite with the keys of the registrations: ringpost tokens list."
            + (othersAreTold
                ? ""
                : " Where it shows a live device, search for its token under other users."));
  }

  private Cause allDead(Told told) {
    Optional<DeviceEnd> refused =
        told.devices().stream().filter(it -> it.outcome().equals("bad_device_token")).findFirst();
    if (refused.isPresent()) {
      DeviceEnd device = refused.get();
      return new Cause(
          CauseCode.WRONG_ENVIRONMENT,
          "The token of "
              + CauseWords.name(device)
              + " was registered for "
              + device.registered()
              + "; APNs refused it in "
              + device.pushed()
              + " at "
              + CauseWords.time(told.at())
              + device.answer().map(it -> " (" + it + ")").orElse("")
              + ".",
          "Mend the registration: the environment that the app is built for, the app's bundle id,"
              + " and the token that it has now.");
    }
    Optional<DeviceEnd> gone =
        told.devices().stream().filter(it -> it.outcome().equals("token_gone")).findFirst();
    String fix = OutcomeWords.GONE.fix();
    if (gone.isPresent()) {
      return new Cause(
          CauseCode.DEAD_TOKEN,
          "APNs said at "
              + CauseWords.time(told.at())
              + " that the token of "
              + CauseWords.name(gone.get())
              + " is dead"
              + gone.get().answer().map(it -> " (" + it + ")").orElse("")
              + ".",
          fix);
    }
    return new Cause(
        CauseCode.DEAD_TOKEN,
        "Every token of the callee is dead: "
            + told.dead().stream().map(CauseWords::dead).collect(Collectors.joining(", "))
            + ".",
        fix);
  }

  private Cause expired(Told told) {
    if (told.reason().equals("clock_skew") && !isLongOver()) {
      return new Cause(
          CauseCode.CLOCK_SKEW,
          "It was over before it was appended, only just: its deadline was "
              + trace.expiresAt().map(CauseWords::time).orElse("earlier")
              + ", the record is of "
              + CauseWords.time(trace.since())
              + ". The sender's clock is behind, or it was sent too late.",
          "Set the clock of the call server (NTP), and give its producer a short time-out.");
    }
    Optional<DeviceEnd> tried =
        trace.told().stream()
            .flatMap(it -> it.devices().stream())
            .filter(it -> !it.accepted() && !it.outcome().equals("late"))
            .findFirst();
    if (tried.isPresent()) {
      OutcomeWords.Words words = OutcomeWords.of(tried.get());
      return new Cause(
          CauseCode.EXPIRED_TRYING,
          "No try succeeded until the deadline: "
              + CauseWords.name(tried.get())
              + ": "
              + words.meaning()
              + ".",
          words.fix());
    }
    Optional<Invited> invited = trace.invited();
    if (invited.isPresent()) {
      Instant appended = invited.get().place().timestamp();
      Duration before = Duration.between(invited.get().invite().invitedAt(), appended);
      if (before.compareTo(LATE) > 0 && isOfThePublisher(appended, before, told)) {
        return new Cause(
            CauseCode.PUBLISHED_LATE,
            "The invite was appended "
                + CauseWords.seconds(before)
                + " s after it was asked for, and its deadline was "
                + trace.expiresAt().map(CauseWords::time).orElse("over")
                + ".",
            "Look why the call server published it so late; bound its producer's time-out.");
      }
      return new Cause(
          CauseCode.HANDLED_LATE,
          "The invite was appended at "
              + CauseWords.time(appended)
              + " and handled "
              + CauseWords.seconds(Duration.between(appended, told.at()))
              + " s later, after its deadline.",
          "Look at the lag and at restarts of the workers at that time.");
    }
    return new Cause(
        CauseCode.EXPIRED,
        "Its deadline had passed at " + CauseWords.time(told.at()) + ".",
        "Look earlier: --around.");
  }

  /** Whether it was over when it was appended, or waited for longer before that than after. */
  private boolean isOfThePublisher(Instant appended, Duration before, Told told) {
    boolean wasOver =
        trace.expiresAt().filter(deadline -> !appended.isBefore(deadline)).isPresent();
    return wasOver || before.compareTo(Duration.between(appended, told.at())) > 0;
  }

  /** Whether the deadline had passed for so long that no clock explains it. */
  private boolean isLongOver() {
    return trace
        .expiresAt()
        .map(deadline -> Duration.between(deadline, trace.since()).compareTo(LATE) > 0)
        .orElse(false);
  }

  private Cause failed(Told told) {
    return switch (told.reason()) {
      case "flood" -> CauseWords.flood(told.detail());
      case "view_behind" -> CauseWords.viewBehind(told);
      case "retry_not_stored" -> CauseWords.retryNotStored(told);
      default ->
          told.devices().stream()
              .filter(it -> it.outcome().equals(told.reason()))
              .findFirst()
              .or(() -> told.devices().stream().findFirst())
              .map(it -> failed(told, it))
              .orElseGet(() -> CauseWords.flaw(told.reason(), told.detail()));
    };
  }

  private static Cause failed(Told told, DeviceEnd end) {
    OutcomeWords.Words words = OutcomeWords.of(end);
    return new Cause(
        end.outcome(),
        CauseWords.name(end)
            + ": "
            + words.meaning()
            + end.answer().map(it -> " (" + it + ", " + end.pushed() + ")").orElse("")
            + ", at "
            + CauseWords.time(told.at())
            + ".",
        words.fix());
  }
}
