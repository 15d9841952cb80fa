package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.PushSender;
import dev.ringpost.testing.TestingPushSender;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of a sender of pushes, held against the one to APNs and the tests' own alike. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogWatch.LEVELS, mode = ResourceAccessMode.READ)
@Timeout(60)
class PushSenderContractTest {

  private static final Duration ATTEMPT = Duration.ofSeconds(2);
  private static final int PHONES = 5;

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  enum Kind {
    TO_APNS,
    OF_THE_TESTS
  }

  /** A sender, and what it sends to. */
  private sealed interface Subject extends AutoCloseable {

    PushSender sender();

    /** No push is answered from now on. */
    void keepSilent();

    /** Each push ends without an answer from now on. */
    void fail();

    /** The worker leaves. */
    void leave();

    /** Pushes that were sent. */
    long sent();

    @Override
    void close();
  }

  private record ToApns(SenderFixture fixture, LocalApns apns, long before) implements Subject {

    static ToApns in(Path folder, CallInvite invite) {
      SenderFixture fixture = SenderFixture.in(folder).attemptMax(ATTEMPT);
      LocalApns apns = fixture.server().start();
      fixture.startWide(apns, invite, 900);
      return new ToApns(fixture, apns, apns.received());
    }

    @Override
    public PushSender sender() {
      return fixture::push;
    }

    @Override
    public void keepSilent() {
      apns.answerAll(Behaviour.keepsSilent());
    }

    @Override
    public void fail() {
      apns.answerAll(Behaviour.resetsStream(Http2Error.INTERNAL_ERROR));
    }

    @Override
    public void leave() {
      fixture.cutShort(Duration.ZERO);
    }

    @Override
    public long sent() {
      return apns.received() - before;
    }

    @Override
    public void close() {
      fixture.close();
      apns.close();
    }
  }

  private record OfTheTests(TestingPushSender sender) implements Subject {

    @Override
    public void keepSilent() {
      sender.answerLater(_ -> new CompletableFuture<>());
    }

    @Override
    public void fail() {
      sender.answerLater(_ -> CompletableFuture.failedFuture(new IllegalStateException("planted")));
    }

    @Override
    public void leave() {
      sender.cutShort();
    }

    @Override
    public long sent() {
      return sender.pushes().size();
    }

    @Override
    public void close() {}
  }

  private Subject open(Kind kind) {
    return switch (kind) {
      case TO_APNS -> ToApns.in(folder, invite);
      case OF_THE_TESTS -> new OfTheTests(new TestingPushSender(InstantSource.system(), ATTEMPT));
    };
  }

  @ParameterizedTest
  @EnumSource
  void eachRingIsSentOnceAndHasTheReportOfItsDevice(Kind kind) throws Exception {
    try (Subject subject = open(kind)) {
      for (PushRequest request : rings()) {
        PushReport report = report(subject.sender().push(request));
        assertThat(report.device()).isEqualTo(request.device());
        assertThat(report.outcome()).isEqualTo(new Accepted());
        assertThat(report.tries()).isEqualTo(1);
        assertThat(report.writtenAt()).isPresent();
        assertThat(report.answer()).isPresent();
      }
      assertThat(subject.sent()).isEqualTo(PHONES);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatItsGuardRefusesIsNotSent(Kind kind) throws Exception {
    try (Subject subject = open(kind)) {
      PushRequest refused = Calls.push(invite, device(0), () -> false);

      assertUnsent(report(subject.sender().push(refused)), NotSentReason.LOST);
      assertThat(subject.sent()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatHasPassedItsDeadlineIsNotSent(Kind kind) throws Exception {
    try (Subject subject = open(kind)) {
      CallInvite over = Calls.invite(Instant.now().minusSeconds(10), Duration.ofSeconds(5));

      assertUnsent(report(subject.sender().push(Calls.push(over, device(0)))), NotSentReason.LATE);
      assertThat(subject.sent()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotAnsweredEndsWithItsAttempt(Kind kind) throws Exception {
    try (Subject subject = open(kind)) {
      subject.keepSilent();
      for (var ring : rings().stream().map(subject.sender()::push).toList()) {
        assertThat(report(ring).outcome()).isEqualTo(new TryAgain(RetryReason.NO_ANSWER));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailureIsAnOutcome(Kind kind) throws Exception {
    try (Subject subject = open(kind)) {
      subject.fail();

      PushReport report = report(subject.sender().push(Calls.push(invite, device(0))));
      assertThat(report.outcome()).isEqualTo(new TryAgain(RetryReason.CONNECTION));
      assertThat(report.device()).isEqualTo(device(0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void allEndWhenTheWorkerLeaves(Kind kind) throws Exception {
    try (Subject subject = open(kind)) {
      subject.keepSilent();
      var open = rings().stream().map(subject.sender()::push).toList();
      SenderFixture.eventually(() -> subject.sent() == PHONES);
      subject.leave();

      for (var ring : open) {
        assertThat(report(ring).outcome()).isEqualTo(new TryAgain(RetryReason.LEAVING));
      }
    }
  }

  private List<PushRequest> rings() {
    return IntStream.range(0, PHONES).mapToObj(n -> Calls.push(invite, device(n))).toList();
  }

  private static Device device(int number) {
    return Calls.device(Calls.token(number));
  }

  /** Which comes at all, and not as a failure. */
  private static PushReport report(CompletableFuture<PushReport> ring) throws Exception {
    return ring.get(30, TimeUnit.SECONDS);
  }

  private static void assertUnsent(PushReport report, NotSentReason why) {
    assertThat(report.outcome()).isEqualTo(new NotSent(why));
    assertThat(report.tries()).isZero();
    assertThat(report.writtenAt()).isEmpty();
    assertThat(report.connection()).isEmpty();
  }
}
