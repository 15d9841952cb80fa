package dev.ringpost.apns.credentials;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file as it was at one moment: keys, certificates and passwords have a few kilobytes. */
public sealed interface SecretFile {

  /** Bound on a file. */
  int MAX_BYTES = 1 << 20;

  /** It could be read. */
  @SuppressWarnings("ArrayRecordComponent") // read once, handed on, never compared
  record Content(byte[] bytes) implements SecretFile {

    /** The text without the line end that editors leave. */
    public String text() {
      return SecretFile.text(bytes);
    }

    /** Nothing of it. */
    @Override
    public String toString() {
      return "Content[hidden]";
    }
  }

  /**
   * It could not.
   *
   * @param wrong begins with the file's name
   */
  record Unread(String wrong, String fix) implements SecretFile {}

  /**
   * Reads a file.
   *
   * @param name what it is called in words: a file whose name may be a secret is not named
   */
  static SecretFile read(Path file, String name) {
    if (Files.isDirectory(file)) {
      return new Unread(name + " is a folder", "name the file in it");
    }
    if (Files.notExists(file)) {
      return new Unread(name + " does not exist", "correct the name, or put the file there");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? new Unread(name + " has more than " + MAX_BYTES + " bytes", "name the right file")
          : new Content(bytes);
    } catch (AccessDeniedException _) {
      return new Unread(name + " may not be read", "allow it to the user that Ringpost runs as");
    } catch (IOException _) {
      return new Unread(name + " cannot be read", "check the file system and the file's rights");
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
