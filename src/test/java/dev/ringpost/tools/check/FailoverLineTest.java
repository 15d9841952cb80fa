package dev.ringpost.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.findings.Severity;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.tools.topics.FailoverTime;
import dev.ringpost.tools.topics.SessionBounds;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FailoverLineTest {

  private static final Duration RING = Duration.ofSeconds(30);
  private static final Optional<SessionBounds> BY_DEFAULT =
      Optional.of(new SessionBounds(Duration.ofSeconds(6), Duration.ofMinutes(30)));

  @Test
  void itSaysHowLongPartitionsHaveNoOwnerAndHowThatIsShortened() {
    assertThat(classic(6000, BY_DEFAULT))
        .returns(Severity.OK, CheckLine::severity)
        .returns(
            "a dead worker's partitions have no owner for about 6 s, at most 7.5 s; to shorten it,"
                + " lower kafka.properties.session.timeout.ms (the brokers accept 6 s at least:"
                + " group.min.session.timeout.ms)",
            CheckLine::found);
    assertThat(classic(6000, Optional.empty()).found())
        .endsWith("(the brokers accept no less than their group.min.session.timeout.ms)");
  }

  @Test
  void aTimeOutThatTheBrokersRefuseIsAFailure() {
    assertThat(classic(2000, BY_DEFAULT))
        .returns(Severity.FAILED, CheckLine::severity)
        .returns(
            "no worker can join group: session.timeout.ms is 2 s, and the brokers accept 6 s at"
                + " least",
            CheckLine::found)
        .returns(
            "raise kafka.properties.session.timeout.ms to 6000, or set"
                + " group.min.session.timeout.ms at every broker and restart it",
            CheckLine::fix);
    assertThat(classic(1_900_000, BY_DEFAULT))
        .returns(Severity.FAILED, CheckLine::severity)
        .satisfies(line -> assertThat(line.fix()).startsWith("lower").contains("1800000"));
  }

  @Test
  void aTimeThatTakesMuchOfTheRingIsAWarning() {
    var time = new FailoverTime(Duration.ofSeconds(45), Duration.ofSeconds(5));
    var accepted = Optional.of(new SessionBounds(Duration.ofSeconds(45), Duration.ofSeconds(60)));

    assertThat(FailoverLine.of(time, accepted, GroupProtocol.CONSUMER, "ringpost", RING))
        .returns(Severity.WARNING, CheckLine::severity)
        .returns(
            "a dead worker's partitions have no owner for about 45 s, at most 50 s, more than a"
                + " third of the time that a call rings",
            CheckLine::found)
        .returns(
            "lower consumer.session.timeout.ms of group ringpost with kafka-configs.sh"
                + " --entity-type groups (the brokers accept 45 s at least:"
                + " group.consumer.min.session.timeout.ms), or write kafka.group-protocol: classic",
            CheckLine::fix);
  }

  private static CheckLine classic(long sessionMillis, Optional<SessionBounds> accepted) {
    var time = new FailoverTime(Duration.ofMillis(sessionMillis), Duration.ofMillis(1500));
    return FailoverLine.of(time, accepted, GroupProtocol.CLASSIC, "ringpost", RING);
  }
}
