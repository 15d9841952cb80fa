package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.trace.TraceContext;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.events.health.DeviceHealthCodec;
import dev.ringpost.testing.Recorded;
import dev.ringpost.testing.RecordedRecord;
import dev.ringpost.testing.fuzz.Fuzz;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Records that nobody should have written: each becomes what the contract says, and none is a fault
 * of Ringpost's.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class RecordsFuzzTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00.250Z");
  private static final RingSettings RING =
      new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call");
  private static final String CONTACT =
      """
      {"pn-provider": "apns.dev", "pn-param": "ABCDE12345.com.example.phone.remote&voip",
       "pn-prid": "00FA:remote&00fb:voip", "registeredAt": "2026-11-24T09:30:00Z",
       "sealTo": "A1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F90"}
      """;
  private static final String OLD_CONTACT =
      "{\"pn-type\": \"apple\", \"app-id\": \"com.example.phone.voip.dev\", \"pn-tok\":"
          + " \"00%46a\"}";
  private static final String EVENT =
      """
      {"specversion": "1.0", "id": "1", "source": "/sip/1", "type": "invite", "data":
       {"callId": "a", "callee": "bob", "caller": {"uri": "sip:x", "name": "Bö"}, "custom": {"a": [1.50]},
        "ringSeconds": 20, "excludeDevices": ["d1"], "invitedAt": "2026-11-24T10:00:05+01:00"}}
      """;
  private static final String DEAF =
      """
      {"tokenDigest": "32bc843d1e3b", "bundleId": "com.example.phone", "environment": "sandbox",
       "deaf": true, "unrungCalls": 6, "since": "2026-11-22T09:30:00.000Z",
       "at": "2026-11-24T09:31:00.125Z"}
      """;
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";

  private final InviteDecoder decoder = new InviteDecoder(RING, InviteListener.UNHEARD);

  @Test
  void invites() throws InterruptedException {
    Fuzz.of("invites", with(values("call-invites"), EVENT))
        .run(input -> judge(decoder.decode(envelope(input, List.of()), NOW)));
  }

  @Test
  void invitesInEvents() throws InterruptedException {
    List<RecordHeader> structured =
        List.of(
            new RecordHeader(ContentMode.HEADER, "application/cloudevents+json".getBytes(UTF_8)));
    Fuzz.of("events", with(List.of(), EVENT))
        .run(input -> judge(decoder.decode(envelope(input, structured), NOW)));
  }

  /** The input is the headers, as lines. */
  @Test
  void retries() throws InterruptedException {
    byte[] invite = values("call-invites").getFirst();
    String headers = String.join("\n", Recorded.lines("retry-headers-1.txt"));
    String mistake = headers + "\nringpost-reason=wrong_topic\nringpost-detail=words";
    Fuzz.of("retries", with(List.of(), headers, mistake))
        .run(
            input ->
                judge(
                    decoder.decodeRetry(
                        new Envelope(
                            new Origin("call-invites.retry-1", 0, 1, NOW),
                            null,
                            invite,
                            headers(input)),
                        NOW)));
  }

  @Test
  void tokens() throws InterruptedException {
    views("tokens", new TokenCodec(), with(values("voip-tokens"), CONTACT, OLD_CONTACT));
  }

  @Test
  void invalidations() throws InterruptedException {
    views("invalidations", new InvalidationCodec(), values("voip-token-invalidations"));
  }

  @Test
  void deviceHealth() throws InterruptedException {
    String event = "{\"specversion\": \"1.0\", \"data\":" + DEAF + "}";
    views("device health", new DeviceHealthCodec(), with(List.of(), DEAF, event));
  }

  /** What a sender made up must not come into logs and metrics. */
  @Test
  void traces() throws InterruptedException {
    Fuzz.of("traces", with(List.of(), "00-" + TRACE + "-01", "cc-" + TRACE + "-09-what comes"))
        .run(header -> TraceContext.of(header).ifPresent(RecordsFuzzTest::mustBeHexadecimal));
  }

  private static void mustBeHexadecimal(TraceContext trace) {
    assertThat(trace.traceId() + trace.spanId()).matches("[0-9a-f]{48}");
  }

  @Test
  void signals() throws InterruptedException {
    Fuzz.of("signals", values("call-signals"))
        .run(
            input -> {
              for (ContentMode mode : ContentMode.values()) {
                try {
                  SignalCodec.decode(input, mode, NOW);
                } catch (UnusableRecordException _) {
                  // As it should be.
                }
              }
            });
  }

  @Test
  void keys() throws InterruptedException {
    byte[] value = values("voip-tokens").getFirst();
    Fuzz.of("keys", with(List.of(), "alice/phone-1", "a%2Fb/c", "sip:a@b/1"))
        .run(key -> ViewRecord.read(key, value, ContentMode.DATA, NOW, new TokenCodec()));
  }

  private static void views(String name, ViewRecord.ValueCodec<?> codec, List<byte[]> good)
      throws InterruptedException {
    byte[] key = "alice/phone-1".getBytes(UTF_8);
    Fuzz.of(name, good)
        .run(
            input -> {
              for (ContentMode mode : ContentMode.values()) {
                ViewRecord.read(key, input, mode, NOW, codec);
              }
            });
  }

  /** A flaw is the record's; a fault would be Ringpost's. */
  private static void judge(Arrival arrival) {
    if (arrival instanceof Arrival.Malformed malformed
        && malformed.flaw().reason() == DeadLetterReason.INTERNAL) {
      throw new AssertionError(malformed.flaw().detail());
    }
  }

  private static List<byte[]> values(String topic) {
    return Recorded.versions().stream()
        .flatMap(version -> Recorded.records(version, topic).stream())
        .map(RecordedRecord::envelope)
        .map(Envelope::value)
        .filter(Objects::nonNull)
        .toList();
  }

  private static List<byte[]> with(List<byte[]> values, String... more) {
    return Stream.concat(values.stream(), Stream.of(more).map(text -> text.getBytes(UTF_8)))
        .toList();
  }

  private static Envelope envelope(byte[] value, List<RecordHeader> headers) {
    return new Envelope(new Origin("call-invites", 0, 1, NOW), null, value, headers);
  }

  private static List<RecordHeader> headers(byte[] lines) {
    List<RecordHeader> headers = new ArrayList<>();
    for (String line : new String(lines, UTF_8).split("\n", -1)) {
      String[] parts = line.split("=", 2);
      headers.add(new RecordHeader(parts[0], parts.length == 1 ? null : parts[1].getBytes(UTF_8)));
    }
    return headers;
  }
}
