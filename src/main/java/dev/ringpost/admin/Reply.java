package dev.ringpost.admin;

/**
 * An answer over HTTP.
 *
 * @param type its media type
 */
record Reply(int status, String type, String body) {

  static final String TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";
}
