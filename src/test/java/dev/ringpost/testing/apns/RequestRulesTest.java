package dev.ringpost.testing.apns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestRulesTest {

  private static final String APP = "com.example.phone";
  private static final String TOPIC = APP + ".voip";

  private final RequestRules rules =
      new RequestRules(
          Set.of(TOPIC, APP),
          new ProviderTokens(List.of(), InstantSource.system()),
          new TokenRegistry(false));

  @Test
  void aGoodRequestIsGood() {
    assertThat(reason(_ -> {})).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "apns-topic, MissingTopic",
    "apns-push-type, InvalidPushType",
    "apns-priority, BadPriority",
    "apns-expiration, BadExpirationDate",
    "apns-id, BadMessageId",
  })
  void aMissingHeaderHasItsReason(String name, String reason) {
    assertThat(reason(headers -> headers.remove(name))).contains("400 " + reason);
  }

  @ParameterizedTest
  @CsvSource({
    "apns-topic, com.example.phone, BadTopic",
    "apns-topic, com.example.other.voip, TopicDisallowed",
    "apns-push-type, background, InvalidPushType",
    "apns-push-type, alert, BadTopic",
    "apns-priority, 5, BadPriority",
    "apns-expiration, soon, BadExpirationDate",
    "apns-expiration, -1, BadExpirationDate",
    "apns-id, 8F7E4C1A-0000-4000-8000-000000000001, BadMessageId",
    "apns-id, call-1, BadMessageId",
    ":path, /3/device/xyz, BadDeviceToken",
    ":path, /3/device/abc, BadDeviceToken",
    ":path, /3/device/, MissingDeviceToken",
  })
  void aWrongHeaderHasItsReason(String name, String value, String reason) {
    assertThat(reason(headers -> headers.set(name, value))).contains("400 " + reason);
  }

  @Test
  void aRepeatedHeaderIsRefused() {
    assertThat(reason(headers -> headers.add("apns-id", headers.get("apns-id"))))
        .contains("400 DuplicateHeaders");
  }

  @Test
  void aLongCollapseIdIsRefused() {
    assertThat(reason(headers -> headers.set("apns-collapse-id", "x".repeat(64)))).isEmpty();
    assertThat(reason(headers -> headers.set("apns-collapse-id", "x".repeat(65))))
        .contains("400 BadCollapseId");
  }

  @Test
  void aCollapseIdIsMeasuredInBytes() {
    assertThat(reason(headers -> headers.set("apns-collapse-id", "ü".repeat(33))))
        .contains("400 BadCollapseId");
  }

  @Test
  void anAlertGoesToTheAppsOwnTopic() {
    assertThat(reason(RequestRulesTest::alert)).isEmpty();
    assertThat(reason(headers -> headers.set("apns-topic", APP))).contains("400 BadTopic");
    assertThat(reason(headers -> alert(headers).set("apns-topic", TOPIC))).contains("400 BadTopic");
    assertThat(reason(headers -> alert(headers).set("apns-topic", "com.example.other")))
        .contains("400 TopicDisallowed");
    assertThat(reason(headers -> alert(headers).set("apns-priority", "5")))
        .contains("400 BadPriority");
  }

  @Test
  void anAlertHasLessRoomThanACall() {
    assertThat(reason(_ -> {}, "x".repeat(5120))).isEmpty();
    assertThat(reason(_ -> {}, "x".repeat(5121))).contains("413 PayloadTooLarge");
    assertThat(reason(RequestRulesTest::alert, "x".repeat(4096))).isEmpty();
    assertThat(reason(RequestRulesTest::alert, "x".repeat(4097))).contains("413 PayloadTooLarge");
  }

  @Test
  void aTokenOfAnotherKindIsRefused() {
    var registry = new TokenRegistry(true);
    registry.register("aa", TOPIC);
    registry.register("bb", APP);

    assertThat(registry.flaw("aa", TOPIC)).isNull();
    assertThat(registry.flaw("bb", APP)).isNull();
    assertThat(registry.flaw("aa", APP)).isEqualTo("DeviceTokenNotForTopic");
    assertThat(registry.flaw("bb", TOPIC)).isEqualTo("DeviceTokenNotForTopic");
  }

  private static Http2Headers alert(Http2Headers headers) {
    return headers.set("apns-push-type", "alert").set("apns-topic", APP);
  }

  @Test
  void anEmptyPayloadIsRefused() {
    assertThat(rules.objection(new PushRequest(good()), Set.of()).map(RequestRulesTest::told))
        .contains("400 PayloadEmpty");
  }

  @Test
  void aWrongAddressIsRefused() {
    assertThat(RequestRules.address(new PushRequest(good()))).isEmpty();
    assertThat(
            RequestRules.address(new PushRequest(good().path("/3/devices")))
                .map(RequestRulesTest::told))
        .contains("404 BadPath");
    assertThat(
            RequestRules.address(new PushRequest(good().method("GET"))).map(RequestRulesTest::told))
        .contains("405 MethodNotAllowed");
  }

  @Test
  void aSenderWithoutCredentialsIsRefused() {
    assertThat(rules.authentication(new PushRequest(good()), Set.of()).map(RequestRulesTest::told))
        .contains("403 MissingProviderToken");
    Http2Headers garbled = good().set("authorization", "bearer a.b.c");
    assertThat(rules.authentication(new PushRequest(garbled), Set.of()).map(RequestRulesTest::told))
        .contains("403 InvalidProviderToken");
    assertThat(rules.authentication(new PushRequest(good()), Set.of(TOPIC))).isEmpty();
  }

  private Optional<String> reason(Consumer<Http2Headers> change) {
    return reason(change, "{}");
  }

  private Optional<String> reason(Consumer<Http2Headers> change, String payload) {
    Http2Headers headers = good();
    change.accept(headers);
    var request = new PushRequest(headers);
    request.append(Unpooled.copiedBuffer(payload, UTF_8));
    return rules.objection(request, Set.of()).map(RequestRulesTest::told);
  }

  private static String told(Behaviour.Answers answer) {
    return answer.status() + " " + answer.reason().orElse("");
  }

  private static Http2Headers good() {
    return new DefaultHttp2Headers()
        .method("POST")
        .path("/3/device/" + "ab".repeat(32))
        .set("apns-topic", TOPIC)
        .set("apns-push-type", "voip")
        .set("apns-priority", "10")
        .set("apns-expiration", "1893456000")
        .set("apns-id", "8f7e4c1a-0000-4000-8000-000000000001");
  }
}
