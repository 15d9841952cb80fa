package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.path.ApnsSettings.Canary;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.apns.path.CredentialTrial.Verdict;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.telemetry.ApnsMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proof of a route by a push to a token that no phone has. */
class CanaryTest {

  private static final VoipToken NOBODY = VoipToken.parse(CredentialTrial.NOBODY);

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @Test
  void provesTheRouteAtStartOnAConnectionOfItsOwn() throws Exception {
    try (var fixture = SenderFixture.in(folder).canary(Canary.DECIDES_READY);
        var apns = serverThatKnowsNobody(fixture)) {
      fixture.production(apns.port()).start();
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CANARY) == 1);
      assertThat(fixture.unproven()).isEmpty();

      assertThat(apns.pushes(NOBODY)).hasSize(1);
      int canarys = apns.pushes(NOBODY).getFirst().connection();
      for (int i = 0; i < 10; i++) {
        assertThat(fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN))).outcome())
            .isEqualTo(new Accepted());
      }
      assertThat(apns.pushes(Calls.TOKEN))
          .extracting(ReceivedPush::connection)
          .doesNotContain(canarys);
      assertThat(apns.pushes(NOBODY)).hasSize(1);
      SenderFixture.eventually(() -> apns.open() == 2);
    }
  }

  @Test
  void namesACredentialThatIsRefused() throws Exception {
    try (var fixture = SenderFixture.in(folder).canary(Canary.DECIDES_READY);
        var apns = fixture.server().start()) {
      apns.answer(NOBODY, Behaviour.rejects(403, "InvalidProviderToken"));
      fixture.production(apns.port()).start();
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CANARY) == 0);

      assertThat(fixture.unproven())
          .singleElement()
          .asString()
          .contains("com.example.phone in production", "403 InvalidProviderToken");
    }
  }

  /** What proves a route by another clock than its calls go by proves nothing of them. */
  @Test
  void goesByTheClockOfTheCalls() throws Exception {
    var clock = new SettableClock(Instant.now().minus(Duration.ofHours(2)));
    try (var fixture = SenderFixture.in(folder).canary(Canary.DECIDES_READY).clock(clock);
        var apns = serverThatKnowsNobody(fixture)) {
      fixture.production(apns.port()).start();
      SenderFixture.eventually(
          () -> fixture.unproven().toString().contains("403 ExpiredProviderToken"));

      CallInvite then = Calls.invite(clock.instant(), Calls.LONG);
      assertThat(fixture.outcome(Calls.push(then, Calls.device(Calls.TOKEN))).outcome())
          .isEqualTo(new TryAgain(RetryReason.CREDENTIAL));
    }
  }

  @Test
  void readinessWaitsForItOnlyIfTold() throws Exception {
    try (var shown =
        SenderFixture.in(folder).canary(Canary.SHOWN).production(FreePort.find()).start()) {
      assertThat(shown.unproven()).isEmpty();
    }
    try (var waits =
        SenderFixture.in(folder).canary(Canary.DECIDES_READY).production(FreePort.find()).start()) {
      assertThat(waits.unproven()).hasSize(1);
    }
  }

  @Test
  void aRouteThatIsBackIsFoundWithoutAnyCall() throws Exception {
    int port = FreePort.find();
    try (var fixture = SenderFixture.in(folder).canary(Canary.SHOWN)) {
      int tooMany = RouteBreaker.MAX_WAITING_UNCONNECTED + 1;
      fixture.production(port).start();
      for (int i = 0; i < tooMany; i++) {
        var _ = fixture.push(Calls.push(invite, Calls.device(Calls.token(i))));
      }
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_ROUTE_DOWN) == 1);
      try (var apns = fixture.server().port(port).start()) {
        SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_ROUTE_DOWN) == 0);
        assertThat(apns.pushes()).filteredOn(push -> !push.token().equals(NOBODY.hex())).isEmpty();
      }
    }
  }

  /**
   * An hour later the credential may be refused: an answer is no longer the token's fault alone.
   */
  @Test
  void aProofCountsForItsMinuteOnly() {
    var nanos = new AtomicLong();
    var canary =
        new dev.ringpost.apns.Canary(
            true,
            Environment.PRODUCTION,
            List.of(Calls.PHONE),
            new Unasked(),
            new StoppedLoop(nanos::get),
            new ApnsMeters(new Telemetry(new SimpleMeterRegistry())));
    String topic = Calls.PHONE.voipTopic();

    assertThat(canary.proves(topic)).isFalse();
    canary.tried(Map.of(Calls.PHONE, new Verdict.Good()));
    assertThat(canary.proves(topic)).isTrue();

    nanos.addAndGet(dev.ringpost.apns.Canary.SPACING.toNanos());
    assertThat(canary.proves(topic)).isFalse();
  }

  /** A trier of credentials that nobody may ask. */
  private static final class Unasked implements dev.ringpost.apns.Canary.Asked {

    @Override
    public Verdict trial(BundleId app) {
      throw new AssertionError("nobody asked for a trial");
    }

    @Override
    public Credential credential() {
      throw new AssertionError("nobody asked for the credential");
    }
  }

  /** A loop on the thread of the test that does nothing later. */
  private record StoppedLoop(LongSupplier time) implements Loop {

    @Override
    public long now() {
      return time.getAsLong();
    }

    @Override
    public void later(long nanos, Runnable task) {}

    @Override
    public boolean isHere() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }
  }

  private static LocalApns serverThatKnowsNobody(SenderFixture fixture) {
    LocalApns apns = fixture.server().start();
    apns.answer(NOBODY, Behaviour.rejects(400, "BadDeviceToken"));
    return apns;
  }
}
