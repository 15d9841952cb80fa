package dev.ringpost.tools.records;

/** The exception where the cluster does not hand out what is asked for; its message says why. */
public final class UnreadableTopicsException extends Exception {
  private static final long serialVersionUID = 1;

  public UnreadableTopicsException(String words) {
    super(words);
  }
}
