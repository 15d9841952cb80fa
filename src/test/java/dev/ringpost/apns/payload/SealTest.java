package dev.ringpost.apns.payload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.apns.Calls;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.testing.EventSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sealed part of a push: the suite by RFC 9180's vectors, and what is in it. */
@Timeout(30)
class SealTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final CallUuid CALL = CallUuid.from(new CallId("1"));

  private final AsymmetricCipherKeyPair phone = Seal.hpke().generatePrivateKey();
  private final SealKey key = SealKey.ofBytes(Seal.hpke().serializePublicKey(phone.getPublic()));

  /** RFC 9180, A.2.1: base mode, the first encryption. */
  @Test
  void sealsAsTheRfcSays() {
    HPKE hpke = Seal.hpke();
    AsymmetricCipherKeyPair once =
        hpke.deriveKeyPair(
            HEX.parseHex("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b"));

    byte[] sealed =
        Seal.seal(
            hpke,
            HEX.parseHex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"),
            once,
            "Ode on a Grecian Urn".getBytes(US_ASCII),
            "Count-0".getBytes(US_ASCII),
            "Beauty is truth, truth beauty".getBytes(US_ASCII));

    assertThat(HEX.formatHex(sealed))
        .isEqualTo(
            "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
                + "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db"
                + "21993c62ce81883d2dd1b51a28");
  }

  @Test
  void theVectorForAppsIsTrue() throws Exception {
    HPKE hpke = Seal.hpke();
    JsonNode vector =
        new JsonMapper().readTree(Path.of("docs", "vectors.json").toFile()).at("/sealed/vectors/0");
    byte[] sealed =
        Seal.seal(
            hpke,
            Base64.getDecoder().decode(vector.path("sealTo").asText()),
            hpke.deriveKeyPair("ringpost vector".getBytes(US_ASCII)),
            Seal.INFO,
            vector.path("callUuid").asText().getBytes(US_ASCII),
            Seal.filled(vector.path("opens").asText()));
    assertThat(vector.path("sealed").asText())
        .isEqualTo(Base64.getEncoder().encodeToString(sealed));
    byte[] secret = Base64.getDecoder().decode(vector.path("privateKey").asText());
    byte[] open = Base64.getDecoder().decode(vector.path("sealTo").asText());
    assertThat(
            new String(
                hpke.setupBaseR(
                        Arrays.copyOf(sealed, 32),
                        hpke.deserializePrivateKey(secret, open),
                        Seal.INFO)
                    .open(
                        vector.path("callUuid").asText().getBytes(US_ASCII),
                        Arrays.copyOfRange(sealed, 32, sealed.length)),
                UTF_8))
        .startsWith(vector.path("opens").asText() + " ");
  }

  @Test
  void opensWithThePhonesKeyAndTheCallOnly() throws Exception {
    String sealed = Seal.seal(key, CALL, "{\"a\":\"ü\"}");

    assertThat(open(sealed, CALL)).startsWith("{\"a\":\"ü\"} ").endsWith(" ");
    assertThat(open(sealed, CALL).getBytes(UTF_8)).hasSize(Seal.STEP);
    assertThatThrownBy(() -> open(sealed, CallUuid.from(new CallId("2"))))
        .isInstanceOf(InvalidCipherTextException.class);
  }

  @Test
  void thePageForAppsNamesTheSameWord() throws Exception {
    assertThat(Files.readString(Path.of("docs", "ios.md")))
        .contains("info: Data(\"" + new String(Seal.INFO, US_ASCII) + "\".utf8)");
  }

  @Test
  void noTwoAreAlike() {
    assertThat(Seal.seal(key, CALL, "{}")).isNotEqualTo(Seal.seal(key, CALL, "{}"));
  }

  @Test
  void theLengthSaysLittleOfTheText() {
    assertThat(Seal.seal(key, CALL, "x".repeat(Seal.STEP)))
        .hasSameSizeAs(Seal.seal(key, CALL, "x"));
    assertThat(Seal.seal(key, CALL, "x".repeat(Seal.STEP + 1)).length())
        .isGreaterThan(Seal.seal(key, CALL, "x").length());
  }

  @Test
  void callerAndCustomAreSealedAndNothingElseSaysThem() throws Exception {
    CallInvite invite = invite(Map.of("tenant", "blue"));
    String push = render(PayloadSettings.DEFAULT, invite);
    JsonNode call = new JsonMapper().readTree(push).path("call");

    assertThat(push).startsWith("{\"aps\":{},\"call\":{\"id\":");
    // In what is sealed any letters may stand, by chance.
    assertThat(push.replace(call.path("sealed").asText(), "")).doesNotContain("ob", "tenant");
    assertThat(call.has("caller")).isFalse();
    assertThat(
            EventSchema.of("sealed.json")
                .closed()
                .flaws(open(call.path("sealed").asText(), invite.callUuid())))
        .isEmpty();
    assertThat(open(call.path("sealed").asText(), invite.callUuid()).strip())
        .isEqualTo(
            "{\"caller\":{\"uri\":\"sip:bob@example.com\",\"name\":\"Bob\"},"
                + "\"custom\":{\"tenant\":\"blue\"}}");
  }

  @Test
  void withoutNameAndCustomThereIsTheAddressOnly() throws Exception {
    CallInvite invite = Calls.invite(NOW, Calls.LONG, Optional.empty(), Map.of());
    JsonNode push = new JsonMapper().readTree(render(PayloadSettings.DEFAULT, invite));

    assertThat(open(push.at("/call/sealed").asText(), invite.callUuid()).strip())
        .isEqualTo("{\"caller\":{\"uri\":\"sip:bob@example.com\"}}");
  }

  @Test
  void aTemplateNamesTheSealedPartAndGetsNothingElse() throws Exception {
    CallInvite invite = invite(Map.of("k", "v"));
    PayloadShape shape =
        ShapeReader.read(
                "{\"s\":\"{sealed}\",\"n\":\"{caller.display}\",\"c\":\"{custom}\",\"t\":\"<{custom.k}>\"}",
                "call",
                CallerShown.FULL)
            .shape()
            .orElseThrow();
    JsonNode push =
        new JsonMapper().readTree(render(new PayloadSettings(shape, CallerShown.FULL), invite));

    assertThat(push.properties().stream().map(Map.Entry::getKey)).containsExactly("s", "t");
    assertThat(push.path("t").asText()).isEqualTo("<>");
    assertThat(open(push.path("s").asText(), invite.callUuid())).contains("Bob", "\"k\":\"v\"");
  }

  @Test
  void aHiddenCallerIsInTheSealedPart() throws Exception {
    CallInvite invite = invite(Map.of());
    var settings = new PayloadSettings(PayloadSettings.DEFAULT.shape(), CallerShown.NONE);
    JsonNode push = new JsonMapper().readTree(render(settings, invite));

    assertThat(open(push.at("/call/sealed").asText(), invite.callUuid())).contains("Bob");
  }

  @Test
  void withoutAKeyTheSealedPlaceholderIsAbsent() {
    PayloadShape shape =
        ShapeReader.read("{\"s\":\"{sealed}\",\"v\":1}", "call", CallerShown.FULL)
            .shape()
            .orElseThrow();

    assertThat(
            new VoipPayload(new PayloadSettings(shape, CallerShown.FULL))
                .render(Attempt.first(invite(Map.of())), NOW))
        .isEqualTo("{\"v\":1}");
  }

  private static CallInvite invite(Map<String, Object> custom) {
    return Calls.invite(NOW, Calls.LONG, Optional.of("Bob"), custom);
  }

  private String render(PayloadSettings settings, CallInvite invite) {
    Device plain = Calls.device(Calls.TOKEN);
    Device device =
        new Device(
            plain.id(),
            plain.token(),
            plain.app(),
            plain.environment(),
            plain.registeredAt(),
            Optional.of(key));
    return new VoipPayload(settings).render(Attempt.first(invite), device, NOW);
  }

  /** As CryptoKit opens it. */
  private String open(String sealed, CallUuid call) throws InvalidCipherTextException {
    byte[] both = Base64.getDecoder().decode(sealed);
    byte[] text =
        Seal.hpke()
            .setupBaseR(Arrays.copyOf(both, 32), phone, "ringpost push 1".getBytes(US_ASCII))
            .open(call.toString().getBytes(US_ASCII), Arrays.copyOfRange(both, 32, both.length));
    return new String(text, UTF_8);
  }
}
