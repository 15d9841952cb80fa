package dev.ringpost.testing.apns;

import static dev.ringpost.testing.apns.Provider.OTHER_TOKEN;
import static dev.ringpost.testing.apns.Provider.TOKEN;
import static dev.ringpost.testing.apns.Provider.TOPIC;
import static dev.ringpost.testing.apns.Provider.push;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringpost.testing.apns.Behaviour.Body;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local APNs' faults, seen from the other end of the wire. */
class FaultTest {

  @TempDir Path folder;

  private LocalCredentials credentials;
  private SigningKey key;

  @BeforeEach
  void makeCredentials() {
    credentials = LocalCredentials.in(folder);
    key = credentials.signingKey("KEY1234567", "TEAM123456");
  }

  @Test
  void aStreamIsResetByItsCodeAndTheConnectionStays() throws Exception {
    var frames = new Frames();
    try (LocalApns apns = server().start();
        Provider provider = Provider.watched(key, apns, credentials, frames)) {
      apns.answer(TOKEN, Behaviour.resetsStream(Http2Error.ENHANCE_YOUR_CALM));

      assertThatThrownBy(() -> provider.answer(push(TOKEN)))
          .hasCauseInstanceOf(IOException.class)
          .hasMessageContaining("Stream closed before a reply was received");
      assertThat(provider.statuses(OTHER_TOKEN, 1)).containsExactly(200);
      assertThat(frames.seen).containsExactly("RST_STREAM 11");
      assertThat(apns.accepted()).isEqualTo(1);
    }
  }

  @Test
  void aRefusedStreamIsTriedAgainByPushy() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answerNext(TOKEN, Behaviour.refusesStream(), Behaviour.refusesStream());

      assertThat(provider.statuses(TOKEN, 1)).containsExactly(200);
      assertThat(apns.pushes(TOKEN))
          .extracting(ReceivedPush::behaviour)
          .containsExactly(
              Behaviour.refusesStream(), Behaviour.refusesStream(), Behaviour.accepts());
    }
  }

  @Test
  void aConnectionIsResetUnderItsPushes() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answerNext(TOKEN, Behaviour.keepsSilent());
      var open = provider.send(push(TOKEN));
      await().until(() -> apns.received() == 1);

      assertThat(apns.inject(ConnectionFault.tcpReset(), Scope.connection(7))).isZero();
      assertThat(apns.inject(ConnectionFault.tcpReset(), Scope.connection(1))).isEqualTo(1);

      assertThatThrownBy(() -> open.get(20, SECONDS)).hasCauseInstanceOf(IOException.class);
      assertThat(provider.statuses(TOKEN, 1)).containsExactly(200);
      assertThat(apns.connections()).hasSize(2);
      assertThat(apns.open()).isEqualTo(1);
    }
  }

  @Test
  void goAwayCarriesApplesWords() throws Exception {
    var frames = new Frames();
    try (LocalApns apns = server().start();
        Provider provider = Provider.watched(key, apns, credentials, frames)) {
      assertThat(provider.statuses(TOKEN, 1)).containsExactly(200);
      assertThat(apns.inject(ConnectionFault.goAway("Shutdown"), Scope.all())).isEqualTo(1);

      await().until(() -> !frames.seen.isEmpty());
      assertThat(frames.seen).containsExactly("GOAWAY 0 3 {\"reason\":\"Shutdown\"}");
      await().until(() -> apns.open() == 0);
    }
  }

  @Test
  void aPushCanStrikeTheConnectionThatItCameOn() throws Exception {
    try (LocalApns apns = server().start();
        Provider failing = provider(apns);
        Provider other = provider(apns)) {
      assertThat(other.statuses(OTHER_TOKEN, 1)).containsExactly(200);
      apns.answerNext(TOKEN, Behaviour.failsConnection(ConnectionFault.tcpReset()));

      assertThatThrownBy(() -> failing.answer(push(TOKEN))).hasCauseInstanceOf(IOException.class);
      assertThat(other.statuses(OTHER_TOKEN, 1)).containsExactly(200);
      assertThat(apns.accepted()).isEqualTo(2);
    }
  }

  @Test
  void aSilentConnectionStaysAndWorksAgainAfterwards() throws Exception {
    try (LocalApns apns = server().start();
        Provider silenced = provider(apns);
        Provider other = provider(apns)) {
      apns.answerNext(
          TOKEN, Behaviour.accepts(), Behaviour.accepts().after(Duration.ofMillis(300)));
      assertThat(silenced.statuses(TOKEN, 1)).containsExactly(200);
      var late = silenced.send(push(TOKEN));
      await().until(() -> apns.received() == 2);
      ActiveFault silence = apns.begin(Fault.silence(), Scope.connection(1));
      assertThat(other.statuses(OTHER_TOKEN, 1)).containsExactly(200);
      var unread = silenced.send(push(TOKEN));
      Thread.sleep(Duration.ofMillis(400));

      assertThat(late).isNotDone();
      assertThat(unread).isNotDone();
      assertThat(apns.pushes(TOKEN)).hasSize(2);
      silence.close();
      assertThat(late.get(20, SECONDS).isAccepted()).isTrue();
      assertThat(unread.get(20, SECONDS).isAccepted()).isTrue();
      assertThat(apns.accepted()).isEqualTo(2);
    }
  }

  @Test
  void aSilentServerTakesConnectionsThatWorkOnceItIsOver() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      ActiveFault silence = apns.begin(Fault.silence(), Scope.all());
      var waiting = provider.send(push(TOKEN));
      await().until(() -> apns.accepted() == 1);
      Thread.sleep(Duration.ofMillis(100));

      assertThat(apns.connections()).isEmpty();
      silence.close();
      assertThat(waiting.get(20, SECONDS).isAccepted()).isTrue();
      assertThat(apns.accepted()).isEqualTo(1);
    }
  }

  @Test
  void theStreamLimitChangesWhileAConnectionStands() throws Exception {
    var frames = new Frames();
    try (LocalApns apns = server().maxStreams(50).start();
        Provider provider = Provider.watched(key, apns, credentials, frames)) {
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(20)));
      try (ActiveFault low = apns.begin(Fault.streamLimit(3), Scope.all())) {
        assertThat(low.lasts()).isTrue();
        assertThat(provider.answers(30)).allMatch(response -> response.isAccepted());
        assertThat(apns.connections()).containsExactly(new ConnectionView(1, 3, 3, 0, 30));
        ActiveFault lower = apns.begin(Fault.streamLimit(2), Scope.connection(1));
        await().until(() -> frames.limits.contains(2L));
        lower.close();
        await().until(() -> frames.limits.equals(List.of(1L, 3L, 2L, 3L)));
      }
      await().until(() -> frames.limits.equals(List.of(1L, 3L, 2L, 3L, 50L)));
      assertThat(provider.answers(60)).allMatch(response -> response.isAccepted());
      assertThat(apns.connections()).containsExactly(new ConnectionView(1, 50, 50, 0, 90));
    }
  }

  @Test
  void anAnswersBodyComesAsItIsTold() throws Exception {
    var gone = Behaviour.rejects(410, "Unregistered", Instant.EPOCH);
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answerNext(
          TOKEN, gone.with(Body.SPLIT), gone.with(Body.NOT_JSON), gone.with(Body.MISSING), gone);

      assertGoneWithoutWords(provider);
      assertGoneWithoutWords(provider);
      assertThatThrownBy(() -> provider.answer(push(TOKEN))).hasCauseInstanceOf(IOException.class);
      assertThat(provider.answer(push(TOKEN)).getRejectionReason()).contains("Unregistered");
    }
  }

  @Test
  void refusedTlsIsAFailedHandshake() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      try (ActiveFault _ = apns.begin(Fault.tlsRefused(), Scope.all())) {
        assertThatThrownBy(() -> provider.answer(push(TOKEN)))
            .hasRootCauseInstanceOf(SSLException.class);
      }
      assertThat(provider.statuses(TOKEN, 1)).containsExactly(200);
      assertThat(apns.connections()).hasSize(1);
      assertThat(apns.accepted()).isEqualTo(2);
    }
  }

  @Test
  void withoutSettingsAConnectionHearsNothing() throws Exception {
    try (LocalApns apns = server().start()) {
      assertThat(BareClient.hearsSomething(apns, credentials)).isTrue();
      try (ActiveFault _ = apns.begin(Fault.noSettings(), Scope.connection(2))) {
        assertThat(BareClient.hearsSomething(apns, credentials)).isFalse();
        assertThat(BareClient.hearsSomething(apns, credentials)).isTrue();
      }
    }
  }

  @Test
  void aFaultMayConcernOneTokenOrOneConnection() throws Exception {
    try (LocalApns apns = server().start();
        Provider first = provider(apns);
        Provider second = provider(apns)) {
      assertThat(first.statuses(TOKEN, 1)).containsExactly(200);
      apns.begin(Fault.pushesGet(Behaviour.rejects(500, "InternalServerError")), Scope.all());
      apns.begin(Fault.pushesGet(Behaviour.rejects(503, "Shutdown")), Scope.connection(2));
      apns.begin(Fault.pushesGet(Behaviour.rejects(410, "ExpiredToken")), Scope.token(OTHER_TOKEN));

      assertThat(first.statuses(TOKEN, 1)).containsExactly(500);
      assertThat(second.statuses(TOKEN, 1)).containsExactly(503);
      assertThat(second.statuses(OTHER_TOKEN, 1)).containsExactly(410);
      apns.recover();
      assertThat(second.statuses(OTHER_TOKEN, 1)).containsExactly(200);
    }
  }

  @Test
  void aFaultMayEndByItself() throws Exception {
    Duration time = Duration.ofMillis(200);
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      long begun = System.nanoTime();
      ActiveFault active =
          apns.begin(Fault.pushesGet(Behaviour.refusesStream()), Scope.token(TOKEN), time);
      assertThat(apns.activeFaults()).containsExactly(active);

      assertThat(provider.statuses(TOKEN, 1)).containsExactly(200);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(time);
      assertThat(active.lasts()).isFalse();
      assertThat(apns.activeFaults()).isEmpty();
    }
  }

  @Test
  void slowAnswersAreSlowerThanTheyWereSet() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(30)));
      apns.begin(Fault.slowAnswers(Duration.ofMillis(40)), Scope.all());
      apns.begin(Fault.slowAnswers(Duration.ofMillis(50)), Scope.token(TOKEN));
      long sent = System.nanoTime();

      assertThat(provider.answer(push(TOKEN)).isAccepted()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThan(Duration.ofMillis(120));
    }
  }

  @Test
  void faultsBegunFromManyThreadsAllEnd() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      assertThat(provider.statuses(TOKEN, 1)).containsExactly(200);
      var begun =
          Stream.of(Fault.silence(), Fault.streamLimit(1), Fault.slowAnswers(Duration.ofDays(1)))
              .flatMap(
                  fault ->
                      Stream.generate(
                              () ->
                                  CompletableFuture.runAsync(
                                      () -> apns.begin(fault, Scope.connection(1)).close()))
                          .limit(100))
              .toList();
      begun.forEach(CompletableFuture::join);

      assertThat(apns.activeFaults()).isEmpty();
      assertThat(provider.answers(20)).allMatch(response -> response.isAccepted());
      assertThat(apns.connections().getFirst().announcedStreams()).isEqualTo(1000);
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    try (LocalApns apns = server().start()) {
      assertThatThrownBy(() -> apns.begin(Fault.tlsRefused(), Scope.connection(1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> apns.begin(Fault.silence(), Scope.token(TOKEN)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> apns.inject(ConnectionFault.tcpReset(), Scope.token(TOKEN)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(apns.activeFaults()).isEmpty();
    }
  }

  private static void assertGoneWithoutWords(Provider provider) throws Exception {
    var response = provider.answer(push(TOKEN));
    assertThat(response.getStatusCode()).isEqualTo(410);
    assertThat(response.getRejectionReason()).isEmpty();
    assertThat(response.getTokenInvalidationTimestamp()).isEmpty();
  }

  private LocalApns.Builder server() {
    return LocalApns.builder(credentials).key(key).topic(TOPIC);
  }

  private Provider provider(LocalApns apns) throws Exception {
    return Provider.with(key, apns, credentials);
  }
}
