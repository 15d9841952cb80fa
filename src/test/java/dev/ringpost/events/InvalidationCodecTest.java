package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.call.UserId;
import dev.ringpost.events.cloud.ContentMode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvalidationCodecTest {

  private static final Instant APPENDED = Instant.parse("2026-11-24T04:00:00Z");
  private static final String GOOD =
      """
      {"tokenDigest": "0123456789ab", "bundleId": "com.example.phone",
       "environment": "production", "invalidAt": "2026-11-24T03:00:00Z",
       "reason": "Unregistered"}
      """;

  private static ViewRecord<Invalidation> read(String value) {
    return ViewRecord.read(
        "alice/phone".getBytes(UTF_8),
        value.getBytes(UTF_8),
        ContentMode.DATA,
        APPENDED,
        new InvalidationCodec());
  }

  @Test
  void readsAnInvalidation() {
    assertThat(read(GOOD))
        .isEqualTo(
            new ViewRecord.Entry<>(
                new DeviceKey(new UserId("alice"), new DeviceId("phone")),
                new Invalidation(
                    new DeviceId("phone"),
                    new TokenDigest("0123456789ab"),
                    new BundleId("com.example.phone"),
                    Environment.PRODUCTION,
                    Instant.parse("2026-11-24T03:00:00Z"))));
  }

  @ParameterizedTest
  @CsvSource({
    "tokenDigest,          digest,               MISSING_FIELD",
    "0123456789ab,         0123456789AB,         INVALID_FIELD",
    "0123456789ab,         0123456789,           INVALID_FIELD",
    "bundleId,             bundle,               MISSING_FIELD",
    "com.example.phone,    '',                   INVALID_FIELD",
    "environment,          env,                  MISSING_FIELD",
    "production,           prod,                 INVALID_FIELD",
    "invalidAt,            at,                   MISSING_FIELD",
    "2026-11-24T03:00:00Z, now,                  INVALID_FIELD",
    "{,                    [,                    NOT_JSON",
  })
  void whatCannotBeUsedInvalidatesNothing(String part, String instead, UnusableReason reason) {
    assertThat(read(GOOD.replace(part, instead)))
        .isInstanceOfSatisfying(
            ViewRecord.UnusableValue.class,
            unusable -> assertThat(unusable.why().reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T04:00:00.001Z, 2026-11-24T04:00:00Z",
    "2100-01-01T00:00:00Z,     2026-11-24T04:00:00Z",
    "2026-11-24T04:00:00Z,     2026-11-24T04:00:00Z",
  })
  void aTokenCannotDieAfterTheRecord(String given, Instant invalidAt) {
    assertThat(read(GOOD.replace("2026-11-24T03:00:00Z", given)))
        .isInstanceOfSatisfying(
            ViewRecord.Entry.class,
            entry ->
                assertThat(entry.value())
                    .isInstanceOfSatisfying(
                        Invalidation.class,
                        word -> assertThat(word.invalidAt()).isEqualTo(invalidAt)));
  }

  @Test
  void aValueMayTakeTheWordBack() {
    assertThat(read("{\"removed\": true}")).isInstanceOf(ViewRecord.Removed.class);
    assertThat(read(GOOD.strip().replace("{", "{\"removed\": true, ")))
        .isInstanceOf(ViewRecord.Removed.class);
  }

  @Test
  void whatIsWrongIsSaidOfTheField() {
    assertThat(read(GOOD.replace("0123456789ab", "0123456789AB")))
        .isInstanceOfSatisfying(
            ViewRecord.UnusableValue.class,
            it ->
                assertThat(it.why().detail())
                    .isEqualTo("tokenDigest: a token digest is 12 lower-case hex digits"));
  }
}
