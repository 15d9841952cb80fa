package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.directory.table.CompactTable;
import dev.ringpost.directory.table.DeviceTable;
import dev.ringpost.events.TokenCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The header of a CloudEvent on its way from a record to the view. Its attributes here have names
 * of fields, so that nothing but the header tells that the value is an event.
 */
@Timeout(20)
class EventHeadersTest {

  private final CallSignalsFixture signals = new CallSignalsFixture();
  private final TopicView<Device> tokens =
      new TopicView<>(
          new CompactTable(),
          new TokenCodec(),
          new DevicePacker(),
          new UnusableRecords("tokens", signals.meters, () -> 0),
          Duration.ofHours(1),
          () -> DeviceTable.ALL_TIME,
          0);

  @Test
  void aRegistrationIsReadFromItsEvent() {
    tokens.apply(
        event(
            "alice/phone",
            "\"token\": \"ee\"",
            "{\"token\": \"00ff\", \"environment\": \"sandbox\", \"bundleId\": \"b\"}"));

    assertThat(tokens.of(new UserId("alice"), DeviceKey.Kind.VOIP).shown())
        .extracting(Device::token)
        .containsExactly(VoipToken.parse("00ff"));
  }

  @Test
  void aSignalIsReadFromItsEvent() {
    signals.calls.apply(
        event("call", "\"callId\": \"other\"", "{\"callId\": \"call\", \"type\": \"ended\"}"));

    assertThat(signals.calls.ended(CallSignalsFixture.alice())).isTrue();
  }

  private static ConsumerRecord<byte[], byte[]> event(String key, String attribute, String data) {
    String event =
        "{\"specversion\": \"1.0\", \"type\": \"ringing\", %s, \"data\": %s}"
            .formatted(attribute, data);
    var headers = new RecordHeaders();
    headers.add("content-type", "application/cloudevents+json".getBytes(UTF_8));
    Instant appended = CallSignalsFixture.INVITED;
    return new ConsumerRecord<>(
        "topic",
        0,
        0,
        appended.toEpochMilli(),
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        key.getBytes(UTF_8),
        event.getBytes(UTF_8),
        headers,
        Optional.empty());
  }
}
