package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import java.util.ArrayList;
import java.util.List;

/**
 * The headers of a dead letter: those of the record as they came, in their order, and then one
 * family of ours. All names that start with {@link #PREFIX} are ours: whatever a producer wrote
 * there is dropped, so that a reader finds each name once and from us. Values are text in UTF-8;
 * numbers are decimal, times RFC 3339 in UTC.
 *
 * <table>
 * <caption>The family</caption>
 * <tr><th>header</th><th>value</th></tr>
 * <tr><td>{@code ringpost-format}</td><td>{@code 1}: the version of this family</td></tr>
 * <tr><td>{@code ringpost-origin-topic}, {@code -partition}, {@code -offset}, {@code
 * -timestamp}</td><td>where the record stood first, and its timestamp</td></tr>
 * <tr><td>{@code ringpost-deadline}</td><td>when the ringing is over, if the invite could be
 * read</td></tr>
 * <tr><td>{@code ringpost-attempt}</td><td>how often it was tried, if the invite could be
 * read</td></tr>
 * <tr><td>{@code ringpost-stage}</td><td>{@code decode} or {@code deliver}</td></tr>
 * <tr><td>{@code ringpost-reason}</td><td>a code of {@link
 * dev.ringpost.call.DeadLetterReason}</td></tr>
 * <tr><td>{@code ringpost-detail}</td><td>words for a person, without token or payload</td></tr>
 * <tr><td>{@code ringpost-value-size}</td><td>only if the value had to be left out: how many bytes
 * it has at the origin</td></tr>
 * </table>
 */
final class DeadLetterHeaders {

  /** What the names of all headers of ours start with. */
  static final String PREFIX = "ringpost-";

  /** The version of the family. */
  static final String FORMAT = "1";

  /** Bound on the words for a person, in characters. */
  static final int MAX_DETAIL_LENGTH = 512;

  private DeadLetterHeaders() {}

  static List<RecordHeader> of(Arrival arrival, Flaw flaw) {
    Origin origin = arrival.envelope().origin();
    List<RecordHeader> headers = new ArrayList<>();
    for (RecordHeader header : arrival.envelope().headers()) {
      if (!header.key().startsWith(PREFIX)) {
        headers.add(header);
      }
    }
    headers.add(header("format", FORMAT));
    headers.add(header("origin-topic", origin.topic()));
    headers.add(header("origin-partition", Integer.toString(origin.partition())));
    headers.add(header("origin-offset", Long.toString(origin.offset())));
    headers.add(header("origin-timestamp", origin.timestamp().toString()));
    switch (arrival) {
      case Arrival.Invited(_, Attempt attempt) -> {
        headers.add(header("deadline", attempt.invite().deadline().at().toString()));
        headers.add(header("attempt", Integer.toString(attempt.number())));
        headers.add(header("stage", "deliver"));
      }
      case Arrival.Malformed _ -> headers.add(header("stage", "decode"));
    }
    headers.add(header("reason", flaw.reason().code()));
    headers.add(header("detail", cut(flaw.detail())));
    return headers;
  }

  /** What stands in for a value that its topic does not take. */
  static RecordHeader valueSize(int bytes) {
    return header("value-size", Integer.toString(bytes));
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(PREFIX + name, value.getBytes(UTF_8));
  }

  private static String cut(String detail) {
    return detail.length() <= MAX_DETAIL_LENGTH ? detail : detail.substring(0, MAX_DETAIL_LENGTH);
  }
}
