package dev.ringpost.delivery;

/**
 * The verdict on an invite, which the call's server is told, with what would help the callee now.
 */
public enum Verdict {
  /** APNs took a push for some device. Not: a phone rings. */
  ACCEPTED("accepted", Suggest.NONE),
  /** Nothing was accepted yet, and another try follows. */
  RETRYING("retrying", Suggest.NONE),
  /** Every device is excluded or rings already. */
  NOT_NEEDED("not_needed", Suggest.NONE),
  /** The call ended before anything rang. */
  ENDED("ended", Suggest.NONE),
  /** No device of an iPhone is registered. */
  NO_DEVICES("no_devices", Suggest.OTHER_PROVIDER),
  /** Every device's token is dead. */
  ALL_DEAD("all_dead", Suggest.VOICEMAIL),
  /** The deadline passed before any answer. */
  EXPIRED("expired", Suggest.ALERT_PUSH),
  /** A repeat of an invite that this worker has handled. */
  DUPLICATE("duplicate", Suggest.NONE),
  /** No device could be rung, for another reason. */
  FAILED("failed", Suggest.VOICEMAIL);

  private final String wire;
  private final Suggest suggest;

  Verdict(String wire, Suggest suggest) {
    this.wire = wire;
    this.suggest = suggest;
  }

  /** The word in results and metrics. */
  public String wire() {
    return wire;
  }

  public Suggest suggest() {
    return suggest;
  }

  /** The advice that helps the callee once Ringpost has done what it can. */
  public enum Suggest {
    /** Nothing more to do. */
    NONE("none"),
    /** Take a message. */
    VOICEMAIL("voicemail"),
    /** Tell of the missed call by an ordinary notification. */
    ALERT_PUSH("alert_push"),
    /** Try the phones that are not Apple's. */
    OTHER_PROVIDER("other_provider");

    private final String wire;

    Suggest(String wire) {
      this.wire = wire;
    }

    /** The word in results. */
    public String wire() {
      return wire;
    }
  }
}
