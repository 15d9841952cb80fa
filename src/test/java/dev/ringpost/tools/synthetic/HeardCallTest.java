package dev.ringpost.tools.synthetic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The end that the records of a call come to, in whatever order they come. */
class HeardCallTest {

  private static final String RESULTS = "call-push-results";
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration SECOND = Duration.ofMillis(300);

  private final HeardCall heard = new HeardCall(new CallId("c1"), RESULTS, true);

  private static Envelope record(String topic, String json) {
    return new Envelope(
        new Origin(topic, 0, 1, Instant.EPOCH), null, json.getBytes(UTF_8), List.of());
  }

  private static Envelope result(String call, String verdict, boolean last) {
    return record(
        RESULTS,
        """
        {"callId":"%s","callee":"0c32285c01b3","final":%s,"verdict":"%s",
         "devices":[{"outcome":"bad_device_token","reason":"BadDeviceToken"}]}
        """
            .formatted(call, last, verdict));
  }

  private static Envelope signal(String call, String type) {
    return record(
        "call-signals",
        "{\"callId\":\"%s\",\"type\":\"%s\",\"deviceId\":\"iphone-1\"}".formatted(call, type));
  }

  private RoundEnd end() {
    return heard.end(Optional.empty());
  }

  @Test
  void aPhoneThatIsFasterThanItsVerdictHasRung() {
    heard.hear(signal("c1", "ringing"), FIRST);
    assertThat(heard.isOver()).isFalse();
    heard.hear(result("c1", "accepted", true), SECOND);

    assertThat(heard.isOver()).isTrue();
    assertThat(end()).isEqualTo(new RoundEnd.Rang(SECOND, FIRST));
  }

  @Test
  void onlyRingingIsWaitedForOnceItIsAccepted() {
    heard.hear(result("c1", "accepted", true), FIRST);

    assertThat(heard.isOver()).isFalse();
    assertThat(end()).isEqualTo(new RoundEnd.Silent(FIRST));
    heard.hear(signal("c1", "ringing"), SECOND);
    assertThat(end()).isEqualTo(new RoundEnd.Rang(FIRST, SECOND));
  }

  @Test
  void whatIsToldOfOtherCallsIsNotHeard() {
    heard.hear(result("c2", "accepted", true), FIRST);
    heard.hear(signal("c2", "ringing"), FIRST);
    heard.hear(signal("c1", "answered"), FIRST);
    heard.hear(record(RESULTS, "no JSON"), FIRST);

    assertThat(end()).isEqualTo(new RoundEnd.NoVerdict(Optional.empty(), false));
  }

  @Test
  void aVerdictThatIsNotFinalDecidesNothing() {
    heard.hear(result("c1", "retrying", false), FIRST);

    assertThat(heard.isOver()).isFalse();
    assertThat(end()).isEqualTo(new RoundEnd.NoVerdict(Optional.of("retrying"), false));
  }

  /** Retries for another test device may last longer than the call is waited for. */
  @Test
  void aPhoneThatRingsIsEnoughWhileAnotherOneIsStillTried() {
    heard.hear(result("c1", "accepted", false), FIRST);
    assertThat(heard.isOver()).isFalse();
    assertThat(end()).isEqualTo(new RoundEnd.Silent(FIRST));

    heard.hear(signal("c1", "ringing"), SECOND);

    assertThat(heard.isOver()).isTrue();
    assertThat(end()).isEqualTo(new RoundEnd.Rang(FIRST, SECOND));
  }

  @Test
  void whatBecomesOfTheOthersTakesNothingBack() {
    heard.hear(signal("c1", "ringing"), FIRST);
    heard.hear(result("c1", "accepted", false), FIRST);
    heard.hear(result("c1", "retrying", false), SECOND);
    heard.hear(result("c1", "failed", true), SECOND);

    assertThat(end()).isEqualTo(new RoundEnd.Rang(FIRST, FIRST));
  }

  @Test
  void whereRingingIsNotAskedForThePushThatWasAcceptedFirstIsEnough() {
    var unasked = new HeardCall(new CallId("c1"), RESULTS, false);
    unasked.hear(result("c1", "accepted", false), FIRST);
    assertThat(unasked.isOver()).isTrue();

    unasked.hear(result("c1", "accepted", true), SECOND);

    assertThat(unasked.end(Optional.empty())).isEqualTo(new RoundEnd.Accepted(FIRST));
  }

  @Test
  void aSecondVerdictIsNone() {
    heard.hear(result("c1", "silent", true), FIRST);

    assertThat(heard.isOver()).isFalse();
    heard.hear(result("c1", "accepted", true), SECOND);
    assertThat(end()).isEqualTo(new RoundEnd.Silent(SECOND));
  }

  @Test
  void anotherVerdictEndsTheWaitAndIsSaidWithItsReasons() {
    heard.hear(result("c1", "failed", true), FIRST);

    assertThat(heard.isOver()).isTrue();
    assertThat(end())
        .isEqualTo(new RoundEnd.Refused(FIRST, "failed", "bad_device_token, BadDeviceToken"));
  }

  @Test
  void nothingOfAResultControlsATerminal() {
    heard.hear(result("c1", "\\u001b[31mred\\n", true), FIRST);

    assertThat(end()).isEqualTo(new RoundEnd.Refused(FIRST, "?[31mred?", end(heard)));
  }

  private static String end(HeardCall heard) {
    return ((RoundEnd.Refused) heard.end(Optional.empty())).why();
  }

  @Test
  void whileKafkaGivesNothingNobodyElseIsBlamed() {
    assertThat(heard.end(Optional.of("no broker answers")))
        .isEqualTo(new RoundEnd.Unheard("no broker answers"));
    heard.hear(result("c1", "accepted", true), FIRST);
    assertThat(heard.end(Optional.of("no broker answers")))
        .isEqualTo(new RoundEnd.Unheard("no broker answers"));
    heard.hear(signal("c1", "ringing"), SECOND);
    assertThat(heard.end(Optional.of("no broker answers")))
        .isEqualTo(new RoundEnd.Rang(FIRST, SECOND));
  }
}
