package dev.ringpost.telemetry.spans;

import io.opentelemetry.api.trace.SpanBuilder;
import java.util.Locale;

/**
 * The attributes of spans. Names that do not begin with {@code ringpost} are those of
 * OpenTelemetry's semantic conventions, version 1.44.0, and mean what <a
 * href="https://opentelemetry.io/docs/specs/semconv/messaging/kafka/#process-span">its page on
 * Kafka's process span</a> says, or, for {@code http} and {@code error}, <a
 * href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">that on HTTP</a>. None holds
 * a token, a user, a device or anything of a payload.
 */
enum SpanAttribute {
  SYSTEM(Span.PROCESS, "messaging.system", "`kafka`"),
  OPERATION(Span.PROCESS, "messaging.operation.name", "`process`"),
  OPERATION_TYPE(Span.PROCESS, "messaging.operation.type", "`process`"),
  TOPIC(Span.PROCESS, "messaging.destination.name", "the invite's topic, also on a retry"),
  PARTITION(
      Span.PROCESS,
      "messaging.destination.partition.id",
      "the invite's partition, also on a retry"),
  OFFSET(Span.PROCESS, "messaging.kafka.offset", "the invite's offset, also on a retry"),
  GROUP(
      Span.PROCESS,
      "messaging.consumer.group.name",
      "`intake.group` or, on a retry, `retry.group`; not for records that cannot be read"),
  CONVERSATION(
      Span.PROCESS,
      "messaging.message.conversation_id",
      "the call's UUID; not for records that cannot be read"),
  ATTEMPT(
      Span.PROCESS,
      "ringpost.attempt",
      "1 for the first try, more on a retry; not for records that cannot be read"),
  DISPOSITION(
      Span.PROCESS,
      "ringpost.disposition",
      "`final`, `retry`, `dead_letter`, or `abandoned`, for the partition went to another worker"),
  VERDICT(
      Span.PROCESS,
      "ringpost.verdict",
      "what the call's server is told; not for `abandoned` and records that cannot be read"),
  REASON(
      Span.PROCESS, "ringpost.reason", "the `reason` of the result, or of the dead letter, if any"),
  STATUS(Span.PUSH, "http.response.status_code", "what APNs answered, if it did"),
  OUTCOME(Span.PUSH, "ringpost.push.outcome", "the device's `outcome` in the result"),
  APNS_REASON(Span.PUSH, "ringpost.push.reason", "Apple's word for a refusal, if it gave one"),
  APNS_ID(Span.PUSH, "ringpost.push.apns_id", "the `apns-id`, the same on every try"),
  APP(Span.PUSH, "ringpost.push.app", "the bundle id"),
  ENVIRONMENT(
      Span.PUSH,
      "ringpost.push.environment",
      "`production` or `sandbox`, where the outcome is from"),
  CONNECTION(
      Span.PUSH,
      "ringpost.push.connection",
      "the connection that carried the last try, if any did"),
  TRIES(Span.PUSH, "ringpost.push.tries", "how often it was handed to a connection"),
  ERROR(
      Span.BOTH,
      "error.type",
      "if the status is an error: `ringpost.reason`, else the verdict; `ringpost.push.outcome`");

  /** The kind of span that has an attribute. */
  enum Span {
    PROCESS,
    PUSH,
    BOTH;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Span span;
  private final String key;
  private final String meaning;

  SpanAttribute(Span span, String key, String meaning) {
    this.span = span;
    this.key = key;
    this.meaning = meaning;
  }

  /** Which spans have it. */
  Span span() {
    return span;
  }

  String key() {
    return key;
  }

  /** What it holds, in words of Markdown. */
  String meaning() {
    return meaning;
  }

  void set(SpanBuilder builder, String value) {
    var _ = builder.setAttribute(key, value);
  }

  void set(SpanBuilder builder, long value) {
    var _ = builder.setAttribute(key, value);
  }
}
