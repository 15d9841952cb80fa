package dev.ringpost.events.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.events.UnusableRecordException;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.testing.EventSchema;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class DeviceHealthCodecTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:30:00.250Z");
  private static final DeviceKey KEY = DeviceKey.parse("alice/phone".getBytes(UTF_8));
  private static final DeviceHealth HEALTH =
      new DeviceHealth(
          new TokenDigest("0123456789ab"),
          new BundleId("com.example.phone"),
          Environment.SANDBOX,
          true,
          5,
          NOW.minusSeconds(3600),
          NOW);

  private final DeviceHealthCodec codec = new DeviceHealthCodec();

  @Test
  void whatIsWrittenKeepsItsSchema() {
    String written = new String(DeviceHealthCodec.encode(HEALTH), UTF_8);
    EventSchema schema = EventSchema.of("device-health.json");

    assertThat(schema.closed().flaws(written)).isEmpty();
    assertThat(EventSchema.fieldsOf(written)).isEqualTo(schema.fields());
  }

  @Test
  void whatIsWrittenIsReadAsItWas() throws UnusableRecordException {
    assertThat(read(new String(DeviceHealthCodec.encode(HEALTH), UTF_8))).hasValue(HEALTH);
  }

  @Test
  void whatNobodyWritesIsNamedAndNotRead() {
    for (String value : new String[] {"", "[]", "{", "{}", "{\"deaf\": true}"}) {
      assertThatExceptionOfType(UnusableRecordException.class)
          .as(value)
          .isThrownBy(() -> read(value));
    }
  }

  private Optional<DeviceHealth> read(String value) throws UnusableRecordException {
    return codec.decode(KEY, value.getBytes(UTF_8), ContentMode.DATA, NOW);
  }
}
