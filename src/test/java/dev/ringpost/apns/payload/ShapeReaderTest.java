package dev.ringpost.apns.payload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.findings.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judgement on a shape before a worker starts with it. */
@Timeout(30)
class ShapeReaderTest {

  @Test
  void everyNamedShapeIsValid() {
    assertThat(ShapeReader.names())
        .containsExactly("ringpost", "callkeep", "flutter-callkit-incoming", "linphone")
        .allSatisfy(name -> assertThat(flaws(name)).isEmpty());
  }

  @Test
  void theOwnShapeHasTheNameOfTheSetting() {
    assertThat(ShapeReader.read(" ringpost ", "invite", CallerShown.FULL).shape())
        .contains(new PayloadShape.Own("invite"));
  }

  @Test
  void allThatIsWrongIsNamedTogether() {
    assertThat(
            flaws(
                """
                {"aps": "{custom}", "id": "{call.idd}", "more": {"list": ["x", "{nothing}"]},
                 "open": "{call.id", "close": "call.id}", "twice": "{{call.id}}", "empty": "{}",
                 "{video}": 1, "mixed": "a{custom}", "almost": "{custom.}"}
                """))
        .containsExactly(
            "has an aps that is not an object, which APNs refuses; write \"aps\": {}",
            "\"{call.idd}\" at id names nothing; did you mean {call.id}?",
            "\"{nothing}\" at more.list[1] names nothing; write one of call.id, call.uuid,"
                + " caller.uri, caller.user, caller.name, caller.display, video, media, invitedAt,"
                + " invitedAt.seconds, invitedAt.millis, expiresAt, expiresAt.seconds,"
                + " expiresAt.millis, sentAt, sentAt.seconds, sentAt.millis, attempt, custom,"
                + " sealed, or custom. and the name of a field",
            "\"{call.id\" at open has a brace without its partner; write braces only around a"
                + " name, as in {call.id}",
            "\"call.id}\" at close has a brace without its partner; write braces only around a"
                + " name, as in {call.id}",
            "\"{{call.id}}\" at twice has a brace without its partner; write braces only around a"
                + " name, as in {call.id}",
            "\"{}\" at empty names nothing; write one of call.id, call.uuid, caller.uri,"
                + " caller.user, caller.name, caller.display, video, media, invitedAt,"
                + " invitedAt.seconds, invitedAt.millis, expiresAt, expiresAt.seconds,"
                + " expiresAt.millis, sentAt, sentAt.seconds, sentAt.millis, attempt, custom,"
                + " sealed, or custom. and the name of a field",
            "has a placeholder in the name of a field at {video}; write names as they are; only"
                + " values have placeholders",
            "has {custom} among other text at mixed; write it alone: it is an object",
            "\"{custom.}\" at almost names nothing; did you mean {custom}?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "[{\"a\":1}]", "{\"a\":1} {}", "{\"a\":1,\"a\":2}", "{a:1}"})
  void whatIsNotOneObjectWithFieldsIsRefused(String written) {
    assertThat(flaws(written)).hasSize(1);
  }

  @Test
  void aMistypedNameIsRecognised() {
    assertThat(flaws("callkep"))
        .containsExactly(
            "\"callkep\" is neither the name of a shape nor a JSON object; did you mean callkeep?");
    assertThat(flaws("own"))
        .containsExactly(
            "\"own\" is neither the name of a shape nor a JSON object; write one of ringpost,"
                + " callkeep, flutter-callkit-incoming, linphone, or {…}");
  }

  @Test
  void aBrokenTextIsNotShown() {
    assertThat(flaws("{\"key\":\n \"hunter2"))
        .singleElement()
        .asString()
        .startsWith("is not valid JSON at line 2")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"no\"", "null", "[]", "1", "true", "\"{custom.aps}\"", "\"{call.uuid}\""})
  void apsIsAnObjectOrNotThere(String aps) {
    assertThat(flaws("{\"id\":\"{call.id}\",\"aps\":" + aps + "}"))
        .containsExactly("has an aps that is not an object, which APNs refuses; write \"aps\": {}");
  }

  @Test
  void apsMayHoldAnything() {
    assertThat(flaws("{\"aps\":{\"content-available\":1,\"call-id\":\"{call.id}\"}}")).isEmpty();
    assertThat(flaws("{\"id\":\"{call.id}\"}")).isEmpty();
  }

  @Test
  void theLongestValuesMustFit() {
    String three = "{\"a\":\"{caller.uri}\",\"b\":\"{caller.uri}\",\"c\":\"{caller.uri}\"%s}";
    String four = ",\"d\":\"{caller.uri}\",\"e\":\"{caller.uri}\"";

    assertThat(flaws(three.formatted(""))).isEmpty();
    assertThat(flaws(three.formatted(four)))
        .containsExactly(
            "has 5156 bytes with the longest values that a call can have, and APNs accepts 5120;"
                + " name fewer long values: {caller.uri} has up to 1024 characters");
    // a byte less than the longest name of three bytes a character leaves
    String filled = "{\"n\":\"{caller.name}\",\"t\":\"" + "x".repeat(5120 - 384 - 15) + "\"}";
    assertThat(flaws(filled)).isEmpty();
    assertThat(flaws(filled.replace("\"t\"", "\"tt\""))).hasSize(1);
  }

  @Test
  void theDepthIsBounded() {
    assertThat(flaws("{\"a\":".repeat(15) + "{\"b\":1}" + "}".repeat(15))).isEmpty();
    assertThat(flaws("{\"a\":".repeat(17) + "{\"b\":1}" + "}".repeat(17)))
        .singleElement()
        .asString()
        .startsWith("is nested too deep at a.a.a");
  }

  @Test
  void aCallerThatIsNotShownCannotBeNamed() {
    List<String> flaws =
        read("{\"a\":\"{caller.uri}\",\"b\":\"from {caller.display}\"}", CallerShown.NONE);

    assertThat(flaws)
        .containsExactly(
            "\"{caller.uri}\" at a is never there with payload.caller: none; write something else"
                + " in its place, or payload.caller: full",
            "\"{caller.display}\" at b is never there with payload.caller: none; write something"
                + " else in its place, or payload.caller: full");
    assertThat(read("callkeep", CallerShown.NONE)).hasSize(2);
    assertThat(read("{\"a\":\"{call.uuid}\",\"b\":\"{custom}\"}", CallerShown.NONE)).isEmpty();
  }

  private static List<String> flaws(String written) {
    return read(written, CallerShown.FULL);
  }

  private static List<String> read(String written, CallerShown caller) {
    ShapeReader.Reading reading = ShapeReader.read(written, "call", caller);
    assertThat(reading.shape().isPresent()).isEqualTo(reading.flaws().isEmpty());
    return reading.flaws().stream().map(Finding::line).toList();
  }
}
