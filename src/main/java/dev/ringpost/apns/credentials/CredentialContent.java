package dev.ringpost.apns.credentials;

import dev.ringpost.apns.credentials.CredentialSettings.Certificate;
import dev.ringpost.apns.credentials.CredentialSettings.KeyId;
import dev.ringpost.apns.credentials.CredentialSettings.SigningKey;
import dev.ringpost.call.findings.Finding;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of one credential as they were at one moment, by their bytes and not by names, times or
 * links: Kubernetes exchanges a mounted secret by a link.
 */
public final class CredentialContent {

  static final String KEY_FILE = "key.file";
  static final String KEY_ID_FILE = "key.key-id-file";
  static final String CERTIFICATE_FILE = "certificate.file";
  static final String CERTIFICATE_KEY_FILE = "certificate.key-file";
  static final String PASSPHRASE_FILE = "certificate.passphrase-file";

  private final CredentialSettings settings;
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final List<Finding> flaws = new ArrayList<>();

  private CredentialContent(CredentialSettings settings) {
    this.settings = settings;
  }

  /** Reads the files. What cannot be read is a flaw. */
  public static CredentialContent of(CredentialSettings settings) {
    var content = new CredentialContent(settings);
    switch (settings) {
      case SigningKey key -> {
        content.read(KEY_FILE, key.file(), key.file().toString());
        if (key.keyId() instanceof KeyId.InFile(Path file)) {
          content.read(KEY_ID_FILE, file, file.toString());
        }
      }
      case Certificate certificate -> {
        content.read(CERTIFICATE_FILE, certificate.file(), certificate.file().toString());
        certificate
            .keyFile()
            .ifPresent(file -> content.read(CERTIFICATE_KEY_FILE, file, file.toString()));
        // not by its name: that may be the passphrase itself, typed in the wrong place
        certificate
            .passphraseFile()
            .ifPresent(file -> content.read(PASSPHRASE_FILE, file, "the file that it names"));
      }
    }
    return content;
  }

  CredentialSettings settings() {
    return settings;
  }

  /** What could not be read. */
  List<Finding> flaws() {
    return List.copyOf(flaws);
  }

  /** The bytes of a field's file, if it is set and could be read. */
  Optional<byte[]> bytes(String field) {
    return Optional.ofNullable(files.get(field));
  }

  /** The text of a field's file without the line end that editors leave. */
  Optional<String> text(String field) {
    return bytes(field).map(SmallFile::text);
  }

  private void read(String field, Path file, String name) {
    switch (SmallFile.read(file)) {
      case SmallFile.Unread(String wrong, String fix) ->
          flaws.add(Finding.failed(field, name + " " + wrong, fix));
      case SmallFile.Content(byte[] bytes) -> {
        if (bytes.length == 0 && !field.equals(PASSPHRASE_FILE)) {
          flaws.add(
              Finding.failed(field, name + " is empty", "put the file there as Apple gave it out"));
        } else {
          files.put(field, bytes);
        }
      }
    }
  }

  /**
   * What was read, to be known again by, without being kept: every field with a digest of its file,
   * and what could not be read.
   */
  public Fingerprint fingerprint() {
    Map<String, String> digests = new LinkedHashMap<>();
    files.forEach((field, bytes) -> digests.put(field, sha256(bytes)));
    return new Fingerprint(Map.copyOf(digests), flaws());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /**
   * A fingerprint of a credential's files, to tell one content from another. Two are equal if their
   * files are.
   */
  public record Fingerprint(Map<String, String> digests, List<Finding> unread) {

    /** Nothing: a digest of a short passphrase could be guessed. */
    @Override
    public String toString() {
      return "Fingerprint[hidden]";
    }
  }
}
