package dev.ringpost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Device;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A phone whose token is dead and that rings over its socket: its caller must not be sent away. */
class DeadTokenRingsTest {

  private final PipelineFixture fixture = new PipelineFixture();
  private final Device phone = Samples.device("phone");
  private final Device tablet = Samples.device("tablet");

  private void register(Device... dead) {
    List<DeadDevice> words =
        List.of(dead).stream()
            .map(it -> new DeadDevice(it, Samples.NOW.minus(Duration.ofDays(1))))
            .toList();
    fixture.directory.put(Samples.ALICE, new DeviceLookup(List.of(), words, false));
  }

  private DeliveryReport.Looked looked() {
    return fixture.onlyDecision().report().looked().orElseThrow();
  }

  @Test
  void oneThatTheCallServerExcludesNeedsNoPush() {
    register(phone);

    fixture.deliver(Samples.invited(Samples.invite(Optional.of(Samples.APP), Set.of(phone.id()))));

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NOT_NEEDED));
    assertThat(looked().excluded()).isEqualTo(1);
    assertThat(looked().dead()).isZero();
  }

  @Test
  void oneThatHasToldThatItRingsNeedsNoPush() {
    register(phone, tablet);
    fixture.calls.ring(Samples.CALL, phone.id(), Samples.NOW);

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.NOT_NEEDED));
    assertThat(looked().excluded()).isEqualTo(1);
    assertThat(looked().dead()).as("the tablet").isEqualTo(1);
  }

  @Test
  void oneThatDoesNotRingIsDead() {
    register(phone);

    fixture.deliver(Samples.invited());

    assertThat(fixture.onlyDisposition()).isEqualTo(new Disposition.Final(Verdict.ALL_DEAD));
  }
}
