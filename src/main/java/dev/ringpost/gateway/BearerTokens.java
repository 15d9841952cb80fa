package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tokens of clients, RFC 6750. Only digests are kept, and they are compared in constant time.
 * Several tokens let one be exchanged for another. The file is read once, at start.
 */
final class BearerTokens {

  /** Bound on the tokens of a file. */
  static final int MAX_TOKENS = 100;

  /** The least length of a token: that of 128 random bits in hex. */
  static final int MIN_LENGTH = 32;

  private static final String SCHEME = "bearer ";

  private final List<byte[]> digests;

  private BearerTokens(List<byte[]> digests) {
    this.digests = digests;
  }

  /**
   * Reads a file: one token per line; empty lines and those that begin with # are passed over.
   *
   * @throws InvalidSettingsException if it cannot be read, has none, too many, or one too short
   */
  static BearerTokens read(Path file) {
    List<String> tokens = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          tokens.add(line.strip());
        }
      }
    } catch (IOException e) {
      throw wrong("cannot be read (" + e.getClass().getSimpleName() + ")", "put the file there");
    }
    if (tokens.isEmpty() || tokens.size() > MAX_TOKENS) {
      throw wrong(
          "has " + tokens.size() + " tokens",
          "write 1 to " + MAX_TOKENS + " of them, one per line");
    }
    if (tokens.stream().anyMatch(token -> token.length() < MIN_LENGTH)) {
      throw wrong(
          "has a token of less than " + MIN_LENGTH + " characters",
          "make each by openssl rand -hex 32");
    }
    return new BearerTokens(tokens.stream().map(BearerTokens::digest).toList());
  }

  private static InvalidSettingsException wrong(String found, String fix) {
    return new InvalidSettingsException(
        List.of(Finding.failed("gateway.bearer-tokens-file", found, fix)));
  }

  /** Whether a request's {@code Authorization} has one of them. */
  boolean allow(Optional<String> authorization) {
    if (authorization.isEmpty()
        || !authorization.get().regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] given = digest(authorization.get().substring(SCHEME.length()).strip());
    boolean known = false;
    for (byte[] digest : digests) {
      known |= MessageDigest.isEqual(digest, given);
    }
    return known;
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
