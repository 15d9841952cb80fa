package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig.Topics;

/** The action for a topic that does not exist. */
public enum IfMissing {
  /** It is named. */
  TELL,
  /** It is created. */
  CREATE,
  /** The cluster is asked whether it would be created; if so, all is well. */
  ASK;

  /** What a worker does about it at start. */
  static IfMissing atStart(Topics topics) {
    return topics.create() ? CREATE : TELL;
  }
}
