package dev.ringpost.directory;

import static dev.ringpost.directory.CallSignalsRig.INVITED;
import static dev.ringpost.directory.CallSignalsRig.PHONE;
import static dev.ringpost.directory.CallSignalsRig.TABLET;
import static dev.ringpost.directory.CallSignalsRig.alice;
import static dev.ringpost.directory.CallSignalsRig.invite;
import static dev.ringpost.directory.CallSignalsRig.ringing;
import static dev.ringpost.directory.CallSignalsRig.signal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallInvite;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The time from a push to the signal that its device rings. */
class RingThroughTest {

  private final CallSignalsRig rig = new CallSignalsRig();

  /** Pushes are noted only once somebody tells of ringing. */
  private void otherCallRings() {
    rig.apply("{\"callId\": \"other\", \"type\": \"ringing\", \"deviceId\": \"phone\"}");
  }

  @Test
  void pushesAreNotNotedBeforeAnybodyTellsOfRinging() {
    rig.calls.written(alice(), PHONE, INVITED.plusMillis(40));
    rig.apply(signal("answered", ", \"deviceId\": \"phone\""));
    rig.calls.written(alice(), PHONE, INVITED.plusMillis(40));
    rig.apply(ringing(""), INVITED.plusMillis(1030));
    assertThat(rig.ringThrough().count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"callee\": \"alice\""})
  void theTimeFromThePushToTheRingingIsMeasuredOnce(String callee) {
    otherCallRings();
    rig.calls.written(alice(), PHONE, INVITED.plusMillis(40));
    rig.passTo(INVITED.plusMillis(1040));
    rig.apply(ringing(callee), INVITED.plusMillis(1030));
    rig.passTo(INVITED.plusMillis(5000));
    rig.apply(ringing(callee), INVITED.plusMillis(5000));
    rig.calls.written(alice(), PHONE, INVITED.plusMillis(2000));
    rig.calls.written(alice(), TABLET, INVITED.plusMillis(2000));

    assertThat(rig.ringThrough().count()).isEqualTo(1);
    assertThat(rig.ringThrough().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"callee\": \"alice\""})
  void aSignalThatWasReadBeforeItsPushWasNotedCountsToo(String callee) {
    rig.passTo(INVITED.plusMillis(1040));
    rig.apply(ringing(callee), INVITED.plusMillis(1030));
    rig.calls.written(alice(), PHONE, INVITED.plusMillis(540));

    assertThat(rig.ringThrough().count()).isEqualTo(1);
    assertThat(rig.ringThrough().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(500);
  }

  @Test
  void whatRangBeforeItWasPushedDoesNotRingBecauseOfThePush() {
    rig.apply(ringing(""));
    rig.calls.written(alice(), PHONE, INVITED.plusMillis(1));

    assertThat(rig.ringThrough().count()).isZero();
  }

  @Test
  void aPushIsMeasuredByItsOwnCallCalleeDeviceAndAttemptOnly() {
    otherCallRings();
    CallInvite later = invite("call", "alice", INVITED.plusSeconds(3));
    rig.calls.written(later, PHONE, INVITED.minusSeconds(1));
    rig.apply(ringing(", \"callee\": \"carol\""), INVITED.plusSeconds(9));
    rig.apply(signal("answered", ", \"deviceId\": \"phone\""), INVITED.plusSeconds(9));
    rig.apply(ringing(""), INVITED);
    assertThat(rig.ringThrough().count()).isZero();

    rig.apply(ringing(""), INVITED.plusSeconds(4));
    assertThat(rig.ringThrough().count()).isEqualTo(1);
  }
}
