package dev.ringpost.events;

import static dev.ringpost.directory.TokenValues.contact;
import static dev.ringpost.directory.TokenValues.read;
import static dev.ringpost.directory.TokenValues.registration;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import org.junit.jupiter.api.Test;

/** Registrations for ordinary notifications: their keys, and the word that must fit these. */
class AlertRegistrationTest {

  private static final String PLAIN = registration("00ff").strip();

  @Test
  void theKeySaysWhatATokenIsFor() {
    assertThat(kind("alice/phone", PLAIN)).isEqualTo(DeviceKey.Kind.VOIP);
    assertThat(kind("alice/phone/alert/", PLAIN)).isEqualTo(DeviceKey.Kind.ALERT);
    assertThat(kind("alice/phone/alert/", of("alert"))).isEqualTo(DeviceKey.Kind.ALERT);
    assertThat(kind("alice/phone", of("voip"))).isEqualTo(DeviceKey.Kind.VOIP);
  }

  @Test
  void aTokenUnderAKeyOfTheOtherKindIsRefusedAndTheFixIsNamed() {
    for (String forgotten : new String[] {"alice/phone", "alice/phone/alert"}) {
      assertThat(unusable(forgotten, of("alert")).reason()).isEqualTo(UnusableReason.INVALID_FIELD);
      assertThat(unusable(forgotten, of("alert")).detail()).contains("<device>/alert/");
    }
    assertThat(unusable("alice/phone/alert/", of("voip")).reason())
        .isEqualTo(UnusableReason.INVALID_FIELD);
    assertThat(unusable("alice/phone", of("background")).reason())
        .isEqualTo(UnusableReason.INVALID_FIELD);
  }

  @Test
  void aContactGivesATokenForCallsOnly() {
    String contact = contact("apns", "TEAM.com.example.phone.voip", "00ff");

    assertThat(unusable("alice/phone/alert/", contact).detail()).contains("VoIP token");
  }

  @Test
  void aRemovalHasTheKeyOfWhatItRemoves() {
    ViewRecord<Device> removed = read("alice/phone/alert/", "{\"removed\": true}");

    assertThat(removed)
        .isEqualTo(
            new ViewRecord.Removed<>(
                DeviceKey.parse(
                    "alice/phone/alert/".getBytes(java.nio.charset.StandardCharsets.UTF_8))));
  }

  private static String of(String kind) {
    return PLAIN.replaceFirst("\\{", "{\"kind\": \"" + kind + "\", ");
  }

  private static DeviceKey.Kind kind(String key, String value) {
    if (read(key, value) instanceof ViewRecord.Entry<Device>(DeviceKey read, Device device)) {
      assertThat(read.kind()).isEqualTo(device.kind());
      return device.kind();
    }
    throw new AssertionError("no device: " + read(key, value));
  }

  private static Unusable unusable(String key, String value) {
    if (read(key, value) instanceof ViewRecord.UnusableValue<Device>(DeviceKey _, Unusable why)) {
      return why;
    }
    throw new AssertionError("not refused: " + read(key, value));
  }
}
