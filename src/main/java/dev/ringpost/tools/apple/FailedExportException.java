package dev.ringpost.tools.apple;

/** The exception of an export that was not got; its message says why, and holds nothing secret. */
final class FailedExportException extends Exception {

  private static final long serialVersionUID = 1;

  private final boolean tokenRefused;

  private FailedExportException(String words, boolean tokenRefused) {
    super(words);
    this.tokenRefused = tokenRefused;
  }

  static FailedExportException of(String words) {
    return new FailedExportException(words, false);
  }

  static FailedExportException ofToken(String words) {
    return new FailedExportException(words, true);
  }

  /** Whether Apple refused the token. */
  boolean isTokenRefused() {
    return tokenRefused;
  }

  /** Why, in words. */
  String words() {
    return String.valueOf(getMessage());
  }
}
