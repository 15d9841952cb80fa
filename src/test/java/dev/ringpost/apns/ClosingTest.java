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
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start()) {
      fixture
          .production(apns.port())
          .start()
          .outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(100)));
      var open = ringAll(fixture, 20);
      SenderFixture.eventually(() -> apns.received() == 21);
      fixture.stop();

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
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().maxStreams(10).start()) {
      fixture
          .production(apns.port())
          .start()
          .outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
      apns.answerAll(Behaviour.keepsSilent());
      var open = ringAll(fixture, 30);
      SenderFixture.eventually(() -> apns.received() == 11);
      fixture.stop();

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
    try (var fixture = SenderFixture.in(folder).production(FreePort.find()).start()) {
      var open = ringAll(fixture, 5);
      fixture.stop();

      assertThat(open)
          .allSatisfy(
              ring ->
                  assertThat(ring.join().outcome())
                      .isEqualTo(new TryAgain(RetryReason.CONNECTION)));
    }
  }

  @Test
  void whoLeavesCutsNothingShortThatOthersHaveOrderedSince() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
      Duration waited = Duration.ofSeconds(2);
      apns.answerAll(Behaviour.keepsSilent());
      var old = fixture.push(Calls.push(invite, Calls.device(Calls.token(1))));
      Thread.sleep(waited.plusMillis(500));
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(200)));
      var fresh = fixture.push(Calls.push(invite, Calls.device(Calls.token(2))));
      fixture.cutShort(waited);

      assertThat(old.join().outcome()).isEqualTo(new TryAgain(RetryReason.LEAVING));
      assertThat(fresh.join().outcome()).isEqualTo(new Accepted());
    }
  }

  @Test
  void nothingIsRungAfterwards() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.production(apns.port()).start();
      fixture.stop();
      fixture.stop();

      assertThat(fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN))).outcome())
          .isEqualTo(new TryAgain(RetryReason.CONNECTION));
      assertThat(apns.received()).isZero();
    }
  }

  private List<CompletableFuture<PushReport>> ringAll(SenderFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> fixture.push(Calls.push(invite, Calls.device(Calls.token(n)))))
        .toList();
  }
}
