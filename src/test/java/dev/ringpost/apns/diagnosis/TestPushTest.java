package dev.ringpost.apns.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.SenderFixture;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.diagnosis.TestPush.Order;
import dev.ringpost.apns.diagnosis.TestPush.Result;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.Scope;
import dev.ringpost.testing.apns.SigningKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One push to one phone, and the words for what came of it, and why. */
class TestPushTest {

  private static final BundleId PHONE = Calls.PHONE;
  private static final UUID ID = UUID.fromString("0b6e7b1c-5f0d-4a53-9a0c-6f2f5a3c1d11");

  @TempDir Path folder;

  private LocalCredentials local;
  private SigningKey key;

  @BeforeEach
  void makeFiles() {
    local = LocalCredentials.in(folder);
    key = local.signingKey(SenderFixture.KEY_ID, SenderFixture.TEAM_ID);
  }

  @Test
  void anAcceptedPushTellsEveryStepAndItsTime() throws Exception {
    try (var apns = server().start()) {
      Result result = send(order(apns.port()));

      assertThat(result.end()).isEqualTo(PushEnd.ACCEPTED);
      assertThat(String.join("\n", result.lines()))
          .contains("key ABC123DEFG of team TEAM123456")
          .containsPattern("DNS +[0-9.]+ ms")
          .containsPattern("TCP +[0-9.]+ ms")
          .containsPattern("TLS +[0-9.]+ ms  TLSv1.3, certificate of localhost by Local APNs CA")
          .containsPattern("answer +[0-9.]+ ms")
          .contains("200", "APNs accepted the push", "To do:", "apns-id: " + ID)
          .doesNotContain(Calls.TOKEN.hex());
      ReceivedPush push = apns.pushes(Calls.TOKEN).getFirst();
      assertThat(push.header("apns-topic")).isEqualTo("com.example.phone.voip");
      assertThat(push.json().at("/call/caller/name").asText()).isEqualTo("Ringpost test");
      assertThat(Long.parseLong(push.header("apns-expiration")))
          .isBetween(
              Instant.now().minusSeconds(30).getEpochSecond(),
              Instant.now().plusSeconds(30).getEpochSecond());
    }
  }

  @Test
  void anOwnPayloadIsSentAsItIs() throws Exception {
    try (var apns = server().start()) {
      Result result =
          send(with(order(apns.port()), Optional.of("{\"aps\":{},\"x\":1}\n"), Duration.ZERO));

      assertThat(result.end()).isEqualTo(PushEnd.ACCEPTED);
      ReceivedPush push = apns.pushes(Calls.TOKEN).getFirst();
      assertThat(push.payload()).isEqualTo("{\"aps\":{},\"x\":1}");
      assertThat(push.header("apns-expiration")).isEqualTo("0");
    }
  }

  @Test
  void aRefusalSaysWhatItMeansAndWhatToDo() throws Exception {
    try (var apns = server().start()) {
      apns.answerNext(
          Calls.TOKEN,
          Behaviour.rejects(400, "BadDeviceToken"),
          Behaviour.rejects(410, "Unregistered", Instant.parse("2026-01-02T03:04:05Z")),
          Behaviour.rejects(503, "ServiceUnavailable"));

      Result bad = send(order(apns.port()));
      assertThat(bad.end()).isEqualTo(PushEnd.REFUSED);
      assertThat(bad.lines())
          .contains("400 BadDeviceToken")
          .anyMatch(line -> line.startsWith("To do: ") && line.contains("--environment"));

      Result gone = send(order(apns.port()));
      assertThat(gone.end()).isEqualTo(PushEnd.REFUSED);
      assertThat(gone.lines()).anyMatch(line -> line.contains("dead since 2026-01-02T03:04:05"));

      assertThat(send(order(apns.port())).end()).isEqualTo(PushEnd.TRY_LATER);
    }
  }

  @Test
  void aKeyThatApnsDoesNotBelieveIsTheCredentialsFault() throws Exception {
    try (var apns = LocalApns.builder(local).topic(PHONE.voipTopic()).start()) {
      Result result = send(order(apns.port()));

      assertThat(result.end()).isEqualTo(PushEnd.CREDENTIAL);
      assertThat(result.lines()).contains("403 InvalidProviderToken");
    }
  }

  @Test
  void aCertificateThatApnsDoesNotBelieveIsTheCredentialsFault() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    var foreign = LocalCredentials.in(elsewhere).clientCertificate(PHONE.value());
    try (var apns = server().start()) {
      Result result =
          send(
              order(
                  new Endpoint(LocalApns.HOST, apns.port()),
                  certificate(foreign.file()),
                  local.trustedCertificates()));

      assertThat(result.end()).isEqualTo(PushEnd.CREDENTIAL);
      assertThat(result.lines()).anyMatch(line -> line.contains("ended TLS"));
    }
  }

  @Test
  void aDryRunTellsHeadersAndPayloadAndAsksNobody() {
    Order order = order(FreePort.find());
    Result result = TestPush.preview(order, InstantSource.system());

    assertThat(result.end()).isEqualTo(PushEnd.ACCEPTED);
    assertThat(String.join("\n", result.lines()))
        .contains("POST /3/device/abab…abab (64 digits, digest " + Calls.TOKEN.digest() + ")")
        .contains("apns-topic: com.example.phone.voip", "apns-push-type: voip", "apns-priority: 10")
        .contains("apns-expiration: ", "apns-id: " + ID, "authorization: bearer …")
        .contains("\"caller\":{\"uri\":\"sip:test@ringpost.invalid\"", "Nothing was sent.")
        .doesNotContain(Calls.TOKEN.hex());
    assertThat(
            TestPush.preview(
                    order(
                        order.server(),
                        certificate(local.clientCertificate(PHONE.value()).file()),
                        local.trustedCertificates()),
                    InstantSource.system())
                .lines())
        .anyMatch(line -> line.startsWith("no authorization: TLS shows the certificate "));
  }

  @Test
  void aTokenThatMayBeCutIsDoubted() {
    Order whole = order(FreePort.find());
    Order cut =
        new Order(
            whole.app(),
            VoipToken.parse("ab".repeat(20)),
            whole.server(),
            whole.proxy(),
            whole.files(),
            whole.connectTimeout(),
            whole.payload(),
            whole.settings(),
            whole.rings(),
            whole.apnsId());

    assertThat(TestPush.preview(cut, InstantSource.system()).lines())
        .contains("The token has 40 digits and today's have 64: see that it is whole.");
    assertThat(TestPush.preview(whole, InstantSource.system()).lines())
        .noneMatch(line -> line.startsWith("The token has"));
  }

  @Test
  void whatCannotBeSentIsNotSent() {
    Order order = order(FreePort.find());

    assertThat(send(with(order, Optional.of("[]"), Duration.ofSeconds(30))))
        .isEqualTo(
            new Result(
                PushEnd.UNUSABLE,
                List.of("payload is not a JSON object; write one such as {\"aps\":{}}")));
    assertThat(
            send(with(order, Optional.of("{\"x\":\"" + "y".repeat(5120) + "\"}"), Duration.ZERO))
                .lines()
                .getFirst())
        .contains("payload has 5128 bytes and APNs accepts 5120");
    assertThat(
            send(order(
                    order.server(),
                    certificate(folder.resolve("missing.p12")),
                    folder.resolve("missing.pem")))
                .lines())
        .hasSize(2)
        .allMatch(line -> line.contains("does not exist"));
  }

  @Test
  void aWayThatEndsEarlyIsTold() throws Exception {
    CredentialSettings credential = signingKey();
    Endpoint nowhere = new Endpoint("apns.invalid", 443);
    assertUnreachable(
        send(order(nowhere, credential, local.trustedCertificates())), "No address is known");
    assertUnreachable(send(order(FreePort.find())), "refuses connections");

    try (var apns = server().start();
        var _ = apns.begin(Fault.tlsRefused(), Scope.all())) {
      assertUnreachable(send(order(apns.port())), "was cut off");
    }
    try (var plain = new ServerSocket(0, 1, InetAddress.getByName(LocalApns.HOST))) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (var socket = plain.accept()) {
                  socket
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                  var _ = socket.getInputStream().readAllBytes();
                } catch (IOException _) {
                  // the client has left
                }
              });
      assertUnreachable(send(order(plain.getLocalPort())), "does not speak TLS");
    }
  }

  @Test
  void aServerThatIsNotTrustedIsTold() throws Exception {
    CredentialSettings credential = signingKey();
    try (var apns = server().start()) {
      assertUnreachable(
          send(order(new Endpoint(LocalApns.HOST, apns.port()), credential, null)),
          "is signed by Local APNs CA, which is not trusted here");
    }
    Path old = Files.createDirectories(folder.resolve("old"));
    LocalCredentials expired =
        LocalCredentials.in(old, () -> Instant.now().minus(Duration.ofDays(800)));
    try (var apns = LocalApns.builder(expired).start()) {
      assertUnreachable(
          send(
              order(
                  new Endpoint(LocalApns.HOST, apns.port()),
                  credential,
                  expired.trustedCertificates())),
          "The server's certificate expired at 20");
    }
  }

  private static void assertUnreachable(Result result, String words) {
    assertThat(result.end()).isEqualTo(PushEnd.UNREACHABLE);
    assertThat(String.join("\n", result.lines())).contains(words, "To do: ");
  }

  private LocalApns.Builder server() {
    return LocalApns.builder(local).key(key).topic(PHONE.voipTopic()).requiresAlpn();
  }

  private static Result send(Order order) {
    return TestPush.send(order, InstantSource.system());
  }

  private static CredentialSettings certificate(Path file) {
    return new CredentialSettings.Certificate(file, Optional.empty(), Optional.empty());
  }

  private Order order(int port) {
    return order(new Endpoint(LocalApns.HOST, port), signingKey(), local.trustedCertificates());
  }

  private CredentialSettings signingKey() {
    return new CredentialSettings.SigningKey(key.file(), key.keyId(), key.teamId());
  }

  private static Order order(
      Endpoint server, CredentialSettings credential, @Nullable Path trusted) {
    return new Order(
        PHONE,
        Calls.TOKEN,
        server,
        Optional.empty(),
        PushFiles.read(
            credential, PHONE, Optional.empty(), Optional.ofNullable(trusted), Instant.now()),
        Duration.ofSeconds(20),
        Optional.empty(),
        PayloadSettings.DEFAULT,
        Duration.ofSeconds(30),
        ID);
  }

  private static Order with(Order order, Optional<String> payload, Duration rings) {
    return new Order(
        order.app(),
        order.token(),
        order.server(),
        order.proxy(),
        order.files(),
        order.connectTimeout(),
        payload,
        order.settings(),
        rings,
        order.apnsId());
  }
}
