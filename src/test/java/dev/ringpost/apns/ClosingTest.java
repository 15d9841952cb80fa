package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.Behaviour;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosingTest {

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void pushesInFlightStillGetTheirAnswer() throws Exception {
    try (var rig = Rig.in(folder).connections(1);
        var apns = rig.server().start()) {
      rig.production(apns.port()).start().outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(100)));
      var open = ringAll(rig, 20);
      Rig.eventually(() -> apns.received() == 21);
      rig.stop();

      assertThat(open)
          .allSatisfy(
              ring -> {
                assertThat(ring).isDone();
                assertThat(ring.join().outcome()).isEqualTo(new Accepted());
              });
    }
  }

  @Test
  void pushesWithoutAnAnswerEndToo() throws Exception {
    try (var rig = Rig.in(folder).connections(1);
        var apns = rig.server().maxStreams(10).start()) {
      rig.production(apns.port()).start().outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
      apns.answerAll(Behaviour.keepsSilent());
      var open = ringAll(rig, 30);
      Rig.eventually(() -> apns.received() == 11);
      rig.stop();

      assertThat(open)
          .allSatisfy(
              ring -> {
                assertThat(ring).isDone();
                assertThat(ring.join().outcome()).isEqualTo(new TryAgain(RetryReason.CONNECTION));
              });
      assertThat(open).filteredOn(ring -> ring.join().writtenAt().isPresent()).hasSize(10);
      assertThat(apns.received()).isEqualTo(11);
    }
  }

  @Test
  void pushesThatWaitForAConnectionEndAtOnce() throws Exception {
    try (var rig = Rig.in(folder).production(FreePort.find()).start()) {
      var open = ringAll(rig, 5);
      rig.stop();

      assertThat(open)
          .allSatisfy(
              ring ->
                  assertThat(ring.join().outcome())
                      .isEqualTo(new TryAgain(RetryReason.CONNECTION)));
    }
  }

  @Test
  void nothingIsRungAfterwards() throws Exception {
    try (var rig = Rig.in(folder);
        var apns = rig.server().start()) {
      rig.production(apns.port()).start();
      rig.stop();
      rig.stop();

      assertThat(rig.outcome(Calls.push(invite, Calls.device(Calls.TOKEN))).outcome())
          .isEqualTo(new TryAgain(RetryReason.CONNECTION));
      assertThat(apns.received()).isZero();
    }
  }

  private List<CompletableFuture<PushReport>> ringAll(Rig rig, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> rig.push(Calls.push(invite, Calls.device(Calls.token(n)))))
        .toList();
  }
}
