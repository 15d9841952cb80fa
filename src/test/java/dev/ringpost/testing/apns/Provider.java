package dev.ringpost.testing.apns;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.ringpost.call.VoipToken;
import io.netty.handler.codec.http2.Http2FrameLogger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A sender of pushes as Pushy makes it, for tests of the server that it talks to. */
final class Provider implements AutoCloseable {

  static final String BUNDLE = "com.example.phone";
  static final String TOPIC = BUNDLE + ".voip";
  static final VoipToken TOKEN = VoipToken.parse("ab".repeat(32));
  static final VoipToken OTHER_TOKEN = VoipToken.parse("cd".repeat(32));
  static final Instant DEADLINE = Instant.parse("2030-01-01T00:00:30Z");
  static final String PAYLOAD = "{\"aps\":{},\"call\":{\"id\":\"c-1\"}}";

  private final ApnsClient client;

  private Provider(ApnsClient client) {
    this.client = client;
  }

  static Provider with(SigningKey key, LocalApns apns, LocalCredentials credentials)
      throws Exception {
    return new Provider(signing(key, apns, credentials).build());
  }

  /** Shows the frames as they come and go. */
  static Provider watched(
      SigningKey key, LocalApns apns, LocalCredentials credentials, Http2FrameLogger frames)
      throws Exception {
    return new Provider(signing(key, apns, credentials).setFrameLogger(frames).build());
  }

  static Provider withAlpn(SigningKey key, LocalApns apns, LocalCredentials credentials)
      throws Exception {
    return new Provider(signing(key, apns, credentials).setUseAlpn(true).build());
  }

  static Provider with(ClientCertificate certificate, LocalApns apns, LocalCredentials credentials)
      throws Exception {
    return new Provider(
        builder(apns, credentials)
            .setClientCredentials(certificate.file().toFile(), certificate.passphrase())
            .build());
  }

  static SimpleApnsPushNotification push(VoipToken token) {
    return push(token, TOPIC, PAYLOAD);
  }

  static SimpleApnsPushNotification push(VoipToken token, String topic, String payload) {
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

  CompletableFuture<PushNotificationResponse<SimpleApnsPushNotification>> send(
      SimpleApnsPushNotification push) {
    return client.sendNotification(push);
  }

  PushNotificationResponse<SimpleApnsPushNotification> answer(SimpleApnsPushNotification push)
      throws Exception {
    return send(push).get(20, SECONDS);
  }

  /** The statuses of some pushes to one token, each sent after the last one's answer. */
  List<Integer> statuses(VoipToken token, int times) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      statuses.add(answer(push(token)).getStatusCode());
    }
    return statuses;
  }

  /** The answers to some pushes that are all sent at once. */
  List<PushNotificationResponse<SimpleApnsPushNotification>> answers(int count) {
    var sent = Stream.generate(() -> send(push(TOKEN))).limit(count).toList();
    return sent.stream().map(CompletableFuture::join).toList();
  }

  /** Does not wait for the client's own threads, which linger for two seconds. */
  @Override
  public void close() {
    var _ = client.close();
  }

  private static ApnsClientBuilder signing(
      SigningKey key, LocalApns apns, LocalCredentials credentials) throws Exception {
    return builder(apns, credentials)
        .setSigningKey(
            ApnsSigningKey.loadFromPkcs8File(key.file().toFile(), key.teamId(), key.keyId()));
  }

  private static ApnsClientBuilder builder(LocalApns apns, LocalCredentials credentials)
      throws Exception {
    return new ApnsClientBuilder()
        .setApnsServer(LocalApns.HOST, apns.port())
        .setTrustedServerCertificateChain(credentials.trustedCertificates().toFile())
        .setGracefulShutdownTimeout(Duration.ofMillis(100));
  }
}
