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
 * removes it; the same with {@code /alert} behind it for its token of ordinary notifications. Safe
 * for many threads.
 */
final class TokenEndpoint {

  private static final TokenCodec TOKENS = new TokenCodec();

  /** The places of segments in the path. */
  private static final int USER = 2;

  private static final int DEVICE = 3;

  private final String topic;
  private final EventWriter writer;
  private final InstantSource clock;

  TokenEndpoint(String topic, EventWriter writer, InstantSource clock) {
    this.topic = topic;
    this.writer = writer;
    this.clock = clock;
  }

  HttpAnswer put(HttpCall call, DeviceKey.Kind kind) throws InterruptedException {
    return write(call, kind, call.body(), call.mode(), call.eventHeaders());
  }

  HttpAnswer delete(HttpCall call, DeviceKey.Kind kind) throws InterruptedException {
    return write(call, kind, null, ContentMode.DATA, List.of());
  }

  private HttpAnswer write(
      HttpCall call,
      DeviceKey.Kind kind,
      byte @Nullable [] value,
      ContentMode mode,
      List<RecordHeader> headers)
      throws InterruptedException {
    byte[] key;
    try {
      key =
          new DeviceKey(
                  new UserId(call.path().get(USER)), new DeviceId(call.path().get(DEVICE)), kind)
              .bytes();
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
