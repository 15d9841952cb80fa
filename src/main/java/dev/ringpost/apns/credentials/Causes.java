package dev.ringpost.apns.credentials;

import org.jspecify.annotations.Nullable;

/** The causes of failures in words. */
public final class Causes {

  /** Bound on the length of a chain of causes. */
  private static final int MAX_DEPTH = 20;

  private Causes() {}

  /**
   * The words of the innermost cause that has any, or the name of its class: wrappers repeat them
   * or say less. Never empty.
   */
  public static String innermost(Throwable failure) {
    String words = "";
    Throwable last = failure;
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
      String message = cause.getMessage();
      // a wrapper without words of its own has the text of its cause, which comes next
      if (message != null && !message.isBlank()) {
        words = message;
      }
      last = cause;
      cause = cause.getCause();
    }
    return words.isEmpty() ? last.getClass().getSimpleName() : words.lines().findFirst().orElse("");
  }

  /** Whether a failure has a cause of a kind. */
  public static <T extends Throwable> @Nullable T find(@Nullable Throwable failure, Class<T> kind) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
      if (kind.isInstance(cause)) {
        return kind.cast(cause);
      }
      cause = cause.getCause();
    }
    return null;
  }
}
