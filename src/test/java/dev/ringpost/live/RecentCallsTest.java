package dev.ringpost.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.delivery.rings.AcceptedCall;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.testing.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class RecentCallsTest {

  private final RecentCalls calls = new RecentCalls();

  @Test
  void theLastFiftyAreKeptNewestFirstHoweverManyCome() {
    for (int offset = 0; offset < 500; offset++) {
      calls.add(decision(offset, 1));
    }

    assertThat(offsets()).hasSize(50).startsWith(499L, 498L).endsWith(450L);
  }

  @Test
  void anotherTryOfACallIsNoOtherCall() {
    calls.add(decision(1, 1));
    calls.add(decision(2, 1));
    calls.add(decision(1, 2));

    assertThat(offsets()).containsExactly(2L, 1L);
    assertThat(calls.newestFirst().getLast().attempts())
        .extracting(SeenAttempt::number)
        .containsExactly(1, 2);
  }

  @Test
  void attemptsAndDevicesAreBounded() {
    PushReport[] many =
        IntStream.range(0, 20)
            .mapToObj(n -> Samples.accepted(Samples.device("phone-" + n)))
            .toArray(PushReport[]::new);
    for (int attempt = 1; attempt <= 9; attempt++) {
      calls.add(decision(1, attempt, many));
    }

    SeenCall call = calls.newestFirst().getFirst();
    assertThat(call.earlier()).isEqualTo(4);
    assertThat(call.attempts()).extracting(SeenAttempt::number).containsExactly(5, 6, 7, 8, 9);
    assertThat(call.attempts().getFirst().devices()).hasSize(8);
    assertThat(call.attempts().getFirst().more()).isEqualTo(12);
  }

  @Test
  void thePageOfTheDocsNamesTheBounds() throws IOException {
    assertThat(Files.readString(Path.of("docs", "page.md")).replaceAll("\\s+", " "))
        .contains(
            "of the last %d calls, the last %d attempts each, %d devices each"
                .formatted(RecentCalls.MAX_CALLS, SeenCall.MAX_ATTEMPTS, SeenAttempt.MAX_DEVICES));
  }

  @Test
  void aSecondVerdictStandsWithItsCallAndIsNoCallOfItsOwn() {
    calls.add(decision(1, 1, Samples.accepted(Samples.device("phone"))));

    calls.add(report(1));
    calls.add(report(2));

    assertThat(offsets()).containsExactly(1L);
    assertThat(calls.newestFirst().getFirst().ring().map(SeenRing::verdict)).contains("silent");
  }

  private List<Long> offsets() {
    return calls.newestFirst().stream().map(call -> call.origin().offset()).toList();
  }

  private static Origin origin(long offset) {
    return new Origin("call-invites", 0, offset, Samples.NOW);
  }

  private static Decision decision(long offset, int attempt, PushReport... pushes) {
    var envelope = new Envelope(origin(offset), null, null, List.of());
    var nth = new Attempt(Samples.invite(), attempt, Optional.empty(), 0, Optional.empty());
    return new Decision(
        new Arrival.Invited(envelope, nth),
        Samples.pushes(pushes),
        new Disposition.Final(Verdict.ACCEPTED),
        Samples.NOW);
  }

  private static RingReport report(long offset) {
    var call =
        new AcceptedCall(
            Samples.invite(), origin(offset), List.of(), 1, Optional.empty(), Samples.NOW);
    return new RingReport(call, new RingVerdict.Silent(), Samples.NOW);
  }
}
