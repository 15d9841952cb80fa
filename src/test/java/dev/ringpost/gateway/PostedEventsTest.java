package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.DeviceKey.Kind;
import dev.ringpost.call.RecordHeader;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals and registrations that are posted as CloudEvents. */
@Timeout(30)
class PostedEventsTest {

  private static final String STRUCTURED = "application/cloudevents+json; charset=UTF-8";
  private static final String EVENT =
      "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/pbx\",\"type\":\"t\",\"data\":%s}";
  private static final String SIGNAL = "{\"callId\":\"c1\",\"type\":\"ended\"}";
  private static final String TOKEN =
      "{\"token\":\"00ff\",\"environment\":\"sandbox\",\"bundleId\":\"com.example\"}";

  private final List<String> written = new ArrayList<>();
  private final EventWriter writer = this::write;
  private final SignalEndpoint signals =
      new SignalEndpoint("call-signals", writer, InstantSource.system());
  private final TokenEndpoint tokens =
      new TokenEndpoint("voip-tokens", writer, InstantSource.system());

  private Written write(
      String topic, byte[] key, byte @Nullable [] value, List<RecordHeader> headers) {
    var line = new StringBuilder(topic).append(' ').append(new String(key, UTF_8));
    for (RecordHeader header : headers) {
      byte[] text = header.value();
      line.append(' ').append(header.key()).append('=');
      line.append(text == null ? "" : new String(text, UTF_8));
    }
    line.append(' ').append(value == null ? "nothing" : new String(value, UTF_8));
    written.add(line.toString());
    return new Written.Stored(0, written.size());
  }

  /** The record keeps the content type, for it is what tells its readers of the event. */
  @Test
  void anEventIsPublishedAsItCameWithItsContentType() throws Exception {
    String signal = EVENT.formatted(SIGNAL);
    String token = EVENT.formatted(TOKEN);

    assertThat(status(signals.post(call(STRUCTURED, signal)))).isEqualTo(204);
    assertThat(status(tokens.put(token(STRUCTURED, token), Kind.VOIP))).isEqualTo(204);
    assertThat(written)
        .containsExactly(
            "call-signals c1 content-type=" + STRUCTURED + " " + signal,
            "voip-tokens alice/phone content-type=" + STRUCTURED + " " + token);
  }

  @Test
  void inBinaryModeTheBodyIsTheData() throws Exception {
    var call =
        new HttpCall(
            "POST",
            List.of("v1", "signals"),
            Map.of(),
            Map.of("content-type", "application/json", "ce-specversion", "1.0", "ce-id", "1"),
            SIGNAL.getBytes(UTF_8));

    assertThat(status(signals.post(call))).isEqualTo(204);
    assertThat(written).containsExactly("call-signals c1 " + SIGNAL);
  }

  @Test
  void whatCannotBeReadIsRefusedWithFieldAndFix() throws Exception {
    assertThat(problem(signals.post(call(STRUCTURED, SIGNAL)))).contains("data is missing");
    assertThat(problem(tokens.put(token("application/cloudevents+avro", "x"), Kind.VOIP)))
        .contains("application/cloudevents+json");
    assertThat(problem(signals.post(call(STRUCTURED, EVENT.formatted("{\"callId\":\"c\"}")))))
        .contains("type is missing in the data of the CloudEvent");
    assertThat(written).isEmpty();
  }

  @Test
  void aTokenForAlertsStandsUnderItsOwnKey() throws Exception {
    String plain = "application/json";

    assertThat(status(tokens.put(token(plain, TOKEN), Kind.ALERT))).isEqualTo(204);
    assertThat(status(tokens.delete(token(plain, ""), Kind.ALERT))).isEqualTo(204);
    assertThat(status(tokens.delete(token(plain, ""), Kind.VOIP))).isEqualTo(204);
    assertThat(written)
        .containsExactly(
            "voip-tokens alice/phone/alert/ " + TOKEN,
            "voip-tokens alice/phone/alert/ nothing",
            "voip-tokens alice/phone nothing");
  }

  @Test
  void aRegistrationOfTheOtherKindIsRefused() throws Exception {
    String ringing = TOKEN.replace("{", "{\"kind\":\"voip\",");

    assertThat(problem(tokens.put(token("application/json", ringing), Kind.ALERT)))
        .contains("kind");
    assertThat(written).isEmpty();
  }

  private static HttpCall token(String type, String body) {
    return new HttpCall(
        "PUT",
        List.of("v1", "tokens", "alice", "phone"),
        Map.of(),
        Map.of("content-type", type),
        body.getBytes(UTF_8));
  }

  private static String problem(HttpAnswer answer) {
    assertThat(status(answer)).isEqualTo(400);
    return new String(((HttpAnswer.Whole) answer).body(), UTF_8);
  }

  private static int status(HttpAnswer answer) {
    return ((HttpAnswer.Whole) answer).status();
  }

  private static HttpCall call(String type, String body) {
    return new HttpCall(
        "POST", List.of("v1"), Map.of(), Map.of("content-type", type), body.getBytes(UTF_8));
  }
}
