package dev.ringpost.delivery.flood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Media;
import dev.ringpost.call.UserId;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.delivery.DeliveryReport.Skip;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FloodGateTest {

  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void noMoreThanTheLimitRingWithinAnyWindow() {
    FloodGate gate = gate(2, 0);

    assertThat(call(gate, "alice", "bob")).isEmpty();
    after(Duration.ofSeconds(6));
    assertThat(call(gate, "alice", "carol")).isEmpty();
    after(Duration.ofSeconds(3));
    assertThat(call(gate, "alice", "dan")).contains(Skip.CALLEE_FLOODED);
    after(Duration.ofSeconds(1));
    assertThat(call(gate, "alice", "dan")).as("the first is a window ago").isEmpty();
    assertThat(call(gate, "alice", "dan")).contains(Skip.CALLEE_FLOODED);
  }

  @Test
  void whatIsRefusedDoesNotCount() {
    FloodGate gate = gate(1, 0);
    assertThat(call(gate, "alice", "bob")).isEmpty();

    for (int i = 0; i < 10; i++) {
      after(Duration.ofMillis(900));
      assertThat(call(gate, "alice", "robot")).contains(Skip.CALLEE_FLOODED);
    }
    after(Duration.ofSeconds(1));
    assertThat(call(gate, "alice", "bob")).isEmpty();
  }

  @Test
  void aFloodForOneCalleeCostsNoOther() {
    FloodGate gate = gate(1, 0);
    assertThat(call(gate, "alice", "bob")).isEmpty();
    assertThat(call(gate, "alice", "bob")).contains(Skip.CALLEE_FLOODED);

    assertThat(call(gate, "erin", "bob")).isEmpty();
  }

  @Test
  void aCallerWhoCallsEverybodyIsHeldAndTheirCalleesAreNot() {
    FloodGate gate = gate(3, 2);
    assertThat(call(gate, "alice", "robot")).isEmpty();
    assertThat(call(gate, "erin", "robot")).isEmpty();
    assertThat(call(gate, "alice", "robot")).contains(Skip.CALLER_FLOODED);
    assertThat(call(gate, "alice", "robot")).contains(Skip.CALLER_FLOODED);

    assertThat(call(gate, "alice", "bob")).isEmpty();
    assertThat(call(gate, "alice", "carol")).as("robot's refused ones did not count").isEmpty();
    assertThat(call(gate, "alice", "dan")).contains(Skip.CALLEE_FLOODED);
  }

  @Test
  void zeroIsNoLimit() {
    FloodGate gate = gate(0, 0);
    for (int i = 0; i < 1000; i++) {
      assertThat(call(gate, "alice", "bob")).isEmpty();
    }
  }

  /** Memory is bounded: what is forgotten rings, and half of the names is always remembered. */
  @Test
  void aFloodOfNamesForgetsTheOldestOnly() {
    FloodGate gate = gate(1, 0);
    for (int i = 0; i < RecentTimes.MAX_NAMES; i++) {
      assertThat(call(gate, "user-" + i, "bob")).isEmpty();
    }
    assertThat(call(gate, "user-" + (RecentTimes.MAX_NAMES - 1), "bob"))
        .contains(Skip.CALLEE_FLOODED);
    assertThat(call(gate, "user-" + RecentTimes.MAX_NAMES / 2, "bob"))
        .contains(Skip.CALLEE_FLOODED);
  }

  @Test
  void aLimitThatIsNoneIsRefusedByItsKey() {
    assertThatThrownBy(() -> new FloodSettings(-1, 0, WINDOW))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("ring.max-per-callee");
    assertThatThrownBy(() -> new FloodSettings(0, FloodSettings.MOST + 1, WINDOW))
        .hasMessageContaining("ring.max-per-caller");
    assertThatThrownBy(() -> new FloodSettings(0, 0, Duration.ZERO))
        .hasMessageContaining("ring.flood-window");
  }

  private FloodGate gate(int perCallee, int perCaller) {
    return new FloodGate(new FloodSettings(perCallee, perCaller, WINDOW), nanos::get);
  }

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static Optional<Skip> call(FloodGate gate, String callee, String caller) {
    CallId id = Samples.CALL;
    return gate.exceeded(
        new CallInvite(
            id,
            CallUuid.from(id),
            new UserId(callee),
            new Caller("sip:" + caller + "@example.com", Optional.empty()),
            Media.AUDIO,
            Samples.NOW,
            Samples.DEADLINE,
            Optional.empty(),
            Set.of(),
            CustomFields.NONE));
  }
}
