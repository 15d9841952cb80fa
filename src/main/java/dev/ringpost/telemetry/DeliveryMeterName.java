package dev.ringpost.telemetry;

/** The meters of what becomes of invites. */
public enum DeliveryMeterName implements MeterName {
  INVITES(MeterSpec.counter("ringpost.invites", "Invites decided, by verdict.", "verdict")),
  INVITES_MALFORMED(
      MeterSpec.counter(
          "ringpost.invites.malformed",
          "Records on an invite topic that could not be read, by the dead letter's reason.",
          "reason")),
  RECORDS_SETTLED_AGAIN(
      MeterSpec.counter(
          "ringpost.records.settled.again",
          "Records that Kafka handed out again, and that were settled without another push by what"
              + " the worker knew of them.")),
  PUSHES(
      MeterSpec.counter(
          "ringpost.pushes",
          "Devices that had an outcome, by outcome, app, environment and class of HTTP status"
              + " (none, 2xx, 4xx, 5xx, other). Apps that are not configured are 'other'.",
          "outcome",
          "app",
          "environment",
          "status")),
  INVITE_TO_WRITTEN(
      MeterSpec.timer(
          "ringpost.invite.to.written",
          "From the invite record's timestamp to the moment a push was handed to a connection.")),
  PUSH_TO_ANSWER(
      MeterSpec.timer(
          "ringpost.push.to.answer", "From handing a push to a connection to APNs' answer.")),
  INVITE_TO_VERDICT(
      MeterSpec.timer(
          "ringpost.invite.to.verdict", "From the invite record's timestamp to the verdict.")),
  BUDGET_LEFT(
      MeterSpec.timer(
          "ringpost.push.budget.left",
          "Ringing time left when a push was handed to a connection.")),
  OBJECTIVE(
      MeterSpec.counter(
          "ringpost.objective",
          "Invites with a live device, each once, at its first attempt: kept if APNs accepted a"
              + " push within 2 s of the append, apple if Apple answered late, not at all, with 5xx"
              + " or 429, or if its 5xx keep pushes away from it, refused if it called all their"
              + " tokens bad, else missed; also missed if the caller hung up before it was looked"
              + " at, more than 2 s after the append.",
          "end")),
  RING_VERDICTS(
      MeterSpec.counter(
          "ringpost.ring.verdicts",
          "Accepted calls, by what became of them where call servers tell of ringing: rang, silent,"
              + " ended before either, unheard, for signals could not be read in time, uncommitted,"
              + " for the record was not known to be committed in time, or unwatched, for there"
              + " were too many.",
          "verdict")),
  PUSHES_AGAIN(
      MeterSpec.counter(
          "ringpost.pushes.again",
          "Second pushes to devices of silent calls, with ring.push-again, by outcome and app;"
              + " ringpost_pushes_total does not count them. Apps that are not configured are"
              + " 'other'.",
          "outcome",
          "app")),
  RUNG_AGAIN(
      MeterSpec.counter(
          "ringpost.rung.again",
          "Calls that were to be pushed again, with ring.push-again, by what became of them. Of"
              + " silent ones, until their deadline: rang, silent, ended before either, gone (no"
              + " device that was pushed has a live token any more). Of silent ones and of accepted"
              + " ones that may become so: left_out, for there were too many.",
          "end")),
  MISSED_CALLS(
      MeterSpec.counter(
          "ringpost.missed.calls",
          "Calls that were looked at once they were over, with missed-call.enabled, by what"
              + " became of them: told, answered, declined, no_device (for alerts), failed, untold"
              + " (it rang, and no server tells of answers), forgotten (too late to know), repeat,"
              + " unreadable.",
          "end")),
  ALERTS(
      MeterSpec.counter(
          "ringpost.alerts",
          "Tries to push an alert that tells of a missed call, by outcome and app. Apps that are"
              + " not configured are 'other'.",
          "outcome",
          "app")),
  FLOODED(
      MeterSpec.counter(
          "ringpost.invites.flooded",
          "Invites that rang nobody because too many came within ring.flood-window, by whose limit:"
              + " callee or caller.",
          "limit")),
  RETRIES(
      MeterSpec.counter(
          "ringpost.retries",
          "Invites put on the retry ladder, by the number of the retry.",
          "retry")),
  INVALIDATIONS(
      MeterSpec.counter(
          "ringpost.tokens.invalidated",
          "Tokens called dead, by app and environment.",
          "app",
          "environment")),
  FUSE(
      MeterSpec.gauge(
          "ringpost.tokens.fuse.blown",
          "1 while dead tokens are so many that none is believed.",
          "app",
          "environment"));

  @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
  private final MeterSpec spec;

  DeliveryMeterName(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
