package dev.ringpost.apns.payload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.CallInvite;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The payload that a template makes of a call. */
@Timeout(30)
class TemplateTest {

  private static final Instant INVITED = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant SENT = Instant.parse("2026-11-24T12:00:00.0419Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "call.id | \"a84b4c76e66710@pc33.example.com\"",
        "call.uuid | \"0a0b23a8-bf87-54f6-adf1-9e8a1e2dd10d\"",
        "caller.uri | \"sip:bob@example.com\"",
        "caller.user | \"bob\"",
        "caller.name | \"Bob\"",
        "caller.display | \"Bob\"",
        "video | true",
        "media | \"video\"",
        "invitedAt | \"2026-11-24T12:00:00.000Z\"",
        "invitedAt.seconds | 1795521600",
        "invitedAt.millis | 1795521600000",
        "expiresAt | \"2026-11-24T12:02:00.000Z\"",
        "expiresAt.seconds | 1795521720",
        "expiresAt.millis | 1795521720000",
        "sentAt | \"2026-11-24T12:00:00.041Z\"",
        "sentAt.seconds | 1795521600",
        "sentAt.millis | 1795521600041",
        "attempt | 2",
        "custom | {\"n\":1,\"deep\":{\"list\":[1,null]}}",
        "custom.n | 1",
        "custom.deep | {\"list\":[1,null]}"
      })
  void aStringThatIsOnePlaceholderPassesTheTypeOn(String name, String json) {
    Map<String, Object> custom = new LinkedHashMap<>();
    custom.put("n", 1);
    custom.put("deep", Map.of("list", java.util.Arrays.asList(1, null)));

    assertThat(render("{\"x\":\"{" + name + "}\"}", invite(Optional.of("Bob"), custom)))
        .isEqualTo("{\"x\":" + json + "}");
  }

  @Test
  void theListAboveIsWhole() {
    assertThat(Placeholder.names())
        .containsExactlyInAnyOrder(
            "call.id",
            "call.uuid",
            "caller.uri",
            "caller.user",
            "caller.name",
            "caller.display",
            "video",
            "media",
            "invitedAt",
            "invitedAt.seconds",
            "invitedAt.millis",
            "expiresAt",
            "expiresAt.seconds",
            "expiresAt.millis",
            "sentAt",
            "sentAt.seconds",
            "sentAt.millis",
            "attempt",
            "custom",
            "sealed");
  }

  @Test
  void amongOtherTextAPlaceholderIsText() {
    assertThat(
            render(
                "{\"t\":\"{caller.name} ({caller.user}) video={video} #{attempt}{custom.n}\"}",
                invite(Optional.of("Bob \"B\" \uD83C\uDF89"), Map.of("n", 7))))
        .isEqualTo("{\"t\":\"Bob \\\"B\\\" \uD83C\uDF89 (bob) video=true #27\"}");
  }

  @Test
  void whatIsFixedStaysAsItIsWritten() {
    String fixed =
        "{\"aps\":{\"content-available\":1},\"z\":null,\"a\":[1.5,true,\"\",{\"b\":[]}],\"t\":\"x\"}";

    assertThat(render(fixed, invite(Optional.empty(), Map.of()))).isEqualTo(fixed);
  }

  @Test
  void whatACallDoesNotHaveIsLeftOutOrEmptyOrNull() {
    assertThat(
            render(
                "{\"name\":\"{caller.name}\",\"c\":\"{custom}\",\"f\":\"{custom.f}\",\"text\":\"from"
                    + " {caller.name}{custom.f}!\","
                    + "\"list\":[\"{caller.name}\",\"{call.uuid}\"],\"shown\":\"{caller.display}\"}",
                invite(Optional.empty(), Map.of())))
        .isEqualTo(
            "{\"text\":\"from !\",\"list\":[null,\"0a0b23a8-bf87-54f6-adf1-9e8a1e2dd10d\"],"
                + "\"shown\":\"bob\"}");
  }

  @Test
  void anObjectOfCustomIsNothingAmongOtherText() {
    assertThat(
            render(
                "{\"t\":\"a{custom.o}b{custom.l}c\"}",
                invite(Optional.empty(), Map.of("o", Map.of("k", 1), "l", List.of(1)))))
        .isEqualTo("{\"t\":\"abc\"}");
  }

  @Test
  void theValueOfOnePlaceholderIsNeverReadAsAnother() {
    assertThat(
            render(
                "{\"t\":\"{caller.name}\",\"u\":\"<{caller.name}>\"}",
                invite(Optional.of("{custom.secret}"), Map.of("secret", "s3cret"))))
        .isEqualTo("{\"t\":\"{custom.secret}\",\"u\":\"<{custom.secret}>\"}");
  }

  @Test
  void reactNativesCallKeepGetsWhatItsReadmeReads() {
    assertThat(render("callkeep", invite(Optional.of("Bob"), Map.of())))
        .isEqualTo(
            """
            {"aps":{},"uuid":"0a0b23a8-bf87-54f6-adf1-9e8a1e2dd10d","callerName":"Bob",\
            "handle":"bob","hasVideo":true,"callId":"a84b4c76e66710@pc33.example.com",\
            "expiresAt":"2026-11-24T12:02:00.000Z"}\
            """);
  }

  @Test
  void fluttersCallkitIncomingGetsWhatItsExampleReads() {
    assertThat(render("flutter-callkit-incoming", invite(Optional.empty(), Map.of("k", "v"))))
        .isEqualTo(
            """
            {"aps":{},"id":"0a0b23a8-bf87-54f6-adf1-9e8a1e2dd10d","nameCaller":"bob",\
            "handle":"bob","isVideo":true,"callId":"a84b4c76e66710@pc33.example.com",\
            "expiresAt":"2026-11-24T12:02:00.000Z","extra":{"k":"v"}}\
            """);
  }

  @Test
  void linphoneGetsTheCallIdInsideOfAps() {
    assertThat(render("linphone", invite(Optional.of("Bob"), Map.of("k", "v"))))
        .isEqualTo(
            """
            {"aps":{"call-id":"a84b4c76e66710@pc33.example.com"},"from-uri":"sip:bob@example.com",\
            "display-name":"Bob","customPayload":{"k":"v"}}\
            """);
  }

  @Test
  void noTryAtLinphoneDiffersFromAnother() {
    Attempt first = Attempt.first(invite(Optional.of("Bob"), Map.of()));
    VoipPayload payload = payload("linphone");

    assertThat(payload.render(first.next(Optional.empty(), 0), SENT.plusSeconds(5)))
        .isEqualTo(payload.render(first, SENT));
  }

  private static CallInvite invite(Optional<String> name, Map<String, Object> custom) {
    return Calls.invite(INVITED, Calls.LONG, name, custom);
  }

  private static VoipPayload payload(String shape) {
    return new VoipPayload(
        new PayloadSettings(
            ShapeReader.read(shape, "call", CallerShown.FULL).shape().orElseThrow(),
            CallerShown.FULL));
  }

  private static String render(String shape, CallInvite invite) {
    return payload(shape).render(Attempt.first(invite).next(Optional.empty(), 0), SENT);
  }
}
