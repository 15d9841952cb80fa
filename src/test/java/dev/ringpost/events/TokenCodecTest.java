package dev.ringpost.events;

import static dev.ringpost.directory.TokenValues.APPENDED;
import static dev.ringpost.directory.TokenValues.PHONE;
import static dev.ringpost.directory.TokenValues.contact;
import static dev.ringpost.directory.TokenValues.device;
import static dev.ringpost.directory.TokenValues.read;
import static dev.ringpost.directory.TokenValues.registration;
import static dev.ringpost.directory.TokenValues.skipped;
import static dev.ringpost.directory.TokenValues.unusable;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.events.cloud.ContentMode;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCodecTest {

  @Test
  void readsARegistration() {
    Device device =
        device(
            """
            {"token": "00ff", "environment": "sandbox", "bundleId": "com.example.phone",
             "registeredAt": "2026-11-24T03:59:00.5Z", "model": {"of": ["no", "interest"]}}
            """);

    assertThat(device)
        .isEqualTo(
            new Device(
                new DeviceId("phone"),
                VoipToken.parse("00ff"),
                PHONE,
                Environment.SANDBOX,
                Instant.parse("2026-11-24T03:59:00.5Z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00ff", "00FF", "<00ff>", "<00 ff>", "<0 0F F>"})
  void aTokenMayComeAsIosPrintsIt(String printed) {
    assertThat(device(registration(printed)).token().hex()).isEqualTo("00ff");
  }

  @Test
  void aTokenMayHaveAnyLength() {
    assertThat(device(registration("ab".repeat(100))).token().hex()).hasSize(200);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T03:00:00Z,      2026-11-24T03:00:00Z",
    "2026-11-24T04:30:00+01:00, 2026-11-24T03:30:00Z",
    "2026-11-24T04:00:00.001Z,  2026-11-24T04:00:00Z",
    "2099-01-01T00:00:00Z,      2026-11-24T04:00:00Z",
    "'',                        2026-11-24T04:00:00Z",
  })
  void theTimeOfRegistrationIsNeverAfterTheRecord(String given, Instant registeredAt) {
    Device device =
        device(
            """
            {"token": "00ff", "environment": "production", "bundleId": "com.example.phone",
             "registeredAt": "%s"}
            """
                .formatted(given));

    assertThat(device.registeredAt()).isEqualTo(registeredAt);
  }

  @Test
  void withoutATimeOfRegistrationTheRecordsTimestampCounts() {
    assertThat(device(registration("00ff")).registeredAt()).isEqualTo(APPENDED);
    assertThat(
            device(
                    """
                    {"token": "00ff", "environment": "production",
                     "bundleId": "com.example.phone", "registeredAt": null}
                    """)
                .registeredAt())
        .isEqualTo(APPENDED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "\"text\"",
        "[]",
        "{",
        "{\"token\":",
        "{} {}",
        "{}]",
        "nonsense",
        "{\"token\": \"00ff\", \"environment\"}",
        "{'token': '00ff'}"
      })
  void whatIsNotOneJsonObjectIsNoDevice(String value) {
    assertThat(skipped(value)).isEqualTo(UnusableReason.NOT_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"environment\": \"production\", \"bundleId\": \"com.example.phone\"}",
        "{\"token\": null, \"environment\": \"production\", \"bundleId\": \"com.example.phone\"}",
        "{\"token\": \"00ff\", \"bundleId\": \"com.example.phone\"}",
        "{\"token\": \"00ff\", \"environment\": \"production\"}",
        "{\"pn-provider\": \"apns\", \"pn-prid\": \"00ff\"}",
        "{\"pn-provider\": \"apns\", \"pn-param\": \"T1.com.example.phone.voip\"}",
      })
  void aMissingFieldMeansNoDevice(String value) {
    assertThat(skipped(value)).isEqualTo(UnusableReason.MISSING_FIELD);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"\"',       '\"production\"',  '\"com.example.phone\"', '\"2026-11-24T03:00:00Z\"'",
    "'\"0\"',      '\"production\"',  '\"com.example.phone\"', '\"2026-11-24T03:00:00Z\"'",
    "'\"xy\"',     '\"production\"',  '\"com.example.phone\"', '\"2026-11-24T03:00:00Z\"'",
    "255,          '\"production\"',  '\"com.example.phone\"', '\"2026-11-24T03:00:00Z\"'",
    "'[\"00ff\"]', '\"production\"',  '\"com.example.phone\"', '\"2026-11-24T03:00:00Z\"'",
    "'\"00ff\"',   '\"Production\"',  '\"com.example.phone\"', '\"2026-11-24T03:00:00Z\"'",
    "'\"00ff\"',   '\"development\"', '\"com.example.phone\"', '\"2026-11-24T03:00:00Z\"'",
    "'\"00ff\"',   true,              '\"com.example.phone\"', '\"2026-11-24T03:00:00Z\"'",
    "'\"00ff\"',   '\"production\"',  '\"\"',                  '\"2026-11-24T03:00:00Z\"'",
    "'\"00ff\"',   '\"production\"',  '{}',                    '\"2026-11-24T03:00:00Z\"'",
    "'\"00ff\"',   '\"production\"',  '\"com.example.phone\"', '\"yesterday\"'",
    "'\"00ff\"',   '\"production\"',  '\"com.example.phone\"', '\"2026-11-24\"'",
    "'\"00ff\"',   '\"production\"',  '\"com.example.phone\"', 17954928000000000",
    "'\"00ff\"',   '\"production\"',  '\"com.example.phone\"', true",
  })
  void aFieldThatCannotBeUsedMeansNoDevice(
      String token, String environment, String bundleId, String registeredAt) {
    assertThat(
            skipped(
                """
                {"token": %s, "environment": %s, "bundleId": %s, "registeredAt": %s}
                """
                    .formatted(token, environment, bundleId, registeredAt)))
        .isEqualTo(UnusableReason.INVALID_FIELD);
  }

  @Test
  void aRegistrationMayCarryAKeyToSealTo() {
    String key = Base64.getEncoder().encodeToString(filled());
    SealKey expected = SealKey.ofBytes(filled());

    assertThat(device(with("sealTo", key)).sealTo()).contains(expected);
    assertThat(device(registration("ab".repeat(32))).sealTo()).isEmpty();
    assertThat(
            device(
                    contact("apns", "TEAMID1234.com.example.phone.voip", "ab".repeat(32))
                        .replace("}", ", \"sealTo\": \"" + key + "\"}"))
                .sealTo())
        .contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "no base64", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="})
  void aKeyThatCannotBeUsedMeansNoDevice(String key) {
    assertThat(unusable(with("sealTo", key)).reason()).isEqualTo(UnusableReason.INVALID_FIELD);
    assertThat(unusable(with("sealTo", key)).detail()).startsWith("sealTo must be ");
  }

  private static byte[] filled() {
    byte[] bytes = new byte[SealKey.BYTES];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  private static String with(String field, String value) {
    return registration("ab".repeat(32)).replace("}", ", \"" + field + "\": \"" + value + "\"}");
  }

  @Test
  void noDetailQuotesTheValue() {
    for (String value :
        new String[] {
          registration("secretsecret"),
          "secretsecret",
          contact("secretsecret", "x", "x"),
          contact("apns", "secretsecret", "x"),
          contact("apns", "T1.secretsecret.voip", "secretsecret"),
          contact("apns", "T1.a.b.remote&voip", "secretsecret"),
        }) {
      assertThat(read("alice/phone", value).toString()).doesNotContain("secret");
    }
  }

  @Test
  void aNullValueRemovesTheDevice() {
    assertThat(
            ViewRecord.read(
                "alice/phone".getBytes(UTF_8), null, ContentMode.DATA, APPENDED, new TokenCodec()))
        .isEqualTo(
            new ViewRecord.Removed<Device>(
                new DeviceKey(new UserId("alice"), new DeviceId("phone"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "alice", "alice/", "/phone", "/", "alice%2Fphone"})
  void aKeyWithoutUserOrDeviceConcernsNobody(String key) {
    assertThat(read(key, registration("00ff")))
        .isInstanceOfSatisfying(
            ViewRecord.MalformedKey.class,
            keyless -> assertThat(keyless.why().reason()).isEqualTo(UnusableReason.INVALID_KEY));
  }

  @Test
  void aKeyThatIsTooLongOrNotUtf8ConcernsNobody() {
    byte[] latin = "ålice/phone".getBytes(ISO_8859_1);
    assertThat(ViewRecord.read(latin, null, ContentMode.DATA, APPENDED, new TokenCodec()))
        .isInstanceOf(ViewRecord.MalformedKey.class);
    assertThat(read("a".repeat(257) + "/phone", "{}")).isInstanceOf(ViewRecord.MalformedKey.class);
    assertThat(read("alice/" + "p".repeat(257), "{}")).isInstanceOf(ViewRecord.MalformedKey.class);
    assertThat(read("a".repeat(256) + "/" + "p".repeat(256), registration("00ff")))
        .isInstanceOf(ViewRecord.Entry.class);
  }

  @Test
  void aRecordWithoutAKeyConcernsNobody() {
    assertThat(ViewRecord.read(null, null, ContentMode.DATA, APPENDED, new TokenCodec()))
        .isInstanceOfSatisfying(
            ViewRecord.MalformedKey.class,
            keyless -> assertThat(keyless.why().reason()).isEqualTo(UnusableReason.NO_KEY));
  }

  @Test
  void noBytesMakeItFail() {
    var random = new Random(8599);
    byte[] good = registration("00ff").getBytes(UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] value = good.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt(256);
      }
      byte[] key = new byte[random.nextInt(12)];
      random.nextBytes(key);

      assertThat(ViewRecord.read(key, value, ContentMode.DATA, APPENDED, new TokenCodec()))
          .isNotNull();
      assertThat(
              ViewRecord.read(
                  "a/b".getBytes(UTF_8), value, ContentMode.DATA, APPENDED, new TokenCodec()))
          .isNotNull();
    }
  }

  @Test
  void noTimeAndNoContactThatTheTableCannotHoldReachesIt() {
    for (String time : new String[] {"-999999999-01-01T00:00:00Z", "+999999999-01-01T00:00:00Z"}) {
      String value =
          """
          {"token": "ab", "environment": "production", "bundleId": "a.b", "registeredAt": "%s"}
          """
              .formatted(time);
      assertThat(skipped(value)).isEqualTo(UnusableReason.INVALID_FIELD);
    }
    String endless = "TEAM.com.example.phone.voip" + "&voip".repeat(10_000);
    assertThat(skipped(contact("apns", endless, "ab"))).isEqualTo(UnusableReason.INVALID_FIELD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1795489200",
        "1795489200000",
        "1795489200.0",
        "1.7954892E9",
        "\"1795489200\"",
        "\"1795489200.000\""
      })
  void theTimeOfRegistrationMayBeANumberOfSecondsOrMilliseconds(String number) {
    Device device =
        device(
            """
            {"token": "00ff", "environment": "production", "bundleId": "com.example.phone",
             "registeredAt": %s}
            """
                .formatted(number));

    assertThat(device.registeredAt()).isEqualTo(Instant.parse("2026-11-24T03:00:00Z"));
  }

  /** So Go writes a field that is not set, unless it is told otherwise. */
  @Test
  void anEmptyKindIsNone() {
    assertThat(device(registration("00ff").strip().replace("{", "{\"kind\": \"\", ")).token().hex())
        .isEqualTo("00ff");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"removed\": true}",
        "{\"removed\": true, \"token\": \"00ff\", \"note\": \"signed out\"}",
        "{\"specversion\": \"1.0\", \"id\": \"7\", \"data\": {\"removed\": true}}",
      })
  void aValueMayRemoveTheDevice(String value) {
    assertThat(read("alice/phone", value)).isInstanceOf(ViewRecord.Removed.class);
  }

  @Test
  void whatIsNotRemovedIsThereAndNobodyGuesses() {
    String good = registration("00ff").strip();
    assertThat(device(good.replace("{", "{\"removed\": false, ")).token().hex()).isEqualTo("00ff");
    assertThat(device(good.replace("{", "{\"removed\": null, ")).token().hex()).isEqualTo("00ff");
    assertThat(skipped(good.replace("{", "{\"removed\": \"yes\", ")))
        .isEqualTo(UnusableReason.INVALID_FIELD);
  }

  @Test
  void whatIsNoEventIsReadAsItStands() {
    String plain = registration("00ff").strip();
    String withVersion =
        plain.replace("{", "{\"specversion\": \"1.0\", \"data\": {\"token\": \"ee\"}, ");

    assertThat(device(withVersion)).isEqualTo(device(plain));
  }

  @Test
  void aValueOfAnotherSerializerIsToldSo() {
    String registryJson = "\0\0\0\0\7" + registration("00ff");
    String twice = "\"{\\\"token\\\": \\\"00ff\\\"}\"";

    assertThat(unusable(registryJson).detail()).contains("schema registry");
    assertThat(unusable(twice).detail()).contains("serialized twice");
    assertThat(unusable("nonsense").detail()).doesNotContain("schema", "twice", "nonsense");
  }
}
