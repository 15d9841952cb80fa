package dev.ringpost.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallUuidTest {

  /** RFC 9562, A.4. */
  @Test
  void aNameGivesTheUuidThatTheRfcSays() {
    UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    assertThat(NameBasedUuid.of(dns, "www.example.com"))
        .hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  }

  @Test
  void theNamespaceNeverChanges() {
    assertThat(CallUuid.NAMESPACE).hasToString("c0670d1d-0741-51bd-8a9c-e2cdeb89614c");
  }

  /** Computed with Python's uuid.uuid5. */
  @ParameterizedTest
  @CsvSource({
    "a84b4c76e66710@pc33.atlanta.example.com, 1b6000c8-e180-547b-a426-33e503d15639",
    "3848276298220188511@atlanta.example.com, 3408cf27-504e-578f-862d-d45700de8852",
    "anruf-äöü-☎-😀, 1ea57b15-1b8e-5358-8eb2-9ee1252d4d95",
    "1, 7a061dcc-118c-5006-a47d-e4afbc6a2a30"
  })
  void othersComputeTheSameUuid(String callId, String uuid) {
    assertThat(CallUuid.from(new CallId(callId))).hasToString(uuid);
  }

  @Test
  void theUuidIsOfVersion5() {
    UUID uuid = CallUuid.from(new CallId("any")).value();
    assertThat(uuid.version()).isEqualTo(5);
    assertThat(uuid.variant()).isEqualTo(2);
  }
}
