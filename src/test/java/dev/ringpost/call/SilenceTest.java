package dev.ringpost.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The silence of what must not be printed, on its own or within what holds it. */
class SilenceTest {

  @Test
  void aSecretPrintsFixedWords() {
    assertThat(new Secret("hunter2")).hasToString(new Secret("").toString());
    assertThat(new Secret("hunter2").reveal()).isEqualTo("hunter2");
  }

  @Test
  void aDeviceHidesItsToken() {
    Device device = Samples.device("phone");
    assertThat(device.toString())
        .doesNotContainIgnoringCase(device.token().hex())
        .contains(device.token().digest().value());
  }

  @Test
  void anEnvelopePrintsWhereItStoodOnly() {
    var envelope =
        new Envelope(
            new Origin("call-invites", 3, 42, Samples.NOW),
            "the-key".getBytes(UTF_8),
            "the-value".getBytes(UTF_8),
            List.of(Samples.header("the-header", "its-value")));
    assertThat(envelope).hasToString("Envelope[call-invites-3@42]");
  }

  @Test
  void customFieldsPrintAsTheirNumber() {
    assertThat(new CustomFields(Map.of("iban", "DE00"))).hasToString("CustomFields[1]");
  }
}
