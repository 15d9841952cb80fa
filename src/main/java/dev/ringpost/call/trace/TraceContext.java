package dev.ringpost.call.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ids of a trace and of the span in it that sent an invite, from a {@code traceparent} of <a
 * href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context</a>. It exists
 * only in the form that the standard gives, so that what goes into logs and metrics is hexadecimal
 * digits and nothing that a sender made up.
 *
 * @param traceId 32 hexadecimal digits in lower case, not all zero
 * @param spanId 16 hexadecimal digits in lower case, not all zero
 * @param sampled whether the sender says that the trace is kept somewhere
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {

  /** The name of the header. */
  public static final String HEADER = "traceparent";

  /** The length of version 00, in bytes; later versions may say more behind a dash. */
  private static final int LENGTH = 55;

  /** Bound on what is looked at, in bytes. */
  private static final int MAX_LENGTH = 128;

  private static final String FIRST_VERSION = "00";
  private static final String NO_VERSION = "ff";

  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  private static final Pattern ZEROS = Pattern.compile("0+");

  /** What a header's value says, or nothing if it has any other form. */
  public static Optional<TraceContext> of(byte[] header) {
    if (header.length < LENGTH || header.length > MAX_LENGTH) {
      return Optional.empty();
    }
    Matcher said = FORM.matcher(new String(header, ISO_8859_1));
    if (!said.matches() || !isKnown(said.group(1), header.length)) {
      return Optional.empty();
    }
    String traceId = said.group(2);
    String spanId = said.group(3);
    if (ZEROS.matcher(traceId).matches() || ZEROS.matcher(spanId).matches()) {
      return Optional.empty();
    }
    boolean sampled = (Integer.parseInt(said.group(4), 16) & 1) == 1;
    return Optional.of(new TraceContext(traceId, spanId, sampled));
  }

  private static boolean isKnown(String version, int length) {
    return version.equals(FIRST_VERSION) ? length == LENGTH : !version.equals(NO_VERSION);
  }
}
