package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.cloud.EventAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ToldReaderTest {

  private static final String RESULT =
      "{\"callId\":\"c1\",\"callee\":\"alice\",\"final\":true,\"verdict\":\"accepted\","
          + "\"invite\":{\"topic\":\"call-invites\",\"partition\":2,\"offset\":7}}";

  private final ToldReader reader = new ToldReader("call-invites");

  @Test
  void aResultIsReadAsItStands() {
    assertThat(read(RESULT))
        .hasValue(
            new Told(new CallId("c1"), "alice", new Told.Place(2, 7), true, "accepted", RESULT));
  }

  /** Two installations may share a topic of results; their invites have the same offsets. */
  @Test
  void aResultOfAnInviteOnAnotherTopicIsNone() {
    assertThat(read(RESULT.replace("call-invites", "others"))).isEmpty();
  }

  @Test
  void whatIsNoResultIsNone() {
    for (String value : new String[] {"", "[]", "{", "{}", RESULT.replace("7", "\"x\"")}) {
      assertThat(read(value)).as(value).isEmpty();
    }
    assertThat(read(null)).isEmpty();
  }

  /** Each format that results may have, and whoever is told gets the same object. */
  @Test
  void aResultInACloudEventIsReadAsThePlainOne() {
    var event = new EventAttributes("1", "/ringpost/x", "t", "c1", Instant.EPOCH, "urn:x");
    List<RecordHeader> binary = event.binaryHeaders(List.of());
    List<RecordHeader> structured = EventAttributes.structuredHeaders(List.of());

    assertThat(reader.read(record(RESULT.getBytes(UTF_8), binary))).isEqualTo(read(RESULT));
    assertThat(reader.read(record(event.around(RESULT.getBytes(UTF_8)), structured)))
        .isEqualTo(read(RESULT));
    assertThat(reader.read(record("{}".getBytes(UTF_8), structured))).isEmpty();
  }

  private Optional<Told> read(@Nullable String value) {
    return reader.read(record(value == null ? null : value.getBytes(UTF_8), List.of()));
  }

  private static ConsumerRecord<byte[], byte[]> record(
      byte @Nullable [] value, List<RecordHeader> headers) {
    var record = new ConsumerRecord<byte[], byte[]>("results", 0, 0, null, value);
    headers.forEach(header -> record.headers().add(header.key(), header.value()));
    return record;
  }
}
