package dev.ringpost.gateway;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.UserId;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.events.Unusable;
import dev.ringpost.events.UnusableReason;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.events.cloud.ContentMode;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT}, {@code POST} and {@code DELETE /v1/tokens/{user}/{device}}: registers a device, and
 * removes it. Safe for many threads.
 */
final class TokenEndpoint {

  private static final TokenCodec TOKENS = new TokenCodec();

  private final String topic;
  private final EventWriter writer;
  private final InstantSource clock;

  TokenEndpoint(String topic, EventWriter writer, InstantSource clock) {
    this.topic = topic;
    this.writer = writer;
    this.clock = clock;
  }

  HttpAnswer put(String user, String device, HttpCall call) throws InterruptedException {
    return write(user, device, call.body(), call.mode(), call.eventHeaders());
  }

  HttpAnswer delete(String user, String device) throws InterruptedException {
    return write(user, device, null, ContentMode.DATA, List.of());
  }

  private HttpAnswer write(
      String user,
      String device,
      byte @Nullable [] value,
      ContentMode mode,
      List<RecordHeader> headers)
      throws InterruptedException {
    byte[] key;
    try {
      key = new DeviceKey(new UserId(user), new DeviceId(device)).bytes();
    } catch (IllegalArgumentException e) {
      return HttpAnswer.problem(
          400, UnusableReason.INVALID_KEY.code(), "the path is wrong: " + e.getMessage());
    }
    ViewRecord<Device> record = ViewRecord.read(key, value, mode, clock.instant(), TOKENS);
    return switch (record) {
      case ViewRecord.Entry<Device> _, ViewRecord.Removed<Device> _ ->
          Stored.answer(writer.write(topic, key, value, headers));
      case ViewRecord.UnusableValue<Device>(_, Unusable why) -> refused(why);
      case ViewRecord.MalformedKey<Device>(Unusable why) -> refused(why);
    };
  }

  private static HttpAnswer refused(Unusable why) {
    return HttpAnswer.problem(400, why.reason().code(), why.detail());
  }
}
