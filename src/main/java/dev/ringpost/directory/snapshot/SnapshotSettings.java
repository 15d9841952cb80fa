package dev.ringpost.directory.snapshot;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The settings of snapshots.
 *
 * @param folder where they are; made if it is missing, for this user alone
 * @param keyFile the file of the key that seals them; see {@link SnapshotKey}
 * @param interval time from the end of one writing to the next one
 */
public record SnapshotSettings(Path folder, Path keyFile, Duration interval) {

  public static final String KEY_FILE = "tokens.snapshot.key-file";
}
