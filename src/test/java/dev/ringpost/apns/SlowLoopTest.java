package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A loop that needs its time for each push, as one that has just started on a busy machine. */
@Timeout(60)
class SlowLoopTest {

  /** Fewer than Pushy gathers. */
  private static final int PUSHES = 250;

  private static final int STREAMS = 2 * PUSHES;
  private static final Duration EACH = Duration.ofMillis(3);

  @TempDir Path folder;

  /** Else the guard of the first is asked a second before it goes out. */
  @Test
  void whatIsWrittenGoesOutBeforeAllThatWaitsIsWritten() throws Exception {
    var fixture = SenderFixture.in(folder).connections(1);
    CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);
    try (LocalApns apns = fixture.server().maxStreams(STREAMS).start();
        var _ = fixture.startWide(apns, invite, STREAMS)) {
      Instant began = Instant.now();
      var allWait = new CompletableFuture<Void>();
      Queue<Instant> guarded = new ConcurrentLinkedQueue<>();
      List<CompletableFuture<PushReport>> pushes =
          IntStream.range(0, PUSHES)
              .mapToObj(
                  n ->
                      fixture.push(
                          slowly(
                              Calls.push(invite, Calls.device(Calls.token(n))), allWait, guarded)))
              .toList();
      allWait.complete(null);
      CompletableFuture.allOf(pushes.toArray(CompletableFuture<?>[]::new))
          .get(30, TimeUnit.SECONDS);

      Instant first =
          apns.pushes().stream()
              .map(ReceivedPush::arrivedAt)
              .filter(at -> at.isAfter(began))
              .min(Comparator.naturalOrder())
              .orElseThrow();
      assertThat(guarded).hasSizeGreaterThanOrEqualTo(PUSHES);
      assertThat(guarded.stream().filter(at -> at.isAfter(first)).count())
          .as("guards that were asked after the first push had arrived")
          .isGreaterThan(PUSHES / 2);
    }
  }

  private static PushRequest slowly(
      PushRequest push, CompletableFuture<Void> allWait, Queue<Instant> guarded) {
    return new PushRequest(
        push.attempt(),
        push.device(),
        () -> {
          allWait.join();
          LockSupport.parkNanos(EACH.toNanos());
          guarded.add(Instant.now());
          return Optional.empty();
        },
        push.orderedAt());
  }
}
