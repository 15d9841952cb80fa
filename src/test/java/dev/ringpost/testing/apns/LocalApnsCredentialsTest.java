package dev.ringpost.testing.apns;

import static dev.ringpost.testing.apns.Provider.BUNDLE;
import static dev.ringpost.testing.apns.Provider.PAYLOAD;
import static dev.ringpost.testing.apns.Provider.TOKEN;
import static dev.ringpost.testing.apns.Provider.TOPIC;
import static dev.ringpost.testing.apns.Provider.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.testing.SettableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalApnsCredentialsTest {

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
  void aClientThatHasNotAuthenticatedHasOneStream() throws Exception {
    SigningKey unknown = credentials.signingKey("OTHER12345", "TEAM123456");
    try (LocalApns apns = server().start();
        Provider stranger = Provider.with(unknown, apns, credentials)) {
      var responses = stranger.answers(20);

      assertThat(responses).allMatch(response -> response.getStatusCode() == 403);
      assertThat(responses)
          .extracting(response -> response.getRejectionReason().orElseThrow())
          .containsOnly("InvalidProviderToken");
      assertThat(apns.connections()).containsExactly(new ConnectionView(1, 1, 1, 0, 20));
    }
  }

  @Test
  void aProviderTokenThatIsTooOldIsRefused() throws Exception {
    var clock = new SettableClock(Instant.now());
    try (LocalApns apns = server().clock(clock).start();
        Provider provider = Provider.with(key, apns, credentials)) {
      assertThat(provider.answer(push(TOKEN)).isAccepted()).isTrue();

      clock.advance(Duration.ofMinutes(61));

      var response = provider.answer(push(TOKEN));
      assertThat(response.getStatusCode()).isEqualTo(403);
      assertThat(response.getRejectionReason()).contains("ExpiredProviderToken");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "open sesame"})
  void aCertificateStandsForItsTopicAtOnce(String passphrase) throws Exception {
    ClientCertificate certificate = credentials.clientCertificate(BUNDLE, passphrase);
    try (LocalApns apns = server().topic(OTHER_TOPIC).start();
        Provider provider = Provider.with(certificate, apns, credentials)) {
      assertThat(provider.answer(push(TOKEN)).isAccepted()).isTrue();
      assertThat(provider.answer(push(TOKEN, OTHER_TOPIC, PAYLOAD)).getRejectionReason())
          .contains("TopicDisallowed");

      assertThat(apns.connections()).containsExactly(new ConnectionView(1, 1000, 1, 0, 2));
      assertThat(apns.pushes())
          .allSatisfy(push -> assertThat(push.headers()).doesNotContainKey("authorization"));
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityGetsNoConnection() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    ClientCertificate foreign = LocalCredentials.in(elsewhere).clientCertificate(BUNDLE);
    try (LocalApns apns = server().start();
        Provider provider = Provider.with(foreign, apns, credentials)) {
      assertThatThrownBy(() -> provider.answer(push(TOKEN)))
          .hasRootCauseInstanceOf(SSLHandshakeException.class);
      assertThat(apns.received()).isZero();
    }
  }

  private LocalApns.Builder server() {
    return LocalApns.builder(credentials).key(key).topic(TOPIC);
  }
}
