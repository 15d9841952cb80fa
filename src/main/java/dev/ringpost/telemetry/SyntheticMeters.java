package dev.ringpost.telemetry;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;

/** The meters of {@code ringpost synthetic}. Safe for many threads. */
public final class SyntheticMeters {

  /** The end of a round: a tag of meters, and a word for people and programs. */
  public enum End {
    RANG("rang"),
    ACCEPTED("accepted"),
    SILENT("silent"),
    REFUSED("refused"),
    NO_VERDICT("no_verdict"),
    NOT_MADE("not_made"),
    UNHEARD("unheard");

    private final String word;

    End(String word) {
      this.word = word;
    }

    /** Its word in metrics, logs and reports. */
    public String word() {
      return word;
    }
  }

  /** The names of these meters. */
  public enum Name implements MeterName {
    AGE(
        MeterSpec.gauge(
                "ringpost.synthetic.age",
                "Time since a synthetic call came through from end to end, or since the start if"
                    + " none has.")
            .in("seconds")),
    FAILED(
        MeterSpec.gauge(
            "ringpost.synthetic.rounds.failed",
            "Synthetic calls in a row, up to the last one, that did not come through.")),
    ROUNDS(
        MeterSpec.counter(
            "ringpost.synthetic.rounds",
            "Synthetic calls by what came of them: rang; accepted, where ringing is not asked for;"
                + " silent, accepted and not rung in time; refused, by another verdict;"
                + " no_verdict; not_made, for Kafka did not take it; unheard, for Kafka does not"
                + " give what came of it.",
            "end")),
    VERDICT(
        MeterSpec.timer(
            "ringpost.synthetic.verdict",
            "From the making of a synthetic call to the verdict that a push was accepted, or to"
                + " another final one.")),
    RINGING(
        MeterSpec.timer(
            "ringpost.synthetic.ringing",
            "From the making of a synthetic call to the first `ringing` of a device."));

    @SuppressWarnings("ImmutableEnumChecker") // its list of tags is always a List.of
    private final MeterSpec spec;

    Name(MeterSpec spec) {
      this.spec = spec;
    }

    @Override
    public MeterSpec spec() {
      return spec;
    }
  }

  private final Telemetry telemetry;
  private final CounterFamily<End> rounds;
  private final Timer verdict;
  private final Timer ringing;

  public SyntheticMeters(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.rounds = new CounterFamily<>(End.class, end -> telemetry.counter(Name.ROUNDS, end.word()));
    this.verdict = telemetry.timer(Name.VERDICT);
    this.ringing = telemetry.timer(Name.RINGING);
  }

  /**
   * Shows how the last rounds went; each is asked at each scrape.
   *
   * @param age since the last one that came through, in seconds
   * @param failed how many in a row have not
   */
  public void show(DoubleSupplier age, IntSupplier failed) {
    telemetry.gauge(Name.AGE, age::getAsDouble);
    telemetry.gauge(Name.FAILED, failed::getAsInt);
  }

  /** A round is over. */
  public void ended(End end) {
    rounds.increment(end);
  }

  /** A final verdict was told, so long after the call was made. */
  public void verdict(Duration after) {
    verdict.record(after);
  }

  /** A device told that it rings, so long after the call was made. */
  public void ringing(Duration after) {
    ringing.record(after);
  }
}
