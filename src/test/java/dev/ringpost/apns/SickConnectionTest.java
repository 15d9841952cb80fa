package dev.ringpost.apns;

import static dev.ringpost.call.Environment.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.ActiveFault;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that serves worse than the others: it costs no call, and is replaced. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class SickConnectionTest {

  private static final VoipToken NOBODY = VoipToken.parse(CredentialTrial.NOBODY);
  private static final BundleId WORK = new BundleId("com.example.work");
  private static final Behaviour TROUBLE = Behaviour.rejects(500, "InternalServerError");

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @ParameterizedTest
  @ValueSource(strings = {"500 InternalServerError", "503 ServiceUnavailable"})
  void oneOfFourThatAnswersWithTroubleAtOnceAttractsNoTraffic(String answer) throws Exception {
    int status = Integer.parseInt(answer.substring(0, 3));
    try (var fixture = SenderFixture.in(folder).connections(4);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(30)));
      apns.begin(
          Fault.pushesGet(Behaviour.rejects(status, answer.substring(4))), Scope.connection(2));
      List<CompletableFuture<PushReport>> calls = new ArrayList<>();
      for (int call = 0; call < 600; call++) {
        calls.add(ring(fixture, call));
        Thread.sleep(2);
      }

      assertThat(calls)
          .extracting(CompletableFuture::join)
          .extracting(PushReport::outcome)
          .containsOnly(new Accepted());
      long wasted = apns.answeredWith(status);
      assertThat(wasted).isBetween(1L, 10L);
      SenderFixture.eventually(() -> fixture.connectionsReplaced("sick") == 1);
      assertThat(apns.connections()).hasSize(5);
    }
  }

  @Test
  void oneThatRefusesEveryStreamAtOnceAttractsNoTraffic() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(4);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(30)));
      double before = fixture.triedAgain("unanswered");
      apns.begin(Fault.pushesGet(Behaviour.refusesStream()), Scope.connection(2));
      List<CompletableFuture<PushReport>> calls = new ArrayList<>();
      for (int call = 0; call < 200; call++) {
        calls.add(ring(fixture, call));
        Thread.sleep(2);
      }

      assertThat(calls)
          .extracting(CompletableFuture::join)
          .extracting(PushReport::outcome)
          .containsOnly(new Accepted());
      assertThat(fixture.triedAgain("unanswered") - before).isBetween(1.0, 10.0);
      SenderFixture.eventually(() -> fixture.connectionsReplaced("sick") == 1);
      assertThat(apns.connections()).hasSize(5);
    }
  }

  @Test
  void troubleOfAllIsApplesWordAndNeitherDoubledNorRunAwayFrom() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      long before = apns.received();
      apns.answerAll(TROUBLE);
      int calls = RouteBreaker.FEWEST / 2;
      for (int call = 0; call < calls; call++) {
        assertThat(ring(fixture, call).join().outcome())
            .isEqualTo(new TryAgain(RetryReason.SERVER));
      }

      assertThat(apns.received() - before).isLessThanOrEqualTo(calls + 2);
      assertThat(apns.connections()).hasSize(2);
      assertThat(fixture.connectionsReplaced("sick")).isZero();
    }
  }

  @Test
  void oneThatIsNotAskedAnyMoreIsReplacedOnceAnotherServesAgain() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      ActiveFault first = apns.begin(Fault.pushesGet(TROUBLE), Scope.connection(1));
      ActiveFault second = apns.begin(Fault.pushesGet(TROUBLE), Scope.connection(2));
      for (int call = 0; call < RouteBreaker.FEWEST - 1; call++) {
        ring(fixture, call).join();
      }
      assertThat(fixture.connectionsReplaced("sick")).isZero();
      second.close();

      SenderFixture.eventually(
          () -> {
            ring(fixture, 0).join();
            return fixture.connectionsReplaced("sick") == 1;
          });
      assertThat(apns.connections()).hasSize(3);
      first.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "403 InvalidProviderToken",
        "403 BadEnvironmentKeyIdInToken",
        "400 TopicDisallowed"
      })
  void connectionsThatRefuseWhatTheCanaryIsAllowedAreRenewed(String refusal) throws Exception {
    try (var fixture = SenderFixture.in(folder).canary(ApnsSettings.Canary.SHOWN);
        var apns = fixture.server().start()) {
      apns.answer(NOBODY, Behaviour.rejects(400, "BadDeviceToken"));
      fixture.startWide(apns, invite, 900);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CANARY) == 1);
      Behaviour refused =
          Behaviour.rejects(Integer.parseInt(refusal.substring(0, 3)), refusal.substring(4));
      for (int old = 1; old <= apns.connections().size(); old++) {
        apns.begin(Fault.pushesGet(refused), Scope.connection(old));
      }
      assertThat(ring(fixture, 0).join().outcome()).isEqualTo(new TryAgain(RetryReason.CREDENTIAL));

      SenderFixture.eventually(() -> ring(fixture, 1).join().outcome().equals(new Accepted()));
      SenderFixture.eventually(() -> apns.connections().size() == 5 && apns.open() == 2);
    }
  }

  @Test
  void connectionsThatRefuseAreRenewedOnceTheCanaryIsAllowed() throws Exception {
    try (var fixture = SenderFixture.in(folder).canary(ApnsSettings.Canary.SHOWN);
        var apns = fixture.server().start()) {
      apns.answer(NOBODY, Behaviour.rejects(400, "BadDeviceToken").after(Duration.ofSeconds(1)));
      fixture.startWide(apns, invite, 900);
      SenderFixture.eventually(() -> apns.pushes(NOBODY).size() == 1);
      Behaviour refused = Behaviour.rejects(403, "InvalidProviderToken");
      for (int old = 1; old <= 3; old++) {
        apns.begin(Fault.pushesGet(refused), Scope.connection(old));
      }
      assertThat(ring(fixture, 0).join().outcome()).isEqualTo(new TryAgain(RetryReason.CREDENTIAL));

      SenderFixture.eventually(() -> apns.connections().size() == 5);
      SenderFixture.eventually(() -> apns.open() == 2);
      assertThat(ring(fixture, 1).join().outcome()).isEqualTo(new Accepted());
    }
  }

  @Test
  void connectionsThatRefuseWhatTheCanaryIsRefusedTooAreKept() throws Exception {
    Behaviour refused = Behaviour.rejects(403, "InvalidProviderToken");
    try (var fixture = SenderFixture.in(folder).canary(ApnsSettings.Canary.SHOWN);
        var apns = fixture.server().start()) {
      apns.answer(NOBODY, refused);
      fixture.startWide(apns, invite, 900);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CANARY) == 0);
      int before = apns.connections().size();
      apns.answerAll(refused);
      for (int call = 0; call < RouteBreaker.FEWEST / 2; call++) {
        assertThat(ring(fixture, call).join().outcome())
            .isEqualTo(new TryAgain(RetryReason.CREDENTIAL));
      }

      assertThat(fixture.logged()).noneMatch(line -> line.contains("renewed"));
      assertThat(apns.connections()).hasSize(before);
    }
  }

  @Test
  void newConnectionsThatRefuseTooAreNotRenewedAgainSoon() throws Exception {
    try (var fixture = SenderFixture.in(folder).canary(ApnsSettings.Canary.SHOWN);
        var apns = fixture.server().start()) {
      apns.answer(NOBODY, Behaviour.rejects(400, "BadDeviceToken"));
      fixture.startWide(apns, invite, 900);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CANARY) == 1);
      int before = apns.connections().size();
      apns.answerAll(Behaviour.rejects(403, "InvalidProviderToken"));
      assertThat(ring(fixture, 0).join().outcome()).isEqualTo(new TryAgain(RetryReason.CREDENTIAL));
      SenderFixture.eventually(() -> apns.connections().size() == before + 2 && apns.open() == 2);
      for (int call = 1; call < RouteBreaker.FEWEST / 2; call++) {
        assertThat(ring(fixture, call).join().outcome())
            .isEqualTo(new TryAgain(RetryReason.CREDENTIAL));
      }

      assertThat(fixture.logged()).filteredOn(line -> line.contains("are renewed")).hasSize(1);
    }
  }

  @Test
  void oneThatIsToBeReplacedIsNotChosenWhileAnotherHasAPlace() throws Exception {
    try (var fixture = SenderFixture.in(folder);
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      ActiveFault noNewOne = apns.begin(Fault.noSettings(), Scope.all());
      apns.answerNext(Calls.TOKEN, Behaviour.rejects(403, "UnrelatedKeyIdInToken"));
      assertThat(fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN))).tries())
          .isEqualTo(2);
      int foreign = apns.pushes(Calls.TOKEN).getFirst().connection();
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(300)));
      IntStream.range(0, 20)
          .mapToObj(call -> ring(fixture, call))
          .toList()
          .forEach(CompletableFuture::join);

      for (int call = 0; call < 20; call++) {
        assertThat(apns.pushes(Calls.token(call))).extracting("connection").doesNotContain(foreign);
      }
      noNewOne.close();
    }
  }

  @Test
  void oneThatDoesNotKnowTheKeyForOneAppServesTheOtherUntilANewOneIsUp() throws Exception {
    try (var fixture =
            SenderFixture.in(folder).connections(1).app(EnumSet.of(PRODUCTION), Calls.PHONE, WORK);
        var apns = fixture.server().topic(WORK.voipTopic()).start()) {
      fixture.startWide(apns, invite, 900);
      ActiveFault noNewOne = apns.begin(Fault.noSettings(), Scope.all());
      apns.answer(Calls.TOKEN, Behaviour.rejects(403, "UnrelatedKeyIdInToken"));
      var foreign = fixture.push(Calls.push(invite, Calls.device(Calls.TOKEN, WORK, PRODUCTION)));
      SenderFixture.eventually(() -> apns.pushes(Calls.TOKEN).size() == 1);
      for (int call = 0; call < 20; call++) {
        PushReport served = ring(fixture, call).join();
        assertThat(served.outcome()).isEqualTo(new Accepted());
        assertThat(served.tries()).isEqualTo(1);
      }
      assertThat(foreign).isNotDone();
      noNewOne.close();

      assertThat(foreign.join().outcome()).isEqualTo(new TryAgain(RetryReason.CREDENTIAL));
      assertThat(apns.pushes(Calls.TOKEN)).extracting("connection").doesNotHaveDuplicates();
      assertThat(fixture.connectionsReplaced("spoiled")).isEqualTo(1);
    }
  }

  /** The doubt of the second one comes too soon, and nothing else speaks of it any more. */
  @Test
  void oneThatIsCondemnedSoonAfterAnotherIsReplacedOnceThatMayBe() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1).attemptMax(Duration.ofSeconds(2));
        var apns = fixture.server().start()) {
      fixture.startWide(apns, invite, 900);
      Behaviour foreign = Behaviour.rejects(403, "UnrelatedKeyIdInToken");
      apns.answerNext(Calls.TOKEN, foreign);
      var _ = fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN)));
      SenderFixture.eventually(() -> fixture.connectionsReplaced("spoiled") == 1);
      apns.answerNext(Calls.TOKEN, foreign);
      assertThat(fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN))).outcome())
          .isEqualTo(new TryAgain(RetryReason.CREDENTIAL));
      assertThat(fixture.connectionsReplaced("spoiled")).isEqualTo(1);

      SenderFixture.eventually(
          () -> {
            assertThat(ring(fixture, 0).join().outcome()).isEqualTo(new Accepted());
            return fixture.connectionsReplaced("spoiled") == 2;
          });
      assertThat(apns.connections()).hasSize(3);
    }
  }

  private CompletableFuture<PushReport> ring(SenderFixture fixture, int number) {
    return fixture.push(Calls.push(invite, Calls.device(Calls.token(number))));
  }
}
