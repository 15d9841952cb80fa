package dev.ringpost.apns.credentials;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small file as it was at one moment: configurations, keys, certificates and passwords have a few
 * kilobytes.
 */
public sealed interface SmallFile {

  /** Bound on a file. */
  int MAX_BYTES = 1 << 20;

  /** The bytes of a file that could be read. */
  @SuppressWarnings("ArrayRecordComponent") // read once, handed on, never compared
  record Content(byte[] bytes) implements SmallFile {

    /** The text without the line end that editors leave. */
    public String text() {
      return SmallFile.text(bytes);
    }

    /** Nothing of it. */
    @Override
    public String toString() {
      return "Content[hidden]";
    }
  }

  /**
   * The reason why a file could not be read.
   *
   * @param wrong the rest of a sentence that begins with what the file is called: a file whose name
   *     may be a secret is not named
   */
  record Unread(String wrong, String fix) implements SmallFile {}

  /** Reads a file whole, or says in plain words why it cannot. */
  static SmallFile read(Path file) {
    if (Files.isDirectory(file)) {
      return new Unread("is a folder", "name the file in it");
    }
    if (Files.notExists(file)) {
      return new Unread("does not exist", "correct the name, or put the file there");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? new Unread("has more than " + MAX_BYTES + " bytes", "name the right file")
          : new Content(bytes);
    } catch (AccessDeniedException _) {
      return new Unread("may not be read", "allow it to the user that Ringpost runs as");
    } catch (IOException _) {
      return new Unread("cannot be read", "check the file system and the file's rights");
    }
  }

  /**
   * Text without the line end that editors leave; of what is no UTF-8, by the letters of Latin-1.
   */
  static String text(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      text = new String(bytes, StandardCharsets.ISO_8859_1);
    }
    return text.replaceFirst("^\uFEFF", "").replaceFirst("\\r?\\n$", "");
  }
}
