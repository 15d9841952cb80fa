package dev.ringpost.tools.dlq;

/** The fate of a dead letter in a replay. */
enum Fate {
  /** It waits for its turn; in a dry run it ends with that. */
  CHOSEN("chosen", "would be replayed"),
  REPLAYED("replayed", "replayed"),
  BEFORE("replayed_before", "replayed before"),
  OVER("over", "left: the call is over"),
  ENDED("ended", "left: a signal ended the call"),
  UNREADABLE("unreadable", "left: a worker would not accept it"),
  UNCERTAIN("uncertain", "left: an earlier run may have replayed it");

  private final String code;
  private final String words;

  Fate(String code, String words) {
    this.code = code;
    this.words = words;
  }

  /** The name for machines. */
  String code() {
    return code;
  }

  String words() {
    return words;
  }
}
