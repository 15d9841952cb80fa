package dev.ringpost.testing.apns;

import static dev.ringpost.testing.apns.Provider.DEADLINE;
import static dev.ringpost.testing.apns.Provider.OTHER_TOKEN;
import static dev.ringpost.testing.apns.Provider.PAYLOAD;
import static dev.ringpost.testing.apns.Provider.TOKEN;
import static dev.ringpost.testing.apns.Provider.TOPIC;
import static dev.ringpost.testing.apns.Provider.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.VoipToken;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalApnsTest {

  private static final String OTHER_TOPIC = "com.example.other.voip";

  @TempDir Path folder;

  private LocalCredentials credentials;
  private SigningKey key;

  @BeforeEach
  void makeCredentials() {
    credentials = LocalCredentials.in(folder);
    key = credentials.signingKey("KEY1234567", "TEAM123456");
  }

  @Test
  void anAcceptedPushIsWrittenDownAsItCame() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      Instant before = Instant.now();

      var response = provider.answer(push(TOKEN));

      assertThat(response.isAccepted()).isTrue();
      assertThat(response.getApnsId()).isEqualTo(response.getPushNotification().getApnsId());
      ReceivedPush seen = apns.pushes(TOKEN).getFirst();
      assertThat(seen.headers())
          .containsAllEntriesOf(
              Map.of(
                  ":method",
                  "POST",
                  ":path",
                  "/3/device/" + TOKEN.hex(),
                  "apns-push-type",
                  "voip",
                  "apns-topic",
                  TOPIC,
                  "apns-priority",
                  "10",
                  "apns-expiration",
                  Long.toString(DEADLINE.getEpochSecond()),
                  "apns-id",
                  response.getApnsId().toString()));
      assertThat(seen.json().at("/call/id").asText()).isEqualTo("c-1");
      assertThat(seen.accepted()).isTrue();
      assertThat(seen.arrivedAt()).isBetween(before, Instant.now());
      assertThat(apns.received()).isEqualTo(1);
      assertThat(apns.answeredWith(200)).isEqualTo(1);
    }
  }

  @Test
  void aTokenGetsStatusReasonAndTimestampThatWereSetForIt() throws Exception {
    Instant since = Instant.parse("2026-11-01T10:00:00.123Z");
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answer(TOKEN, Behaviour.rejects(410, "Unregistered", since));

      var response = provider.answer(push(TOKEN));

      assertThat(response.getStatusCode()).isEqualTo(410);
      assertThat(response.getRejectionReason()).contains("Unregistered");
      assertThat(response.getTokenInvalidationTimestamp()).contains(since);
      assertThat(provider.statuses(OTHER_TOKEN, 1)).containsExactly(200);
    }
  }

  @Test
  void whatIsSetForTheNextPushesComesOnceEach() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answer(TOKEN, Behaviour.rejects(410, "ExpiredToken"));
      apns.answerNext(
          TOKEN,
          Behaviour.rejects(503, "ServiceUnavailable"),
          Behaviour.rejects(429, "TooManyRequests"));

      assertThat(provider.statuses(TOKEN, 4)).containsExactly(503, 429, 410, 410);
    }
  }

  @Test
  void theNewestPrefixThatMatchesWins() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answerAll(Behaviour.rejects(500, "InternalServerError"));
      apns.answerPrefix("ab", Behaviour.rejects(503, "Shutdown"));
      apns.answerPrefix("abab", Behaviour.accepts());

      assertThat(provider.statuses(TOKEN, 1)).containsExactly(200);
      assertThat(provider.statuses(VoipToken.parse("ab00"), 1)).containsExactly(503);
      assertThat(provider.statuses(OTHER_TOKEN, 1)).containsExactly(500);
    }
  }

  @Test
  void aRuleSeesThePushAndMayDecideAboutIt() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answerBy(
          push ->
              push.json().at("/call/id").asText().equals("c-2")
                  ? Behaviour.rejects(500, "InternalServerError")
                  : push.behaviour());

      assertThat(provider.answer(push(TOKEN)).isAccepted()).isTrue();
      var second = provider.answer(push(TOKEN, TOPIC, PAYLOAD.replace("c-1", "c-2")));

      assertThat(second.getStatusCode()).isEqualTo(500);
      assertThat(apns.pushes()).extracting(ReceivedPush::accepted).containsExactly(true, false);
    }
  }

  @Test
  void aSilentOrSlowTokenHoldsUpNoOther() throws Exception {
    VoipToken slow = VoipToken.parse("ef".repeat(32));
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answer(TOKEN, Behaviour.keepsSilent());
      apns.answer(slow, Behaviour.accepts().after(Duration.ofHours(1)));
      var silent = provider.send(push(TOKEN));
      var later = provider.send(push(slow));

      assertThat(provider.answer(push(OTHER_TOKEN)).isAccepted()).isTrue();

      await().until(() -> apns.received() == 3);
      assertThat(silent).isNotDone();
      assertThat(later).isNotDone();
    }
  }

  @Test
  void aDelayedAnswerComesAfterItsDelay() throws Exception {
    Duration delay = Duration.ofMillis(50);
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      apns.answerAll(Behaviour.rejects(503, "Shutdown").after(delay));
      long sent = System.nanoTime();

      assertThat(provider.answer(push(TOKEN)).getRejectionReason()).contains("Shutdown");

      assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThan(delay);
    }
  }

  @Test
  void aPayloadMayHaveApplesLimitAndNoMore() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = provider(apns)) {
      assertThat(provider.answer(push(TOKEN, TOPIC, "x".repeat(5120))).isAccepted()).isTrue();

      var refused = provider.answer(push(TOKEN, TOPIC, "x".repeat(5121)));

      assertThat(refused.getStatusCode()).isEqualTo(413);
      assertThat(refused.getRejectionReason()).contains("PayloadTooLarge");
    }
  }

  @Test
  void anAuthenticatedClientHasTheAnnouncedStreamsAndItsMostIsKnown() throws Exception {
    try (LocalApns apns = server().maxStreams(5).start();
        Provider provider = provider(apns)) {
      apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(20)));

      assertThat(provider.answers(50)).allMatch(response -> response.isAccepted());

      assertThat(apns.connections()).containsExactly(new ConnectionView(1, 5, 5, 0, 50));
    }
  }

  @Test
  void itSpeaksAlpnToClientsThatDo() throws Exception {
    try (LocalApns apns = server().start();
        Provider provider = Provider.withAlpn(key, apns, credentials)) {
      assertThat(provider.answer(push(TOKEN)).isAccepted()).isTrue();
    }
  }

  @Test
  void aTokenOfTheOtherEnvironmentIsBad() throws Exception {
    try (LocalApns apns = server().topic(OTHER_TOPIC).onlyRegisteredTokens().start();
        Provider provider = provider(apns)) {
      apns.register(TOKEN, TOPIC);

      assertThat(provider.answer(push(TOKEN)).isAccepted()).isTrue();
      assertThat(provider.answer(push(OTHER_TOKEN)).getRejectionReason())
          .contains("BadDeviceToken");
      assertThat(provider.answer(push(TOKEN, OTHER_TOPIC, PAYLOAD)).getRejectionReason())
          .contains("DeviceTokenNotForTopic");
    }
  }

  @Test
  void aServerThatOnlyCountsKeepsNothing() throws Exception {
    try (LocalApns apns = server().onlyCount().start();
        Provider provider = provider(apns)) {
      apns.answer(TOKEN, Behaviour.rejects(410, "Unregistered"));

      assertThat(provider.statuses(TOKEN, 2)).containsExactly(410, 410);
      assertThat(provider.statuses(OTHER_TOKEN, 1)).containsExactly(200);

      assertThat(apns.received()).isEqualTo(3);
      assertThat(apns.answeredWith(410)).isEqualTo(2);
      assertThatThrownBy(apns::pushes).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void theOldestPushesAreForgottenFirst() throws Exception {
    try (LocalApns apns = server().keepPushes(2).start();
        Provider provider = provider(apns)) {
      assertThat(provider.statuses(TOKEN, 1)).containsExactly(200);
      assertThat(provider.statuses(OTHER_TOKEN, 2)).containsExactly(200, 200);

      assertThat(apns.pushes()).hasSize(2);
      assertThat(apns.pushes(TOKEN)).isEmpty();
      assertThat(apns.received()).isEqualTo(3);
    }
  }

  private LocalApns.Builder server() {
    return LocalApns.builder(credentials).key(key).topic(TOPIC);
  }

  private Provider provider(LocalApns apns) throws Exception {
    return Provider.with(key, apns, credentials);
  }
}
