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

class VoipPayloadTest {

  private static final Instant INVITED = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant SENT = Instant.parse("2026-11-24T12:00:00.0419Z");

  private final VoipPayload payload = new VoipPayload(PayloadSettings.DEFAULT);

  @Test
  void holdsAllThatCallKitNeeds() {
    assertThat(payload.render(Attempt.first(invite(Map.of())).next(Optional.empty(), 0), SENT))
        .isEqualTo(
            """
            {"aps":{},"call":{"id":"a84b4c76e66710@pc33.example.com",\
            "uuid":"0a0b23a8-bf87-54f6-adf1-9e8a1e2dd10d",\
            "caller":{"uri":"sip:bob@example.com","name":"Bob"},"video":true,\
            "invitedAt":"2026-11-24T12:00:00.000Z","expiresAt":"2026-11-24T12:02:00.000Z",\
            "sentAt":"2026-11-24T12:00:00.041Z","attempt":2}}\
            """);
  }

  @Test
  void aCallerWithoutANameHasNone() {
    CallInvite nameless = Calls.invite(INVITED, Calls.LONG, Optional.empty(), Map.of());

    assertThat(render(nameless)).contains("\"caller\":{\"uri\":\"sip:bob@example.com\"}");
  }

  @Test
  void theAppsFieldsStandAtTheRootBeforeOurs() {
    Map<String, Object> custom = new LinkedHashMap<>();
    custom.put("tenant", "blue");
    custom.put("deep", Map.of("list", List.of(1, 2.5, true)));
    custom.put("nothing", null);

    assertThat(render(invite(custom)))
        .startsWith(
            """
            {"tenant":"blue","deep":{"list":[1,2.5,true]},"nothing":null,"aps":{},"call":{\
            """);
  }

  @Test
  void aFieldOfTheAppCannotTakeTheNameOfApplesOrOurs() {
    String rendered = render(invite(Map.of("aps", Map.of("alert", "boo"), "call", "none")));

    assertThat(rendered).startsWith("{\"aps\":{},\"call\":{\"id\"").doesNotContain("boo", "none");
  }

  @Test
  void ourObjectHasTheNameOfTheSetting() {
    String rendered = own("x").render(Attempt.first(invite(Map.of("call", 1))), SENT);

    assertThat(rendered).startsWith("{\"call\":1,\"aps\":{},\"x\":{\"id\"");
  }

  @Test
  void withoutTheCallerNothingSaysWhoCalls() {
    var silent =
        new VoipPayload(new PayloadSettings(new PayloadShape.Own("call"), CallerShown.NONE));

    assertThat(silent.render(Attempt.first(invite(Map.of("tenant", "blue"))), SENT))
        .isEqualTo(
            """
            {"tenant":"blue","aps":{},"call":{"id":"a84b4c76e66710@pc33.example.com",\
            "uuid":"0a0b23a8-bf87-54f6-adf1-9e8a1e2dd10d","video":true,\
            "invitedAt":"2026-11-24T12:00:00.000Z","expiresAt":"2026-11-24T12:02:00.000Z",\
            "sentAt":"2026-11-24T12:00:00.041Z","attempt":1}}\
            """);
  }

  @Test
  void halfACharacterCostsNoCall() {
    CallInvite broken =
        Calls.invite(INVITED, Calls.LONG, Optional.of("Bob \uD83D"), Map.of("k", "\uDE00"));

    assertThat(render(broken)).contains("\"call\":{");
  }

  @Test
  void sizeIsMeasuredInBytes() {
    String full = render(filledTo(VoipPayload.MAX_BYTES));
    String over = render(filledTo(VoipPayload.MAX_BYTES + 1));

    assertThat(VoipPayload.size(full)).isEqualTo(VoipPayload.MAX_BYTES);
    assertThat(VoipPayload.isTooLarge(full)).isFalse();
    assertThat(VoipPayload.isTooLarge(over)).isTrue();
    assertThat(VoipPayload.isTooLarge("é".repeat(VoipPayload.MAX_BYTES / 2))).isFalse();
    assertThat(VoipPayload.isTooLarge("é".repeat(VoipPayload.MAX_BYTES / 2 + 1))).isTrue();
  }

  @Test
  void anEmojiCostsItsFourBytes() {
    String one = "\uD83C\uDF89";
    String many = render(invite(Map.of("f", one.repeat(450))));

    assertThat(many).contains(one);
    assertThat(VoipPayload.size(many) - VoipPayload.size(render(invite(Map.of("f", "")))))
        .isEqualTo(450 * 4);
    assertThat(VoipPayload.isTooLarge(many)).isFalse();
  }

  private static CallInvite filledTo(int bytes) {
    int bare = VoipPayload.size(render(invite(Map.of("f", ""))));
    return invite(Map.of("f", "x".repeat(bytes - bare)));
  }

  private static CallInvite invite(Map<String, Object> custom) {
    return Calls.invite(INVITED, Calls.LONG, Optional.of("Bob"), custom);
  }

  private static VoipPayload own(String key) {
    return new VoipPayload(new PayloadSettings(new PayloadShape.Own(key), CallerShown.FULL));
  }

  private static String render(CallInvite invite) {
    return new VoipPayload(PayloadSettings.DEFAULT).render(Attempt.first(invite), SENT);
  }
}
