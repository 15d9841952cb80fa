package dev.ringpost.tools.trace;

import static dev.ringpost.tools.trace.RecordedCall.DIGEST;
import static dev.ringpost.tools.trace.RecordedCall.device;
import static dev.ringpost.tools.trace.RecordedCall.devices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.testing.CallPlatform;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The words about an accepted push to a device that is deaf, or that belongs elsewhere. */
@Timeout(10)
class AcceptedCauseTest {

  private static final Duration SOON = Duration.ofMillis(85);
  private static final String DEAF = device("accepted", ",\"deaf\":true");
  private static final String WELL = other("accepted", "");

  private static String other(String outcome, String fields) {
    return device(outcome, fields).replace("iphone-1", "ipad-1");
  }

  /** In a group with one Call-ID somebody else may have answered. */
  @Test
  void anAnswerThatNamesNobodyDoesNotOverruleAWorkerWhoHeardNoRing() {
    RecordedCall call =
        new RecordedCall()
            .invite()
            .result(SOON, "accepted", devices(WELL))
            .signal(Duration.ofSeconds(3), "answered", "");
    assertThat(call.cause().code()).isEqualTo("rang");

    assertThat(call.result(Duration.ofSeconds(5), "silent", "").cause().code()).isEqualTo("silent");
    assertThat(call.signal(Duration.ofSeconds(6), "ringing", ",\"deviceId\":\"ipad-1\"").cause())
        .returns("rang", Cause::code);
  }

  @Test
  void aDeviceThatWasNotPushedIsAnotherCallees() {
    RecordedCall call =
        new RecordedCall()
            .invite()
            .result(SOON, "accepted", devices(WELL))
            .signal(Duration.ofSeconds(3), "ringing", ",\"deviceId\":\"of-bob\"");

    assertThat(call.cause().code()).isEqualTo("accepted_not_rung");
  }

  @Test
  void theRingOfAnEarlierAttemptIsNoneOfThisOne() {
    RecordedCall call =
        new RecordedCall()
            .signal(Duration.ofMinutes(-1), "ringing", ",\"deviceId\":\"ipad-1\"")
            .invite()
            .result(SOON, "accepted", devices(WELL));

    assertThat(call.cause().code()).isEqualTo("accepted_not_rung");
  }

  @Test
  void aDeafDeviceIsSaidToBeDeaf() {
    RecordedCall call = new RecordedCall().invite().result(SOON, "accepted", devices(DEAF));
    Cause told = call.cause();
    Cause silent = call.result(Duration.ofSeconds(5), "silent", "").cause();

    assertThat(told.code()).isEqualTo("accepted_not_rung");
    assertThat(silent.code()).isEqualTo("silent");
    for (Cause cause : List.of(told, silent)) {
      assertThat(cause.words())
          .endsWith(
              " iphone-1 ("
                  + DIGEST
                  + ") is a deaf device: it did not ring for the calls before this one either; see"
                  + " ringpost deaf.");
      assertThat(cause.fix())
          .startsWith("Ask the owner of iphone-1 to open the app, or to install it again. ")
          .contains("ask Apple with --for-apple");
    }
  }

  @Test
  void amongSeveralDevicesTheDeafOnesAreNamed() {
    Cause one = new RecordedCall().invite().result(SOON, "accepted", devices(WELL, DEAF)).cause();
    assertThat(one.words())
        .contains("the push for ipad-1 (" + DIGEST + "), iphone-1 (" + DIGEST + ") at")
        .contains(". iphone-1 (" + DIGEST + ") is a deaf device");

    String both = devices(DEAF, other("accepted", ",\"deaf\":true"));
    Cause two = new RecordedCall().invite().result(SOON, "accepted", both).cause();
    assertThat(two.words()).contains("ipad-1 (" + DIGEST + ") are deaf devices: they did not ring");
    assertThat(two.fix()).startsWith("Ask the owner of iphone-1, ipad-1 to open the app");
  }

  @Test
  void nobodyElseIsCalledDeaf() {
    Cause cause = new RecordedCall().invite().result(SOON, "accepted", devices(WELL)).cause();

    assertThat(cause.words()).doesNotContain("deaf");
    assertThat(cause.fix()).doesNotContain("owner");
  }

  @Test
  void theTimelineMarksDeafDevices() {
    TraceReport report =
        new RecordedCall().invite().result(SOON, "accepted", devices(WELL, DEAF)).report();
    JsonNode devices = CallPlatform.json(report.json()).at("/invites/0/timeline/1/devices");

    assertThat(String.join("\n", report.text()))
        .contains(
            "iphone-1 (" + DIGEST + ", deaf) com.example.phone",
            "ipad-1 (" + DIGEST + ") com.example.phone");
    assertThat(devices.at("/0").has("deaf")).isFalse();
    assertThat(devices.at("/1/deaf").asBoolean()).isTrue();
  }

  /** A token of neither environment does not make the environment of the accepted one wrong. */
  @Test
  void aTokenThatIsRefusedElsewhereWasNotAcceptedThere() {
    String refused =
        other(
            "bad_device_token",
            ",\"status\":400,\"reason\":\"BadDeviceToken\",\"environment\":\"sandbox\"");
    String devices = devices(refused, device("accepted", ""));

    Cause cause = new RecordedCall().invite().result(SOON, "accepted", devices).cause();

    assertThat(cause.code()).isEqualTo("accepted_not_rung");
    assertThat(cause.words()).contains("APNs accepted the push for iphone-1 (" + DIGEST + ") at");
  }
}
