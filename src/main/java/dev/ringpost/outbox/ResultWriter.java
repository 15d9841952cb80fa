package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.events.ResultJson;
import dev.ringpost.events.cloud.EventAttributes;
import java.util.List;
import java.util.function.BiPredicate;

/** The writer of what tells a call's server. Safe for many threads. */
final class ResultWriter {

  private final ResultJson json;
  private final ResultFormat format;

  /**
   * @param deaf whether a device of a user does not ring
   */
  ResultWriter(OutboxSettings settings, BiPredicate<UserId, Device> deaf) {
    this.json = new ResultJson(settings.callee(), deaf);
    this.format = settings.resultFormat();
  }

  /**
   * The content of a result. A plain one is made without anything of events.
   *
   * @param call whom it is addressed to
   * @param attempt the number of the try that it is about
   * @param last whether nothing more follows
   */
  Outgoing.Body body(CallId call, Verdict verdict, int attempt, boolean last, Decision decision) {
    byte[] key = call.value().getBytes(UTF_8);
    byte[] result = json.of(call, verdict, attempt, last, decision);
    List<RecordHeader> trace = RecordHeader.toldAgain(decision.arrival().envelope().headers());
    return format == ResultFormat.JSON
        ? new Outgoing.Body(key, result, trace)
        : body(key, result, trace, ResultJson.attributes(call, attempt, decision));
  }

  /** The content of a second verdict. */
  Outgoing.Body body(RingReport report) {
    return body(
        report.call().invite().callId().value().getBytes(UTF_8),
        json.of(report),
        RecordHeader.toldAgain(report.call().headers()),
        ResultJson.attributes(report));
  }

  private Outgoing.Body body(
      byte[] key, byte[] result, List<RecordHeader> trace, EventAttributes event) {
    return switch (format) {
      case JSON -> new Outgoing.Body(key, result, trace);
      case CLOUDEVENTS_BINARY -> new Outgoing.Body(key, result, event.binaryHeaders(trace));
      case CLOUDEVENTS_STRUCTURED ->
          new Outgoing.Body(key, event.around(result), EventAttributes.structuredHeaders(trace));
    };
  }
}
