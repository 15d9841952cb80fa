package dev.ringpost.telemetry;

import java.util.List;

/**
 * Every meter of Ringpost: its name in Micrometer's dotted form, what it is, its unit, its tags and
 * what it tells an operator. {@code docs/metrics.md} is compared with this file in a test. No tag
 * ever holds a user, a token, a call or free text of Apple's.
 */
public enum MeterName {
  // delivery
  INVITES("ringpost.invites", Kind.COUNTER, "", "Invites decided, by verdict.", List.of("verdict")),
  INVITES_MALFORMED(
      "ringpost.invites.malformed",
      Kind.COUNTER,
      "",
      "Records on an invite topic that could not be read, by the dead letter's reason.",
      List.of("reason")),
  PUSHES(
      "ringpost.pushes",
      Kind.COUNTER,
      "",
      "Devices that had an outcome, by outcome, app, environment and class of HTTP status"
          + " (none, 2xx, 4xx, 5xx, other). Apps that are not configured are 'other'.",
      List.of("outcome", "app", "environment", "status")),
  INVITE_TO_WRITTEN(
      "ringpost.invite.to.written",
      Kind.TIMER,
      "seconds",
      "From the invite record's timestamp to the moment a push was handed to a connection.",
      List.of()),
  PUSH_TO_ANSWER(
      "ringpost.push.to.answer",
      Kind.TIMER,
      "seconds",
      "From handing a push to a connection to APNs' answer.",
      List.of()),
  INVITE_TO_VERDICT(
      "ringpost.invite.to.verdict",
      Kind.TIMER,
      "seconds",
      "From the invite record's timestamp to the verdict.",
      List.of()),
  BUDGET_LEFT(
      "ringpost.push.budget.left",
      Kind.TIMER,
      "seconds",
      "Ringing time left when a push was handed to a connection.",
      List.of()),

  OBJECTIVE(
      "ringpost.objective",
      Kind.COUNTER,
      "",
      "Invites with a live device, each once, at its first attempt: kept if APNs took a push within"
          + " 2 s of the append, apple if Apple answered late, not at all, with 5xx or 429, or if"
          + " its 5xx keep pushes away from it, else missed.",
      List.of("end")),

  RETRIES(
      "ringpost.retries",
      Kind.COUNTER,
      "",
      "Invites put on the retry ladder, by rung.",
      List.of("rung")),
  INVALIDATIONS(
      "ringpost.tokens.invalidated",
      Kind.COUNTER,
      "",
      "Tokens called dead, by app and environment.",
      List.of("app", "environment")),
  FUSE(
      "ringpost.tokens.fuse.blown",
      Kind.GAUGE,
      "",
      "1 while dead tokens are so many that none is believed.",
      List.of("app", "environment")),

  // intake
  INVITES_IN_FLIGHT(
      "ringpost.invites.in.flight",
      Kind.GAUGE,
      "",
      "Invites being rung, each holding one of the places in flight.",
      List.of("source")),
  INVITES_WAITING(
      "ringpost.invites.waiting",
      Kind.GAUGE,
      "",
      "Invites read from Kafka that wait for a place in flight.",
      List.of("source")),
  LEDGER_SPAN(
      "ringpost.ledger.span",
      Kind.GAUGE,
      "",
      "Offsets from the oldest unsettled invite to the newest read, of the partition where they"
          + " are most.",
      List.of("source")),
  OLDEST_UNSETTLED(
      "ringpost.invites.oldest.unsettled",
      Kind.GAUGE,
      "seconds",
      "Age of the oldest invite that was read and is not settled.",
      List.of("source")),
  INVITES_GIVEN_UP(
      "ringpost.invites.given.up",
      Kind.COUNTER,
      "",
      "Invites given up by a fault of Ringpost's, without a verdict; the log names each.",
      List.of("source")),
  CLOCK_SKEWED(
      "ringpost.invites.clock.skew",
      Kind.COUNTER,
      "",
      "Invites whose sender's clock disagrees with the worker's: ahead by more than 2 s, or behind,"
          + " so that they were over before their append.",
      List.of("clock")),
  CUSTOM_FIELDS_DROPPED(
      "ringpost.invites.custom.dropped",
      Kind.COUNTER,
      "",
      "Fields of custom that were dropped, for they have a name that the payload itself uses.",
      List.of()),
  PARTITIONS(
      "ringpost.partitions",
      Kind.GAUGE,
      "",
      "Partitions that this worker owns.",
      List.of("source")),
  OWNERLESS(
      "ringpost.partition.ownerless",
      Kind.TIMER,
      "seconds",
      "How long a partition had no owner before this worker got it, by the former owner's last"
          + " commit.",
      List.of("source")),
  REBALANCES(
      "ringpost.rebalances",
      Kind.COUNTER,
      "",
      "Changes of ownership of partitions: assigned, revoked or lost.",
      List.of("source", "change")),
  COMMITS(
      "ringpost.commits",
      Kind.COUNTER,
      "",
      "Offset commits, by how they ended: done or failed.",
      List.of("source", "end")),

  RETRY_LATENESS(
      "ringpost.retry.lateness",
      Kind.TIMER,
      "seconds",
      "From the moment that a retry was due to the moment that it was taken.",
      List.of()),

  // directory
  VIEW_ENTRIES("ringpost.view.entries", Kind.GAUGE, "", "Entries of a view.", List.of("view")),
  VIEW_BYTES(
      "ringpost.view.memory", Kind.GAUGE, "bytes", "Memory that a view holds.", List.of("view")),
  VIEW_LAG(
      "ringpost.view.lag",
      Kind.GAUGE,
      "",
      "Records of a view's topic that are not read yet.",
      List.of("view")),
  VIEW_BEHIND(
      "ringpost.view.behind",
      Kind.GAUGE,
      "seconds",
      "How long a view has not been at the end of its topic.",
      List.of("view")),
  VIEW_LOADED(
      "ringpost.view.loaded",
      Kind.GAUGE,
      "",
      "1 once a view has been read to the end that its topic had at start.",
      List.of("view")),
  VIEW_SKIPPED(
      "ringpost.view.skipped",
      Kind.COUNTER,
      "",
      "Records of a view's topic that give no entry: unreadable, of another provider than"
          + " Apple, or of an unknown type.",
      List.of("view", "reason")),
  SIGNALS(
      "ringpost.signals",
      Kind.COUNTER,
      "",
      "Signals of calls that were read, by type.",
      List.of("type")),
  SIGNALS_FORGOTTEN(
      "ringpost.signals.forgotten",
      Kind.COUNTER,
      "",
      "Signals that were forgotten before ring.max was over, for there were too many at once.",
      List.of()),
  RING_THROUGH(
      "ringpost.ring.through",
      Kind.TIMER,
      "seconds",
      "From handing a push that APNs did not refuse to a connection to reading the signal that its"
          + " device rings, once for each device and call.",
      List.of()),

  // apns
  APNS_ANSWERS(
      "ringpost.apns.answers",
      Kind.COUNTER,
      "",
      "Answers of APNs by HTTP status and Apple's reason (unknown ones are 'other').",
      List.of("environment", "status", "reason")),
  APNS_IN_FLIGHT(
      "ringpost.apns.in.flight",
      Kind.GAUGE,
      "",
      "Pushes handed to a route's connections and not answered.",
      List.of("app", "environment")),
  APNS_STREAM_LIMIT(
      "ringpost.apns.stream.limit",
      Kind.GAUGE,
      "",
      "Pushes that a route may have in flight now: over its lanes, the smaller of the setting and"
          + " what APNs announced.",
      List.of("app", "environment")),
  APNS_LANES_OPEN(
      "ringpost.apns.lanes.open",
      Kind.GAUGE,
      "",
      "Lanes of a route that have a connection.",
      List.of("app", "environment")),
  APNS_LANES_REPLACED(
      "ringpost.apns.lanes.replaced",
      Kind.COUNTER,
      "",
      "Lanes given up for a new one, by reason.",
      List.of("app", "environment", "reason")),
  APNS_ROUTE_DOWN(
      "ringpost.apns.route.down",
      Kind.GAUGE,
      "",
      "1 while a route takes no pushes and its devices go to the retry topic untried.",
      List.of("app", "environment")),
  APNS_CANARY(
      "ringpost.apns.canary",
      Kind.GAUGE,
      "",
      "1 if the last push to a token that no phone has proved a route, 0 if it did not.",
      List.of("app", "environment")),
  APNS_TRIED_AGAIN(
      "ringpost.apns.tried.again",
      Kind.COUNTER,
      "",
      "Devices tried again on another lane within one attempt: unanswered if the try ended without"
          + " an answer, spoiled if the answer was about its connection, hedge if it waited for"
          + " one.",
      List.of("app", "environment", "why")),
  APNS_CREDENTIAL_EXPIRES(
      "ringpost.apns.credential.expires",
      Kind.GAUGE,
      "days",
      "Days until the certificate in use expires, negative once it has. Keys do not expire.",
      List.of("app", "environment")),
  APNS_CREDENTIAL_OUTDATED(
      "ringpost.apns.credential.outdated",
      Kind.GAUGE,
      "",
      "1 while the files hold another credential than the one in use: it was refused, or APNs could"
          + " not be asked about it yet.",
      List.of("app", "environment")),
  APNS_CREDENTIAL_RELOADS(
      "ringpost.apns.credential.reloads",
      Kind.COUNTER,
      "",
      "New credentials found in the files, by how that ended: moved to, refused, or untried because"
          + " APNs could not be asked.",
      List.of("app", "environment", "end")),

  // outbox
  OUTPUTS(
      "ringpost.outputs",
      Kind.COUNTER,
      "",
      "Tries to write a record, by kind (result, dead_letter, retry, invalidation) and how they"
          + " ended (stored, tried_again, given_up).",
      List.of("kind", "end")),
  OUTPUTS_WAITING(
      "ringpost.outputs.waiting",
      Kind.GAUGE,
      "",
      "Records that wait to be stored by Kafka, each holding an invite's offset.",
      List.of("kind")),
  DEAD_LETTERS(
      "ringpost.dead.letters", Kind.COUNTER, "", "Dead letters, by reason.", List.of("reason")),

  // the worker
  READY("ringpost.ready", Kind.GAUGE, "", "1 while the worker is ready.", List.of()),
  BUILD(
      "ringpost.build", Kind.GAUGE, "", "Always 1; the version is in the tag.", List.of("version"));

  /** The kinds of meters that we use. */
  public enum Kind {
    COUNTER,
    GAUGE,
    /** A histogram of times with buckets that fit calls: see {@link Telemetry#BUCKETS}. */
    TIMER
  }

  private final String meter;
  private final Kind kind;
  private final String unit;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // always a List.of
  private final List<String> tags;

  MeterName(String meter, Kind kind, String unit, String description, List<String> tags) {
    this.meter = meter;
    this.kind = kind;
    this.unit = unit;
    this.description = description;
    this.tags = tags;
  }

  /** The name in Micrometer's dotted form. */
  public String meter() {
    return meter;
  }

  public Kind kind() {
    return kind;
  }

  /** The unit, empty for a plain number. */
  public String unit() {
    return unit;
  }

  public String description() {
    return description;
  }

  /** The tag keys, always these and in this order. */
  public List<String> tags() {
    return tags;
  }
}
