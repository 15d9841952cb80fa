package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.cloud.ContentMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request, with its body read.
 *
 * @param path the decoded segments behind the version
 * @param query the first value of each parameter
 * @param headers by their names in lower case, the first value of each
 */
@SuppressWarnings("ArrayRecordComponent") // read once, handed on, never compared
record HttpCall(
    String method,
    List<String> path,
    Map<String, String> query,
    Map<String, String> headers,
    byte[] body) {

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** What the body is by its content type. */
  ContentMode mode() {
    return header(ContentMode.HEADER).map(ContentMode::of).orElse(ContentMode.DATA);
  }

  /** The header by which readers of a record know an event in structured mode. */
  List<RecordHeader> eventHeaders() {
    return switch (mode()) {
      case DATA -> List.of();
      case STRUCTURED, OTHER_FORMAT ->
          header(ContentMode.HEADER).stream()
              .map(type -> new RecordHeader(ContentMode.HEADER, type.getBytes(UTF_8)))
              .toList();
    };
  }

  /** Nothing of body and headers, which hold names and secrets. */
  @Override
  public String toString() {
    return method + " with " + path.size() + " segments";
  }
}
