package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.CallId;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An answer to a request. */
sealed interface HttpAnswer {

  /** An answer that is there. */
  @SuppressWarnings("ArrayRecordComponent") // read once, handed on, never compared
  record Whole(int status, String type, byte[] body, Map<String, String> headers)
      implements HttpAnswer {

    public Whole {
      headers = Map.copyOf(headers);
    }

    Whole with(String header, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(header, value);
      return new Whole(status, type, body, more);
    }

    /** Not its body, which names people. */
    @Override
    public String toString() {
      return "Whole[" + status + "]";
    }
  }

  /**
   * The verdicts on a call, as server-sent events, with the place of a client that waits. Whoever
   * writes it gives the place back.
   *
   * @param after where the last result stands that the client has already
   */
  record Stream(CallId call, Optional<Told.Place> after) implements HttpAnswer {}

  /** The refusal of a client for whom no place is free, in words that say what to send again. */
  static Whole noPlace(String again) {
    return problem(
            429,
            "too_many_waiting",
            "clients wait in all places of this gateway; "
                + again
                + ", or raise gateway.max-waiting")
        .with("Retry-After", "1");
  }

  /** An answer in JSON. */
  static Whole json(int status, String json) {
    return new Whole(status, "application/json", json.getBytes(UTF_8), Map.of());
  }

  /** An answer without a body. */
  static Whole empty(int status) {
    return new Whole(status, "", new byte[0], Map.of());
  }

  /**
   * A problem, in the form of RFC 9457.
   *
   * @param reason a word for programs
   * @param detail words for a person, which name the field and the fix and quote no value
   */
  static Whole problem(int status, String reason, String detail) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("status", status);
    problem.put("reason", reason);
    problem.put("detail", detail);
    return new Whole(status, "application/problem+json", text(problem).getBytes(UTF_8), Map.of());
  }

  /** A value as JSON. */
  static String text(Object value) {
    try {
      return Json.WRITER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The writer of answers. */
  final class Json {
    private static final ObjectWriter WRITER = new JsonMapper().writer();

    private Json() {}
  }
}
