package dev.ringpost.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads whole files that a configuration names, and says in plain words why it cannot. */
final class SmallFile {

  /** Bound on such a file: certificates have a few thousand bytes. */
  private static final int MAX_BYTES = 1 << 20;

  private SmallFile() {}

  static byte[] read(Path path) throws UnreadableFileException {
    if (Files.notExists(path)) {
      throw new UnreadableFileException(
          "does not exist", "correct the name, or put the file there");
    }
    if (Files.isDirectory(path)) {
      throw new UnreadableFileException("is a folder", "name the file in it");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new UnreadableFileException(
            "has more than " + MAX_BYTES + " bytes", "name the right file");
      }
      return bytes;
    } catch (AccessDeniedException _) {
      throw new UnreadableFileException(
          "may not be read", "allow it to the user that Ringpost runs as");
    } catch (IOException _) {
      throw new UnreadableFileException(
          "cannot be read", "check the file system and the file's rights");
    }
  }

  /** Why a file could not be read. */
  static final class UnreadableFileException extends Exception {
    private static final long serialVersionUID = 1;

    private final String wrong;
    private final String fix;

    UnreadableFileException(String wrong, String fix) {
      super(wrong);
      this.wrong = wrong;
      this.fix = fix;
    }

    String wrong() {
      return wrong;
    }

    String fix() {
      return fix;
    }
  }
}
