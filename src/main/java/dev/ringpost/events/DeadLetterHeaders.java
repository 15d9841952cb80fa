package dev.ringpost.events;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.RecordHeader;
import java.util.List;

/** The headers of a dead letter: what {@link OriginHeaders} says, and why it is one. */
public final class DeadLetterHeaders {

  /** Bound on the words for a person, in characters. */
  static final int MAX_DETAIL_LENGTH = 512;

  private DeadLetterHeaders() {}

  public static List<RecordHeader> of(Arrival arrival, Flaw flaw) {
    List<RecordHeader> headers = OriginHeaders.of(arrival.envelope());
    switch (arrival) {
      case Arrival.Invited(_, Attempt attempt) -> {
        headers.add(HeaderName.DEADLINE.with(attempt.invite().deadline().at().toString()));
        headers.add(HeaderName.ATTEMPT.with(Integer.toString(attempt.number())));
        headers.add(HeaderName.STAGE.with("deliver"));
      }
      case Arrival.Malformed _ -> headers.add(HeaderName.STAGE.with("decode"));
    }
    headers.addAll(why(flaw));
    return headers;
  }

  /** The code and the words of a mistake. */
  static List<RecordHeader> why(Flaw flaw) {
    return List.of(
        HeaderName.REASON.with(flaw.reason().code()), HeaderName.DETAIL.with(cut(flaw.detail())));
  }

  /** What stands in for a value that its topic does not accept. */
  public static RecordHeader valueSize(int bytes) {
    return HeaderName.VALUE_SIZE.with(Integer.toString(bytes));
  }

  private static String cut(String detail) {
    return detail.length() <= MAX_DETAIL_LENGTH ? detail : detail.substring(0, MAX_DETAIL_LENGTH);
  }
}
