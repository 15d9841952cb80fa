package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.diagnosis.PushEnd;
import dev.ringpost.apns.diagnosis.PushFiles;
import dev.ringpost.apns.diagnosis.TestPush;
import dev.ringpost.apns.diagnosis.TestPush.Result;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Obstacles in the way of a push, each reported by what was seen, and never as another trouble. */
@Timeout(60)
class NoWayToApnsTest {

  private static final String NOTHING_WRITTEN = "Nothing was written, so no phone rings.";

  @TempDir Path folder;

  private LocalCredentials local;
  private SigningKey key;

  @BeforeEach
  void makeFiles() {
    local = LocalCredentials.in(folder);
    key = local.signingKey(SenderFixture.KEY_ID, SenderFixture.TEAM_ID);
  }

  @Test
  void anUntrustedRootBehindAnAddressIsNoWrongName() throws Exception {
    try (var apns = LocalApns.builder(local).start()) {
      assertThat(unreachable(send("127.0.0.1", apns.port(), null)))
          .contains("is signed by Local APNs CA, which is not trusted here");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aServerThatDemandsAClientCertificateIsToldAsSuch(String version) throws Exception {
    try (var server = listen()) {
      serve(
          server,
          socket -> {
            try {
              SSLSocket tls = tls(socket, version);
              tls.setNeedClientAuth(true);
              tls.startHandshake();
            } catch (IOException _) {
              // closed only once the client has read why
              var _ = socket.getInputStream().readAllBytes();
            }
          });

      assertThat(unreachable(send(server.getLocalPort())))
          .contains("requires a client certificate, and a key has none", NOTHING_WRITTEN);
    }
  }

  @Test
  void aResetBeforeAnyCertificateIsNoMatterOfTrust() throws Exception {
    try (var server = listen()) {
      serve(
          server,
          socket -> {
            int _ = socket.getInputStream().read();
            reset(socket);
          });

      assertThat(unreachable(send(server.getLocalPort())))
          .containsPattern("TLS handshake with localhost port [0-9]+ was cut off: ")
          .doesNotContain("trust");
    }
  }

  @Test
  void aResetAfterTlsIsNoMatterOfTrust() throws Exception {
    try (var server = listen()) {
      serve(
          server,
          socket -> {
            shakeHands(socket);
            reset(socket);
          });

      assertThat(unreachable(send(server.getLocalPort())))
          .contains("TLS works, but no HTTP/2 follows: ", NOTHING_WRITTEN)
          .doesNotContain("trust", "demands");
    }
  }

  @Test
  void aServerThatRefusesTcpForThePushIsToldAsSuch() throws Exception {
    try (var server = listen()) {
      serve(
          server,
          looked -> {
            refuseFromNowOn(server);
            shakeHands(looked);
          });

      assertThat(unreachable(send(server.getLocalPort())))
          .containsPattern("No connection: TCP, localhost [0-9.:]+ port [0-9]+: Connection refused")
          .contains(NOTHING_WRITTEN, "no firewall closes the way")
          .doesNotContain("HTTP/2");
    }
  }

  /** A strict proxy ends TLS with a client that offers nothing. */
  @Test
  void theLookOffersTheProtocolThatThePushOffers() throws Exception {
    List<List<String>> offers = new CopyOnWriteArrayList<>();
    try (var server = listen()) {
      serve(
          server,
          socket -> {
            SSLSocket tls = tls(socket, "TLSv1.3");
            tls.setHandshakeApplicationProtocolSelector(
                (_, offered) -> {
                  offers.add(offered);
                  return "h2";
                });
            tls.startHandshake();
          });
      Result _ = send(server.getLocalPort());
    }

    assertThat(offers).containsExactly(List.of("h2"), List.of("h2"));
  }

  /** The act of a server on a connection. */
  private interface Act {
    void on(Socket socket) throws IOException;
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 5, InetAddress.getByName(LocalApns.HOST));
  }

  private static void refuseFromNowOn(ServerSocket server) throws IOException {
    server.close();
  }

  private static void serve(ServerSocket server, Act act) {
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try (var socket = server.accept()) {
                  act.on(socket);
                } catch (IOException _) {
                  // the client has left, or the test has
                }
              }
            });
  }

  /** Then waits until the client says more or leaves. */
  private void shakeHands(Socket socket) throws IOException {
    SSLSocket tls = tls(socket, "TLSv1.3");
    tls.startHandshake();
    int _ = tls.getInputStream().read();
  }

  private static void reset(Socket socket) throws IOException {
    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
  }

  private SSLSocket tls(Socket socket, String version) throws IOException {
    var tls = (SSLSocket) context().getSocketFactory().createSocket(socket, "", 0, false);
    tls.setUseClientMode(false);
    tls.setEnabledProtocols(new String[] {version});
    return tls;
  }

  private SSLContext context() throws IOException {
    try (var in = Files.newInputStream(local.serverKeyStore("s3cret"))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, "s3cret".toCharArray());
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, "s3cret".toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has TLS", e);
    }
  }

  private Result send(int port) {
    return send(LocalApns.HOST, port, local.trustedCertificates());
  }

  private Result send(String host, int port, @Nullable Path trusted) {
    return TestPush.send(
        new TestPush.Order(
            Calls.PHONE,
            Calls.TOKEN,
            new Endpoint(host, port),
            Optional.empty(),
            PushFiles.read(
                new CredentialSettings.SigningKey(key.file(), key.keyId(), key.teamId()),
                Calls.PHONE,
                Optional.empty(),
                Optional.ofNullable(trusted),
                Instant.now()),
            Duration.ofSeconds(20),
            Optional.empty(),
            PayloadSettings.DEFAULT,
            Duration.ofSeconds(30),
            UUID.randomUUID()),
        InstantSource.system());
  }

  private static String unreachable(Result result) {
    assertThat(result.end()).as(String.join("\n", result.lines())).isEqualTo(PushEnd.UNREACHABLE);
    return String.join("\n", result.lines());
  }
}
