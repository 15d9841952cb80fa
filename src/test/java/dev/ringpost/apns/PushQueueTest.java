package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
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

class PushQueueTest {

  private static final int TOO_MANY = 50;

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void moreRingsThanMayWaitAreToldSoAtOnce() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().maxStreams(1).start()) {
      apns.answerAll(Behaviour.keepsSilent());
      fixture.production(apns.port()).start();
      var first = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN)));
      SenderFixture.eventually(() -> apns.received() == 1);
      var rings = ringAll(fixture, PushQueue.MOST + TOO_MANY);
      var refused = rings.subList(PushQueue.MOST, rings.size());

      assertThat(refused)
          .allSatisfy(
              ring -> assertThat(ring.join().outcome()).isEqualTo(new TryAgain(RetryReason.BUSY)))
          .allSatisfy(ring -> assertThat(ring.join().tries()).isZero());
      assertThat(rings).filteredOn(CompletableFuture::isDone).hasSize(TOO_MANY);
      assertThat(first).isNotDone();
    }
  }

  @Test
  void ringsThatWaitedInVainLeaveTheirPlaceToOthers() throws Exception {
    int port = FreePort.find();
    try (var fixture =
        SenderFixture.in(folder)
            .connections(1)
            .production(port)
            .attemptMax(Duration.ofSeconds(1))
            .start()) {
      var rings = ringAll(fixture, RouteBreaker.MAX_WAITING_UNCONNECTED);
      assertThat(rings)
          .allSatisfy(
              ring ->
                  assertThat(ring.join().outcome())
                      .isEqualTo(new TryAgain(RetryReason.CONNECTION)));

      try (var apns = fixture.server().port(port).start()) {
        PushRequest request = Calls.push(invite, Calls.device(Calls.TOKEN));
        SenderFixture.eventually(() -> fixture.outcome(request).outcome().equals(new Accepted()));
        assertThat(apns.received()).isEqualTo(1);
      }
    }
  }

  private List<CompletableFuture<PushReport>> ringAll(SenderFixture fixture, int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> fixture.push(Calls.push(invite, Calls.device(Calls.token(n)))))
        .toList();
  }
}
