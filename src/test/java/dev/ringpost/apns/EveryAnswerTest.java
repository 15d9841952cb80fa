package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Every answer that Apple documents, from a server to the outcome, on one route. */
@TestInstance(Lifecycle.PER_CLASS)
class EveryAnswerTest {

  /** So many that none is waited for while others are being replaced. */
  private static final int CONNECTIONS = 8;

  private static final Instant SINCE = Instant.parse("2026-11-20T08:00:00Z");

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  private SenderFixture fixture;
  private LocalApns apns;
  private int phones;

  @BeforeAll
  void start(@TempDir Path folder) {
    fixture = SenderFixture.in(folder).connections(CONNECTIONS);
    apns = fixture.server().start();
    fixture.production(apns.port()).start();
  }

  @AfterAll
  void stop() {
    apns.close();
    fixture.close();
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/dev/ringpost/apns/wire/answers.csv",
      quoteCharacter = '\'',
      useHeadersInDisplayName = true)
  void comesToItsOutcome(int status, String reason, String outcome, boolean spoils)
      throws Exception {
    keepTheBreakerShut();
    double replaced = fixture.connectionsReplaced("spoiled");
    double triedAgain = fixture.triedAgain("spoiled");
    VoipToken phone = phone();
    Behaviour behaviour = behaviour(status, reason);
    apns.answerNext(phone, behaviour, behaviour);
    PushReport report = ring(phone);

    assertThat(report.outcome().code()).isEqualTo(outcome);
    assertThat(report.answer()).contains(new ApnsResponse(status, reason));
    int tries = report.tries();
    // trouble is tried elsewhere as long as nothing speaks against the others
    assertThat(tries).isBetween(spoils ? 2 : 1, spoils || status >= 500 ? 2 : 1);
    assertThat(apns.pushes(phone))
        .hasSize(tries)
        .allSatisfy(
            push -> assertThat(push.header("apns-id")).isEqualTo(report.apnsId().toString()))
        .extracting(ReceivedPush::connection)
        .doesNotHaveDuplicates();
    assertThat(report.outcome() instanceof Unregistered).isEqualTo(status == 410);
    if (report.outcome() instanceof Unregistered gone) {
      assertThat(gone.since()).isEqualTo(Optional.of(SINCE));
    }
    boolean serves = reason.equals("UnrelatedKeyIdInToken"); // until the new one is up
    assertThat(fixture.connectionsReplaced("spoiled") - replaced)
        .isEqualTo(spoils && !serves ? 2 : 0);
    assertThat(fixture.triedAgain("spoiled") - triedAgain).isEqualTo(tries - 1);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/dev/ringpost/apns/wire/answers.csv",
      quoteCharacter = '\'',
      useHeadersInDisplayName = true)
  void onlyOneAboutTheConnectionIsMadeGoodByAnotherConnection(
      int status, String reason, String outcome, boolean spoils) throws Exception {
    keepTheBreakerShut();
    VoipToken phone = phone();
    apns.answerNext(phone, behaviour(status, reason));
    PushReport report = ring(phone);

    if (status >= 500 && !spoils) {
      assertThat(report.outcome().code()).isIn("accepted", outcome);
    } else {
      assertThat(report.outcome().code()).isEqualTo(spoils ? "accepted" : outcome);
      assertThat(report.tries()).isEqualTo(spoils ? 2 : 1);
    }
  }

  @Test
  void aReasonThatGotLostWithA403IsOneAboutTheConnection() throws Exception {
    VoipToken phone = phone();
    apns.answerNext(
        phone,
        Behaviour.rejects(403, "ExpiredProviderToken").with(Behaviour.Body.MISSING),
        Behaviour.rejects(403, "ExpiredProviderToken").with(Behaviour.Body.NOT_JSON));
    PushReport report = ring(phone);

    assertThat(report.outcome().code()).isEqualTo("credential");
    assertThat(report.answer()).contains(new ApnsResponse(403, ""));
    assertThat(report.tries()).isEqualTo(2);
  }

  private static Behaviour behaviour(int status, String reason) {
    if (status == 200) {
      return Behaviour.accepts();
    }
    return status == 410
        ? Behaviour.rejects(status, reason, SINCE)
        : Behaviour.rejects(status, reason);
  }

  private void keepTheBreakerShut() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThat(ring(phone()).outcome()).isEqualTo(new Accepted());
    }
  }

  private VoipToken phone() {
    return Calls.token(++phones);
  }

  private PushReport ring(VoipToken phone) throws Exception {
    return fixture.outcome(Calls.push(invite, Calls.device(phone)));
  }
}
