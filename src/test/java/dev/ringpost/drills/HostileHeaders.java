package dev.ringpost.drills;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Headers of invites that nobody writes who means well, or who knows what he does. */
final class HostileHeaders {

  private static final int HUGE = 500_000;

  /** What stands on one record, each in another way. */
  static final List<List<Header>> ALL =
      List.of(
          List.of(bytes("x-no-text", (byte) 0xc3, (byte) 0x28, (byte) 0xff, (byte) 0)),
          List.of(bytes("x-huge", new byte[HUGE])),
          List.of(text("x-twice", "one"), text("x-twice", "two"), text("X-TWICE", "three")),
          List.of(text("", "nameless"), new RecordHeader("x-nothing", (byte[]) null)),
          List.of(text("n".repeat(10_000), "a long name"), text("x\u0000\n\u202e", "a dark one")),
          List.of(
              text("ringpost-format", "1"),
              text("ringpost-deadline", "1970-01-01T00:00:00Z"),
              text("ringpost-attempt", "99"),
              text("ringpost-accepted", "7"),
              text("ringpost-devices", "[]")),
          List.of(
              text("ringpost-origin-topic", "call-invites"),
              text("ringpost-origin-partition", "0"),
              text("ringpost-origin-offset", "-1"),
              text("ringpost-reason", "forged"),
              bytes("ringpost-due", (byte) 0xff)),
          List.of(text("traceparent", "00-zz-zz-01"), text("traceparent", "t".repeat(10_000))),
          List.of(text("content-type", "application/cloudevents+avro")),
          List.of(text("ce_specversion", "9.9"), text("ce_id", ""), text("ce_type", "\u0000")));

  private HostileHeaders() {}

  private static Header text(String key, String value) {
    return bytes(key, value.getBytes(UTF_8));
  }

  private static Header bytes(String key, byte... value) {
    return new RecordHeader(key, value);
  }
}
