package dev.ringpost.gateway;

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

  /** Nothing of body and headers, which hold names and secrets. */
  @Override
  public String toString() {
    return method + " with " + path.size() + " segments";
  }
}
