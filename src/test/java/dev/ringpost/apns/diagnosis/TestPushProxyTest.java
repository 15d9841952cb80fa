package dev.ringpost.apns.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.diagnosis.TestPush.Order;
import dev.ringpost.apns.diagnosis.TestPush.Result;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Proxy;
import dev.ringpost.apns.path.ApnsSettings.Proxy.Kind;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.LocalProxy;
import dev.ringpost.testing.apns.SigningKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A test push through the proxy that the worker goes through, and the words for trouble there. */
@Execution(ExecutionMode.CONCURRENT)
class TestPushProxyTest {

  private static final String PASSWORD = "s3cret";

  @TempDir Path folder;

  private LocalCredentials local;
  private SigningKey key;
  private LocalApns apns;

  @BeforeEach
  void start() {
    local = LocalCredentials.in(folder);
    key = local.signingKey("ABC123DEFG", "TEAM123456");
    apns = LocalApns.builder(local).key(key).topic(Calls.PHONE.voipTopic()).start();
  }

  @AfterEach
  void stop() {
    apns.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theWayThroughTheProxyIsAStepWithItsTime(Kind kind) throws Exception {
    try (var proxy = proxy(kind).asks("ringpost", PASSWORD)) {
      Result result = send(kind, proxy.port(), login(PASSWORD));

      assertThat(result.end()).isEqualTo(PushEnd.ACCEPTED);
      assertThat(String.join("\n", result.lines()))
          .contains("through the " + kind + " proxy localhost port " + proxy.port())
          .containsPattern("DNS +[0-9.]+ ms  127.0.0.1.*, the proxy")
          .containsPattern("TCP +[0-9.]+ ms  127.0.0.1 port " + proxy.port())
          .containsPattern("proxy +[0-9.]+ ms  the way to localhost port " + apns.port())
          .containsPattern("TLS +[0-9.]+ ms  TLSv1.3, certificate of localhost")
          .doesNotContain(PASSWORD);
      // the steps, then the push itself: neither goes past the proxy
      assertThat(proxy.asked()).hasSize(2).containsOnly("localhost:" + apns.port());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatTheProxyWantsIsSaidInWords(Kind kind) throws Exception {
    try (var proxy = proxy(kind).asks("ringpost", PASSWORD)) {
      assertThat(refused(kind, proxy, Optional.empty()))
          .contains("requires authentication", "To do: Give Ringpost a username and a password");
      assertThat(refused(kind, proxy, login("wrong")))
          .contains("does not let this user in", "To do: Compare username and password file")
          .doesNotContain("wrong");
      proxy.asksOtherwise();
      assertThat(refused(kind, proxy, login(PASSWORD)))
          .containsAnyOf("only accepts NTLM authentication", "not by username and password");
      proxy.refuses();
      assertThat(refused(kind, proxy, Optional.empty()))
          .contains("refused to connect to localhost port " + apns.port(), "To do: Have it allow");
      assertThat(proxy.asked()).isEmpty();
    }
  }

  @Test
  void aProxyThatIsNoneIsNamed() throws Exception {
    try (var http = proxy(Kind.HTTP)) {
      assertThat(refused(Kind.SOCKS5, http, Optional.empty()))
          .containsAnyOf("does not speak SOCKS5", "ended the connection", "does not answer");
    }
    assertThat(words(send(Kind.HTTP, apns.port(), Optional.empty())))
        .containsAnyOf("does not speak HTTP", "ended the connection");
    assertThat(words(send(Kind.HTTP, FreePort.find(), Optional.empty())))
        .contains("The HTTP proxy localhost port", "refuses connections.");
    var lost = new Proxy(Kind.HTTP, "no.such.invalid", 3128, Optional.empty());
    assertThat(words(send(lost))).contains("No address is known for the proxy no.such.invalid.");
  }

  @Test
  void aProxyThatLeavesWithoutAWordIsToldWithWhatWasSeen() throws Exception {
    try (var server = new ServerSocket(0, 5, InetAddress.getByName(LocalApns.HOST))) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (var socket = server.accept()) {
                  var _ = socket.getInputStream().readNBytes(3);
                } catch (IOException _) {
                  // the client has left
                }
              });

      assertThat(words(send(Kind.SOCKS5, server.getLocalPort(), Optional.empty())))
          .contains("ended the connection: EOFException.");
    }
  }

  @Test
  void aFlawedLoginIsFoundBeforeAnythingIsSent() throws Exception {
    try (var proxy = proxy(Kind.HTTP)) {
      Result result =
          send(
              Kind.HTTP,
              proxy.port(),
              Optional.of(new ProxyCredentials("ringpost", folder.resolve("gone"))));

      assertThat(result.end()).isEqualTo(PushEnd.UNUSABLE);
      assertThat(result.lines())
          .containsExactly(
              "proxy password-file: the file that it names does not exist; correct the name, or put"
                  + " the file there");
      assertThat(proxy.asked()).isEmpty();
    }
  }

  private String refused(Kind kind, LocalProxy proxy, Optional<ProxyCredentials> login) {
    Result result = send(kind, proxy.port(), login);
    assertThat(result.end()).isEqualTo(PushEnd.UNREACHABLE);
    return words(result);
  }

  private static String words(Result result) {
    return String.join("\n", result.lines());
  }

  private Result send(Kind kind, int port, Optional<ProxyCredentials> login) {
    return send(new Proxy(kind, LocalApns.HOST, port, login));
  }

  private Result send(Proxy proxy) {
    return TestPush.send(
        new Order(
            Calls.PHONE,
            Calls.TOKEN,
            new Endpoint(LocalApns.HOST, apns.port()),
            Optional.of(proxy),
            PushFiles.read(
                new CredentialSettings.SigningKey(key.file(), key.keyId(), key.teamId()),
                Calls.PHONE,
                Optional.of(proxy),
                Optional.of(local.trustedCertificates()),
                Instant.now()),
            Duration.ofSeconds(20),
            Optional.empty(),
            PayloadSettings.DEFAULT,
            Duration.ofSeconds(30),
            UUID.randomUUID()),
        InstantSource.system());
  }

  private Optional<ProxyCredentials> login(String password) throws Exception {
    return Optional.of(
        new ProxyCredentials(
            "ringpost", Files.writeString(folder.resolve("proxy.password"), password)));
  }

  private static LocalProxy proxy(Kind kind) {
    return LocalProxy.start(LocalProxy.Kind.valueOf(kind.name()));
  }
}
