package dev.ringpost.testing.apns;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.SettableClock;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalApnsTest {

  private static final String BUNDLE = "com.example.phone";
  private static final String TOPIC = BUNDLE + ".voip";
  private static final VoipToken TOKEN = VoipToken.parse("ab".repeat(32));
  private static final VoipToken OTHER_TOKEN = VoipToken.parse("cd".repeat(32));
  private static final Instant DEADLINE = Instant.parse("2030-01-01T00:00:30Z");
  private static final String PAYLOAD = "{\"aps\":{},\"call\":{\"id\":\"c-1\"}}";

  private static final EventLoopGroup LOOPS = new NioEventLoopGroup(1);

  @TempDir Path folder;

  private LocalCredentials credentials;
  private SigningKey key;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void makeCredentials() {
    credentials = LocalCredentials.in(folder);
    key = credentials.signingKey("KEY1234567", "TEAM123456");
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @AfterAll
  static void closeLoops() {
    LOOPS.shutdownGracefully(0, 5, SECONDS).syncUninterruptibly();
  }

  @Test
  void anAcceptedPushIsWrittenDownAsItCame() throws Exception {
    LocalApns apns = start(server());
    var push = push(TOKEN);
    Instant before = Instant.now();

    var response = answer(tokenClient(apns), push);

    assertThat(response.isAccepted()).isTrue();
    assertThat(response.getApnsId()).isEqualTo(push.getApnsId());
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

  @Test
  void aTokenGetsStatusReasonAndTimestampThatWereSetForIt() throws Exception {
    LocalApns apns = start(server());
    Instant since = Instant.parse("2026-11-01T10:00:00.123Z");
    apns.answer(TOKEN, Behaviour.rejects(410, "Unregistered", since));
    ApnsClient client = tokenClient(apns);

    var response = answer(client, push(TOKEN));

    assertThat(response.getStatusCode()).isEqualTo(410);
    assertThat(response.getRejectionReason()).contains("Unregistered");
    assertThat(response.getTokenInvalidationTimestamp()).contains(since);
    assertThat(answer(client, push(OTHER_TOKEN)).isAccepted()).isTrue();
  }

  @Test
  void whatIsSetForTheNextPushesComesOnceEach() throws Exception {
    LocalApns apns = start(server());
    apns.answer(TOKEN, Behaviour.rejects(410, "ExpiredToken"));
    apns.answerNext(
        TOKEN, Behaviour.rejects(503, "ServiceUnavailable"), Behaviour.rejects(429, "x"));
    ApnsClient client = tokenClient(apns);

    assertThat(statuses(client, TOKEN, 4)).containsExactly(503, 429, 410, 410);
  }

  @Test
  void theNewestPrefixThatMatchesWins() throws Exception {
    LocalApns apns = start(server());
    apns.answerAll(Behaviour.rejects(500, "InternalServerError"));
    apns.answerPrefix("ab", Behaviour.rejects(503, "Shutdown"));
    apns.answerPrefix("abab", Behaviour.accepts());
    ApnsClient client = tokenClient(apns);

    assertThat(statuses(client, TOKEN, 1)).containsExactly(200);
    assertThat(statuses(client, VoipToken.parse("ab00"), 1)).containsExactly(503);
    assertThat(statuses(client, OTHER_TOKEN, 1)).containsExactly(500);
  }

  @Test
  void aRuleSeesThePushAndMayDecideAboutIt() throws Exception {
    LocalApns apns = start(server());
    apns.answerBy(
        push ->
            push.json().at("/call/id").asText().equals("c-2")
                ? Behaviour.rejects(500, "InternalServerError")
                : push.behaviour());
    ApnsClient client = tokenClient(apns);

    assertThat(answer(client, push(TOKEN)).isAccepted()).isTrue();
    var second = answer(client, push(TOKEN, TOPIC, PAYLOAD.replace("c-1", "c-2")));

    assertThat(second.getStatusCode()).isEqualTo(500);
    assertThat(apns.pushes()).extracting(ReceivedPush::accepted).containsExactly(true, false);
  }

  @Test
  void aSilentOrSlowTokenHoldsUpNoOther() throws Exception {
    LocalApns apns = start(server());
    VoipToken slow = VoipToken.parse("ef".repeat(32));
    apns.answer(TOKEN, Behaviour.keepsSilent());
    apns.answer(slow, Behaviour.accepts().after(Duration.ofHours(1)));
    ApnsClient client = tokenClient(apns);
    var silent = client.sendNotification(push(TOKEN));
    var later = client.sendNotification(push(slow));

    assertThat(answer(client, push(OTHER_TOKEN)).isAccepted()).isTrue();

    await().until(() -> apns.received() == 3);
    assertThat(silent).isNotDone();
    assertThat(later).isNotDone();
  }

  @Test
  void aDelayedAnswerComesAfterItsDelay() throws Exception {
    LocalApns apns = start(server());
    apns.answerAll(Behaviour.rejects(503, "Shutdown").after(Duration.ofMillis(50)));
    ApnsClient client = tokenClient(apns);
    long sent = System.nanoTime();

    assertThat(answer(client, push(TOKEN)).getRejectionReason()).contains("Shutdown");

    assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThan(Duration.ofMillis(50));
  }

  @Test
  void aPayloadMayHaveApplesLimitAndNoMore() throws Exception {
    LocalApns apns = start(server());
    ApnsClient client = tokenClient(apns);

    assertThat(answer(client, push(TOKEN, TOPIC, "x".repeat(5120))).isAccepted()).isTrue();
    var refused = answer(client, push(TOKEN, TOPIC, "x".repeat(5121)));

    assertThat(refused.getStatusCode()).isEqualTo(413);
    assertThat(refused.getRejectionReason()).contains("PayloadTooLarge");
  }

  @Test
  void aClientThatHasNotAuthenticatedHasOneStream() throws Exception {
    LocalApns apns = start(server());
    ApnsClient stranger = client(apns, credentials.signingKey("OTHER12345", "TEAM123456"));

    var responses = sendAll(stranger, 20);

    assertThat(responses)
        .allSatisfy(
            response -> {
              assertThat(response.getStatusCode()).isEqualTo(403);
              assertThat(response.getRejectionReason()).contains("InvalidProviderToken");
            });
    assertThat(apns.connections().getFirst()).isEqualTo(new ConnectionView(1, 1, 1, 0, 20));
  }

  @Test
  void anAuthenticatedClientHasTheAnnouncedStreamsAndItsMostIsKnown() {
    LocalApns apns = start(server().maxStreams(5));
    apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(20)));

    sendAll(tokenClient(apns), 50);

    assertThat(apns.connections()).containsExactly(new ConnectionView(1, 5, 5, 0, 50));
  }

  @Test
  void aProviderTokenThatIsTooOldIsRefused() throws Exception {
    var clock = new SettableClock(Instant.now());
    LocalApns apns = start(server().clock(clock));
    ApnsClient client = tokenClient(apns);
    assertThat(answer(client, push(TOKEN)).isAccepted()).isTrue();

    clock.advance(Duration.ofMinutes(61));

    var response = answer(client, push(TOKEN));
    assertThat(response.getStatusCode()).isEqualTo(403);
    assertThat(response.getRejectionReason()).contains("ExpiredProviderToken");
  }

  @Test
  void aCertificateWithOrWithoutPassphraseStandsForItsTopicAtOnce() throws Exception {
    LocalApns apns = start(server().topic("com.example.other.voip"));

    for (ClientCertificate certificate :
        List.of(
            credentials.clientCertificate(BUNDLE),
            credentials.clientCertificate(BUNDLE, "open sesame"))) {
      ApnsClient client = client(apns, certificate);
      assertThat(answer(client, push(TOKEN)).isAccepted()).isTrue();
      assertThat(answer(client, push(TOKEN, "com.example.other.voip", PAYLOAD)))
          .extracting(response -> response.getRejectionReason().orElseThrow())
          .isEqualTo("TopicDisallowed");
    }
    assertThat(apns.connections())
        .extracting(ConnectionView::announcedStreams)
        .containsExactly(1000, 1000);
    assertThat(apns.pushes())
        .allSatisfy(push -> assertThat(push.headers()).doesNotContainKey("authorization"));
  }

  @Test
  void aCertificateOfAnotherAuthorityGetsNoConnection() throws Exception {
    LocalApns apns = start(server());
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    ClientCertificate foreign = LocalCredentials.in(elsewhere).clientCertificate(BUNDLE);

    assertThatThrownBy(() -> answer(client(apns, foreign), push(TOKEN)))
        .hasRootCauseInstanceOf(SSLHandshakeException.class);

    assertThat(apns.received()).isZero();
  }

  @Test
  void itSpeaksAlpnToClientsThatDo() throws Exception {
    LocalApns apns = start(server());
    ApnsClient client = open(signing(builder(apns), key).setUseAlpn(true));

    assertThat(answer(client, push(TOKEN)).isAccepted()).isTrue();
  }

  @Test
  void aTokenOfTheOtherEnvironmentIsBad() throws Exception {
    LocalApns apns = start(server().topic("com.example.other.voip").onlyRegisteredTokens());
    apns.register(TOKEN, TOPIC);
    ApnsClient client = tokenClient(apns);

    assertThat(answer(client, push(TOKEN)).isAccepted()).isTrue();
    assertThat(answer(client, push(OTHER_TOKEN)).getRejectionReason()).contains("BadDeviceToken");
    assertThat(answer(client, push(TOKEN, "com.example.other.voip", PAYLOAD)).getRejectionReason())
        .contains("DeviceTokenNotForTopic");
  }

  @Test
  void aServerThatOnlyCountsKeepsNothing() throws Exception {
    LocalApns apns = start(server().onlyCount());
    apns.answer(TOKEN, Behaviour.rejects(410, "Unregistered"));
    ApnsClient client = tokenClient(apns);

    assertThat(statuses(client, TOKEN, 2)).containsExactly(410, 410);
    assertThat(statuses(client, OTHER_TOKEN, 1)).containsExactly(200);

    assertThat(apns.received()).isEqualTo(3);
    assertThat(apns.answeredWith(410)).isEqualTo(2);
    assertThatThrownBy(apns::pushes).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theOldestPushesAreForgottenFirst() throws Exception {
    LocalApns apns = start(server().keepPushes(2));
    ApnsClient client = tokenClient(apns);

    assertThat(statuses(client, TOKEN, 1)).containsExactly(200);
    assertThat(statuses(client, OTHER_TOKEN, 2)).containsExactly(200, 200);

    assertThat(apns.pushes()).hasSize(2);
    assertThat(apns.pushes(TOKEN)).isEmpty();
    assertThat(apns.received()).isEqualTo(3);
  }

  private LocalApns.Builder server() {
    return LocalApns.builder(credentials).key(key).topic(TOPIC);
  }

  private LocalApns start(LocalApns.Builder builder) {
    LocalApns apns = builder.start();
    open.add(apns);
    return apns;
  }

  private ApnsClient tokenClient(LocalApns apns) {
    return client(apns, key);
  }

  private ApnsClient client(LocalApns apns, SigningKey signingKey) {
    try {
      return open(signing(builder(apns), signingKey));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private ApnsClient client(LocalApns apns, ClientCertificate certificate) throws Exception {
    return open(
        builder(apns).setClientCredentials(certificate.file().toFile(), certificate.passphrase()));
  }

  private ApnsClientBuilder builder(LocalApns apns) throws SSLException {
    return new ApnsClientBuilder()
        .setApnsServer(LocalApns.HOST, apns.port())
        .setTrustedServerCertificateChain(credentials.trustedCertificates().toFile())
        .setEventLoopGroup(LOOPS)
        .setGracefulShutdownTimeout(Duration.ofMillis(100));
  }

  private static ApnsClientBuilder signing(ApnsClientBuilder builder, SigningKey key)
      throws Exception {
    return builder.setSigningKey(
        ApnsSigningKey.loadFromPkcs8File(key.file().toFile(), key.teamId(), key.keyId()));
  }

  private ApnsClient open(ApnsClientBuilder builder) throws SSLException {
    ApnsClient client = builder.build();
    open.add(() -> client.close().get(10, SECONDS));
    return client;
  }

  private static SimpleApnsPushNotification push(VoipToken token) {
    return push(token, TOPIC, PAYLOAD);
  }

  private static SimpleApnsPushNotification push(VoipToken token, String topic, String payload) {
    return new SimpleApnsPushNotification(
        token.hex(),
        topic,
        payload,
        DEADLINE,
        DeliveryPriority.IMMEDIATE,
        PushType.VOIP,
        null,
        UUID.randomUUID());
  }

  private static PushNotificationResponse<SimpleApnsPushNotification> answer(
      ApnsClient client, SimpleApnsPushNotification push) throws Exception {
    return client.sendNotification(push).get(20, SECONDS);
  }

  private static List<Integer> statuses(ApnsClient client, VoipToken token, int times)
      throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      statuses.add(answer(client, push(token)).getStatusCode());
    }
    return statuses;
  }

  private static List<PushNotificationResponse<SimpleApnsPushNotification>> sendAll(
      ApnsClient client, int count) {
    return Stream.generate(() -> push(TOKEN))
        .limit(count)
        .map(client::sendNotification)
        .toList()
        .stream()
        .map(CompletableFuture::join)
        .toList();
  }
}
