package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.events.Unusable;
import dev.ringpost.events.UnusableReason;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.events.cloud.ContentMode;
import java.time.Instant;

/** Values of {@code voip-tokens}, and what is read of them. */
public final class TokenValues {

  public static final Instant APPENDED = Instant.parse("2026-11-24T04:00:00Z");
  public static final BundleId PHONE = new BundleId("com.example.phone");

  public static ViewRecord<Device> read(String key, String value) {
    return ViewRecord.read(
        key.getBytes(UTF_8), value.getBytes(UTF_8), ContentMode.DATA, APPENDED, new TokenCodec());
  }

  public static Device device(String value) {
    if (read("alice/phone", value) instanceof ViewRecord.Entry<Device>(_, Device device)) {
      return device;
    }
    throw new AssertionError("no device: " + read("alice/phone", value));
  }

  public static UnusableReason skipped(String value) {
    return unusable(value).reason();
  }

  public static Unusable unusable(String value) {
    return switch (read("alice/phone", value)) {
      case ViewRecord.UnusableValue<Device>(DeviceKey key, Unusable why) -> {
        assertThat(key.user()).isEqualTo(new UserId("alice"));
        yield why;
      }
      case ViewRecord.Entry<Device> _,
          ViewRecord.Removed<Device> _,
          ViewRecord.MalformedKey<Device> _ ->
          throw new AssertionError("not skipped: " + value);
    };
  }

  public static String registration(String token) {
    return """
    {"token": "%s", "environment": "production", "bundleId": "com.example.phone"}
    """
        .formatted(token);
  }

  public static String contact(String provider, String param, String prid) {
    return """
    {"pn-provider": "%s", "pn-param": "%s", "pn-prid": "%s"}
    """
        .formatted(provider, param, prid);
  }

  private TokenValues() {}
}
