package dev.ringpost.call;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceKeyTest {

  private static DeviceKey parse(String key) {
    return DeviceKey.parse(key.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "alice/phone, alice, phone",
    "sip:alice@example.com/a/phone, sip:alice@example.com/a, phone",
    "alice/one%2Ftwo, alice, one/two",
    "alice/%2F%2F, alice, //",
    "alice/100%, alice, 100%",
    "alice/%2f, alice, %2f",
    "alice/%252F, alice, %252F",
    "alice/%2%2FF, alice, %2/F",
    "al%2Fice/phone, al%2Fice, phone",
    "ålice/📱, ålice, 📱",
  })
  void aKeyNamesOneDeviceAndADeviceHasOneKey(String key, String user, String device) {
    var read = new DeviceKey(new UserId(user), new DeviceId(device));

    assertThat(parse(key)).isEqualTo(read);
    assertThat(read.wire()).isEqualTo(key);
    assertThat(read.bytes()).isEqualTo(key.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "alice/phone/alert/, alice, phone",
    "sip:alice@example.com/a/phone/alert/, sip:alice@example.com/a, phone",
    "alice/one%2Ftwo/alert/, alice, one/two",
    "alice/alert/alert/, alice, alert",
    "alice/phone/alert/alert/, alice/phone, alert",
    "alice/phone/alert//alert/alert/, alice/phone/alert/, alert",
  })
  void aTokenForAlertsHasAKeyThatNamesNoDeviceToRing(String key, String user, String device) {
    var read = new DeviceKey(new UserId(user), new DeviceId(device), DeviceKey.Kind.ALERT);

    assertThat(parse(key)).isEqualTo(read);
    assertThat(read.wire()).isEqualTo(key);
    assertThat(read).isNotEqualTo(new DeviceKey(read.user(), read.device()));
  }

  @ParameterizedTest
  @CsvSource({"alice/alert, alice, alert", "alice/phone/alert, alice/phone, alert"})
  void withoutTheLastSlashItIsADeviceToRing(String key, String user, String device) {
    assertThat(parse(key)).isEqualTo(new DeviceKey(new UserId(user), new DeviceId(device)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/alert/", "alice/alert/", "alice//alert/", "/phone/alert/", "alice/x/"})
  void refusesAKeyForAlertsThatNamesNoDevice(String key) {
    assertThatIllegalArgumentException().isThrownBy(() -> parse(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "alice", "/", "alice/", "/phone", "alice%2Fphone"})
  void refusesWhatNamesNoDeviceWithoutQuotingIt(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(key))
        .withMessageNotContaining("alice")
        .withMessageNotContaining("phone");
  }

  @Test
  void refusesWhatIsNotUtf8AndWhatIsTooLong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceKey.parse("ålice/phone".getBytes(ISO_8859_1)))
        .withMessageContaining("the key is not UTF-8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("a".repeat(257) + "/phone"))
        .withMessageContaining("1 to 256 characters");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("alice/" + "p".repeat(257)))
        .withMessageContaining("1 to 256 characters");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"alice/phone\"', JSON serializer",
    "'{\"user\": \"alice/phone\"}', JSON serializer",
    "'[\"alice\", \"a/phone\"]', JSON serializer",
    "'\0\0\0\0\7alice/phone', schema registry",
    "'\0alice/phone', schema registry",
    "'alice/phone\n', newline",
    "'alice/phone\r\n', newline",
    "'alice\t/phone', control character",
    "'\uFEFFalice/phone', byte order mark",
  })
  void aKeyOfAnotherSerializerIsNobodysAndIsToldSo(String key, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(key))
        .withMessageContaining(words)
        .withMessageContaining("plain strings")
        .withMessageNotContaining("alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"alice\"/phone", "{alice/phone", "[alice]/phone", " alice/phone"})
  void aKeyThatOnlyLooksALittleLikeItIsTakenAsItStands(String key) {
    assertThat(parse(key).wire()).isEqualTo(key);
  }

  /** Each fault has its own words. */
  @Test
  void saysWhichPartOfAKeyIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceKey.parse("/phone".getBytes(UTF_8)))
        .withMessage("the user in the key must have 1 to 256 characters, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceKey.parse(("alice/" + "p".repeat(257)).getBytes(UTF_8)))
        .withMessage("the device in the key must have 1 to 256 characters, not 257");
  }
}
