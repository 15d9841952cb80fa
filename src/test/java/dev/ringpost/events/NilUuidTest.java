package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.OddField;
import dev.ringpost.intake.InviteOddities;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An invite whose {@code callUuid} nobody has set: two such calls must not be one to the phone. */
class NilUuidTest {

  @Test
  void aUuidOfZerosIsNone() {
    var registry = new SimpleMeterRegistry();
    var decoder =
        new InviteDecoder(
            new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
            new InviteOddities(new IntakeMeters(new Telemetry(registry), "invites")));

    Arrival arrival =
        decoder.decode(
            Samples.envelope(
                """
                {"callId": "a", "callUuid": "00000000-0000-0000-0000-000000000000",
                 "callee": "bo", "caller": {"uri": "sip:x"}}
                """
                    .getBytes(UTF_8)),
            Samples.NOW);

    assertThat(arrival)
        .isInstanceOfSatisfying(
            Arrival.Invited.class,
            invited ->
                assertThat(invited.attempt().invite().callUuid())
                    .isEqualTo(CallUuid.from(new CallId("a"))));
    assertThat(
            registry
                .get("ringpost.invites.fields.odd")
                .tag("field", OddField.CALL_UUID.json())
                .counter()
                .count())
        .isEqualTo(1);
  }
}
