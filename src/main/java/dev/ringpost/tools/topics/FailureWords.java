package dev.ringpost.tools.topics;

/** The words of a Kafka client's failure, for a person. */
public final class FailureWords {

  private FailureWords() {}

  /** The innermost reason that has words, on one line; the name of its class where none has. */
  public static String of(Throwable failure) {
    String words = failure.getClass().getSimpleName();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = at.getMessage();
      if (message != null && !message.isBlank()) {
        words = message.replaceAll("\\s+", " ").strip();
      }
    }
    return words;
  }
}
