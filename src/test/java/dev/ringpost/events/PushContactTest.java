package dev.ringpost.events;

import static dev.ringpost.directory.TokenValues.APPENDED;
import static dev.ringpost.directory.TokenValues.PHONE;
import static dev.ringpost.directory.TokenValues.contact;
import static dev.ringpost.directory.TokenValues.device;
import static dev.ringpost.directory.TokenValues.skipped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contacts by RFC 8599 as registrations. */
class PushContactTest {

  @ParameterizedTest
  @CsvSource({
    "apns,     T1.com.example.phone.voip,        00FF,                  PRODUCTION",
    "apns.dev, T1.com.example.phone.voip,        00FF,                  SANDBOX",
    "APNS,     T1.com.example.phone.voip,        00FF,                  PRODUCTION",
    "apns,     T1.com.example.phone.voip,        00FF:voip,             PRODUCTION",
    "apns,     T1.com.example.phone.remote&voip, AAAA:remote&00FF:voip, PRODUCTION",
    "apns,     T1.com.example.phone.voip&remote, AAAA:remote&00FF:voip, PRODUCTION",
    "apns.dev, T1.com.example.phone.remote&voip, 00FF:voip&AAAA:remote, SANDBOX",
    "apns,     T1.com.example.phone.remote&voip, 00FF:voip,             PRODUCTION",
  })
  void ofAContactTheVoipTokenIsTaken(
      String provider, String param, String prid, Environment environment) {
    Device device = device(contact(provider, param, prid));

    assertThat(device.token().hex()).isEqualTo("00ff");
    assertThat(device.app()).isEqualTo(PHONE);
    assertThat(device.environment()).isEqualTo(environment);
    assertThat(device.registeredAt()).isEqualTo(APPENDED);
  }

  @ParameterizedTest
  @CsvSource({
    "T1.com.example.phone,             00FF",
    "T1.com.example.phone.remote,      00FF",
    "T1.com.example.phone.remote,      00FF:remote",
    "com,                              00FF",
    "T1.voip,                          00FF",
    "'',                               00FF",
    "T1.com.example.phone.voip,        00FF:remote",
    "T1.com.example.phone.remote&voip, 00FF",
    "T1.com.example.phone.remote&voip, AAAA:remote",
  })
  void aContactWithoutAVoipServiceAndTokenIsNoDevice(String param, String prid) {
    assertThat(skipped(contact("apns", param, prid))).isEqualTo(UnusableReason.NO_VOIP);
  }

  @ParameterizedTest
  @CsvSource({
    "T1.com.example.phone.remote&voip, 00FF:voip&AAAA:voip",
    "T1.com.example.phone.voip,        not-hex",
    "T1.com.example.phone.voip,        :voip",
    "T1.com.example.phone.voip,        ''",
  })
  void aContactWhoseTokenIsUnclearIsNoDevice(String param, String prid) {
    assertThat(skipped(contact("apns", param, prid))).isEqualTo(UnusableReason.INVALID_FIELD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fcm", "webpush", "apnsx", ""})
  void anotherProviderIsCountedApart(String provider) {
    assertThat(skipped(contact(provider, "whatever", "whatever")))
        .isEqualTo(UnusableReason.OTHER_PROVIDER);
  }
}
