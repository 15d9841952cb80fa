package dev.ringpost.telemetry;

/** The meters of the views. */
public enum DirectoryMeterName implements MeterName {
  VIEW_ENTRIES(MeterSpec.gauge("ringpost.view.entries", "Entries of a view.", "view")),
  VIEW_BYTES(
      MeterSpec.gauge("ringpost.view.memory", "Memory that a view holds.", "view").in("bytes")),
  VIEW_LAG(
      MeterSpec.gauge(
          "ringpost.view.lag", "Records of a view's topic that are not read yet.", "view")),
  VIEW_BEHIND(
      MeterSpec.gauge(
              "ringpost.view.behind",
              "How long a view has not been at the end of its topic.",
              "view")
          .in("seconds")),
  VIEW_LOADED(
      MeterSpec.gauge(
          "ringpost.view.loaded",
          "1 once a view has been read to the end that its topic had at start.",
          "view")),
  VIEW_SKIPPED(
      MeterSpec.counter(
          "ringpost.view.skipped",
          "Records of a view's topic that are skipped: unreadable, of another provider than"
              + " Apple, or of an unknown type.",
          "view",
          "reason")),
  VIEW_UNREADABLE(
      MeterSpec.gauge(
          "ringpost.view.unreadable",
          "Offsets of a view's topic that Kafka's client could not hand out to this worker and that"
              + " it passed: a broken batch on a broker's disk. Their records are missing from the"
              + " view until it is read again, by a new worker.",
          "view")),
  VIEW_UNREAD_PARTITIONS(
      MeterSpec.gauge(
          "ringpost.view.unread.partitions",
          "Partitions of a view's topic that this worker does not get on with at the moment:"
              + " without a leader, with records that it lacks the code to read, or that stand for"
              + " 15 s though their end is ahead. The log says which and where.",
          "view")),
  VIEW_SPLIT_KEYS(
      MeterSpec.gauge(
          "ringpost.view.split.keys",
          "Entries of a view that are hidden by a newer record of the same key on another partition"
              + " of its topic: its producers use two partitioners, or partitions were added.",
          "view")),
  VIEW_SNAPSHOT_AGE(
      MeterSpec.gauge(
              "ringpost.view.snapshot.age",
              "Age of a view's newest snapshot, written or begun with; NaN while there is none."
                  + " Only with `tokens.snapshot.folder`.",
              "view")
          .in("seconds")),
  VIEW_SNAPSHOT_INTERVAL(
      MeterSpec.gauge(
              "ringpost.view.snapshot.interval",
              "Time from one snapshot to the next, `tokens.snapshot.interval`, by which its age is"
                  + " judged. Only with `tokens.snapshot.folder`.",
              "view")
          .in("seconds")),
  VIEW_SNAPSHOT_SIZE(
      MeterSpec.gauge(
              "ringpost.view.snapshot.size",
              "Size of the file of a view's newest snapshot, written or begun with; NaN while there"
                  + " is none. Only with `tokens.snapshot.folder`.",
              "view")
          .in("bytes")),
  VIEW_SNAPSHOT_WRITES(
      MeterSpec.counter(
          "ringpost.view.snapshot.writes",
          "Tries to write a view's snapshot, by how they ended: written, elsewhere if another"
              + " worker was writing it, or failed. Only with `tokens.snapshot.folder`.",
          "view",
          "end")),
  VIEW_SNAPSHOT_REFUSED(
      MeterSpec.counter(
          "ringpost.view.snapshot.refused",
          "Starts at which a view's snapshot was not used, and its topic read whole. Only with"
              + " `tokens.snapshot.folder`.",
          "view",
          "reason")),
  SIGNALS(
      MeterSpec.counter("ringpost.signals", "Signals of calls that were read, by type.", "type")),
  SIGNALS_FORGOTTEN(
      MeterSpec.counter(
          "ringpost.signals.forgotten",
          "Signals that were forgotten before ring.max was over, for there were too many at"
              + " once.")),
  RING_THROUGH(
      MeterSpec.timer(
          "ringpost.ring.through",
          "From handing a push that APNs did not refuse to a connection to reading the signal that"
              + " its device rings, once for each device and call."));

  @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
  private final MeterSpec spec;

  DirectoryMeterName(MeterSpec spec) {
    this.spec = spec;
  }

  @Override
  public MeterSpec spec() {
    return spec;
  }
}
