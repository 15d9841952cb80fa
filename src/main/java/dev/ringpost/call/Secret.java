package dev.ringpost.call;

/** A value that cannot be printed: a passphrase or the text of a key. */
public final class Secret {

  private final String value;

  public Secret(String value) {
    this.value = value;
  }

  /** The value itself, for the one library call that needs it. */
  public String reveal() {
    return value;
  }

  /** Fixed words, whatever the value, so that no log, error or dump of settings shows it. */
  @Override
  public String toString() {
    return "Secret[hidden]";
  }
}
