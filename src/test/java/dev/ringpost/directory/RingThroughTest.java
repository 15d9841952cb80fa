package dev.ringpost.directory;

import static dev.ringpost.directory.CallSignalsFixture.INVITED;
import static dev.ringpost.directory.CallSignalsFixture.PHONE;
import static dev.ringpost.directory.CallSignalsFixture.TABLET;
import static dev.ringpost.directory.CallSignalsFixture.alice;
import static dev.ringpost.directory.CallSignalsFixture.invite;
import static dev.ringpost.directory.CallSignalsFixture.ringing;
import static dev.ringpost.directory.CallSignalsFixture.signal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The time from a push to the signal that its device rings. */
class RingThroughTest {

  private final CallSignalsFixture fixture = new CallSignalsFixture();

  /** Pushes are noted only once somebody tells of ringing. */
  private void otherCallRings() {
    fixture.apply("{\"callId\": \"other\", \"type\": \"ringing\", \"deviceId\": \"phone\"}");
  }

  @Test
  void pushesAreNotNotedBeforeAnybodyTellsOfRinging() {
    fixture.calls.written(alice(), PHONE, INVITED.plusMillis(40));
    fixture.apply(signal("answered", ", \"deviceId\": \"phone\""));
    fixture.calls.written(alice(), PHONE, INVITED.plusMillis(40));
    fixture.apply(ringing(""), INVITED.plusMillis(1030));
    assertThat(fixture.ringThrough().count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"callee\": \"alice\""})
  void theTimeFromThePushToTheRingingIsMeasuredOnce(String callee) {
    otherCallRings();
    fixture.calls.written(alice(), PHONE, INVITED.plusMillis(40));
    fixture.passTo(INVITED.plusMillis(1040));
    fixture.apply(ringing(callee), INVITED.plusMillis(1030));
    fixture.passTo(INVITED.plusMillis(5000));
    fixture.apply(ringing(callee), INVITED.plusMillis(5000));
    fixture.calls.written(alice(), PHONE, INVITED.plusMillis(2000));
    fixture.calls.written(alice(), TABLET, INVITED.plusMillis(2000));

    assertThat(fixture.ringThrough().count()).isEqualTo(1);
    assertThat(fixture.ringThrough().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"callee\": \"alice\""})
  void aSignalThatWasReadBeforeItsPushWasNotedCountsToo(String callee) {
    fixture.passTo(INVITED.plusMillis(1040));
    fixture.apply(ringing(callee), INVITED.plusMillis(1030));
    fixture.calls.written(alice(), PHONE, INVITED.plusMillis(540));

    assertThat(fixture.ringThrough().count()).isEqualTo(1);
    assertThat(fixture.ringThrough().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(500);
  }

  @Test
  void whatRangBeforeItWasPushedDoesNotRingBecauseOfThePush() {
    fixture.apply(ringing(""));
    fixture.calls.written(alice(), PHONE, INVITED.plusMillis(1));

    assertThat(fixture.ringThrough().count()).isZero();
  }

  @Test
  void aPushIsMeasuredByItsOwnCallCalleeDeviceAndAttemptOnly() {
    otherCallRings();
    CallInvite later = invite("call", "alice", INVITED.plusSeconds(3));
    fixture.calls.written(later, PHONE, INVITED.minusSeconds(1));
    fixture.apply(ringing(", \"callee\": \"carol\""), INVITED.plusSeconds(9));
    fixture.apply(signal("answered", ", \"deviceId\": \"phone\""), INVITED.plusSeconds(9));
    fixture.apply(ringing(""), INVITED);
    assertThat(fixture.ringThrough().count()).isZero();

    fixture.apply(ringing(""), INVITED.plusSeconds(4));
    assertThat(fixture.ringThrough().count()).isEqualTo(1);
  }
}
