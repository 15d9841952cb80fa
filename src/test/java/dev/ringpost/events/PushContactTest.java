package dev.ringpost.events;

import static dev.ringpost.directory.TokenValues.APPENDED;
import static dev.ringpost.directory.TokenValues.PHONE;
import static dev.ringpost.directory.TokenValues.contact;
import static dev.ringpost.directory.TokenValues.device;
import static dev.ringpost.directory.TokenValues.skipped;
import static dev.ringpost.directory.TokenValues.unusable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.directory.TokenValues;
import dev.ringpost.testing.DocPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contacts by RFC 8599 as registrations. */
@Timeout(20)
class PushContactTest {

  /** The cases of the page, each a row of three cells. */
  static List<List<String>> casesOfThePage() throws IOException {
    return DocPage.of(Path.of("docs", "events.md")).table("contacts").stream()
        .map(row -> Arrays.stream(row.split("\\|", -1)).map(String::strip).skip(1).toList())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("casesOfThePage")
  void aContactIsReadAsThePageSays(List<String> row) {
    List<String> read = DocPage.quotedIn(row.get(2));
    String contact = object(DocPage.quotedIn(row.get(1)).getFirst());

    switch (TokenValues.read("alice/phone", contact)) {
      case ViewRecord.Entry<Device>(_, Device device) ->
          assertThat(read)
              .containsExactly(
                  device.token().hex(), device.app().value(), device.environment().wire());
      case ViewRecord.UnusableValue<Device>(_, Unusable why) ->
          assertThat(read).containsExactly(why.reason().code(), why.detail());
      case ViewRecord.Removed<Device> _, ViewRecord.MalformedKey<Device> _ ->
          throw new AssertionError(contact);
    }
  }

  @Test
  void thePageHasACaseOfEachKind() throws IOException {
    Set<String> ends = new TreeSet<>();
    for (List<String> row : casesOfThePage()) {
      ends.add(DocPage.quotedIn(row.get(2)).getFirst());
    }

    assertThat(casesOfThePage()).hasSizeGreaterThan(20);
    assertThat(ends)
        .contains("00ff", "no_voip", "other_provider", "missing_field", "invalid_field");
  }

  /** A script writes each parameter as a field. */
  private static String object(String parameters) {
    return Arrays.stream(parameters.split(";", -1))
        .map(parameter -> parameter.split("=", 2))
        .map(parts -> "\"%s\":\"%s\"".formatted(parts[0], parts[1].replace("\"", "\\\"")))
        .collect(Collectors.joining(",", "{", "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'pn-provider':'apns','pn-param':'T.%s.voip','pn-prid':'00'}",
        "{'pn-type':'apple','app-id':'%s.voip.dev','pn-tok':'00'}",
      })
  void aBundleIdHasABound(String contact) {
    String long156 = contact.replace('\'', '"').formatted("b".repeat(156));

    assertThat(unusable(long156).detail())
        .startsWith("the bundle id in ")
        .endsWith(" must have 1 to 155 characters, not 156");
  }

  @Test
  void aTopicHasABoundBeforeItIsMatched() {
    String endless = contact("apns", "T." + "a.".repeat(100_000) + "voip", "00ff");

    assertThat(unusable(endless).detail()).isEqualTo("pn-param must have at most 512 characters");
  }

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
