package dev.ringpost.directory.snapshot;

import java.io.IOException;

/** A snapshot that is not used. */
public final class SnapshotRefusedException extends IOException {

  private static final long serialVersionUID = 1;

  private final SnapshotReason reason;

  /**
   * @param words what is the matter, for the log; nothing secret
   */
  public SnapshotRefusedException(SnapshotReason reason, String words) {
    super(words);
    this.reason = reason;
  }

  public SnapshotReason reason() {
    return reason;
  }
}
