package dev.ringpost.apns.path;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.apns.credentials.SmallFile;
import dev.ringpost.apns.path.ApnsSettings.Proxy.Kind;
import dev.ringpost.call.Secret;
import dev.ringpost.call.findings.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The credentials of Ringpost for a proxy.
 *
 * @param passwordFile holds the password; one line end at its end does not count
 */
public record ProxyCredentials(String username, Path passwordFile) {

  static final String USERNAME = "username";
  static final String PASSWORD_FILE = "password-file";

  /** What SOCKS5 has room for, in bytes (RFC 1929, section 2). */
  static final int SOCKS5_MAX = 255;

  /** Bound on names and passwords for HTTP, whose proxies take a header of some kilobytes. */
  static final int HTTP_MAX = 1024;

  /** Not by its name: that may be the password itself, typed in the wrong place. */
  private static final String THE_FILE = "the file that it names";

  /**
   * The outcome of reading the file.
   *
   * @param password present if and only if it is fit for use
   * @param flaws everything that is wrong, with the name too; nothing of the password is in it
   */
  public record Reading(Optional<Secret> password, List<Finding> flaws) {}

  /**
   * Reads the file and judges it and the name.
   *
   * @param kind how the proxy is spoken to
   */
  public Reading read(Kind kind) {
    List<Finding> flaws = new ArrayList<>();
    Optional<Secret> password = Optional.empty();
    wrong(kind, username, "")
        .or(() -> colon(kind))
        .ifPresent(wrong -> flaws.add(Finding.failed(USERNAME, wrong, "write the name alone")));
    switch (SmallFile.read(passwordFile)) {
      case SmallFile.Unread(String wrong, String fix) ->
          flaws.add(Finding.failed(PASSWORD_FILE, THE_FILE + " " + wrong, fix));
      case SmallFile.Content content -> {
        Optional<String> wrong = wrong(kind, content.text(), THE_FILE + " ");
        wrong.ifPresent(
            it -> flaws.add(Finding.failed(PASSWORD_FILE, it, "put the password alone into it")));
        password = wrong.isEmpty() ? Optional.of(new Secret(content.text())) : password;
      }
    }
    return new Reading(password, List.copyOf(flaws));
  }

  /** HTTP's Basic has a colon between name and password (RFC 7617, section 2). */
  private Optional<String> colon(Kind kind) {
    return switch (kind) {
      case HTTP ->
          username.contains(":") ? Optional.of("holds a colon, which ends it") : Optional.empty();
      case SOCKS5 -> Optional.empty();
    };
  }

  private static Optional<String> wrong(Kind kind, String text, String subject) {
    if (text.isEmpty()) {
      return Optional.of(subject + "is empty");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      return Optional.of(subject + "holds a line end or another control character");
    }
    int max =
        switch (kind) {
          case HTTP -> HTTP_MAX;
          case SOCKS5 -> SOCKS5_MAX;
        };
    if (text.getBytes(UTF_8).length > max) {
      return Optional.of(subject + "has more than " + max + " bytes");
    }
    return switch (kind) {
      case HTTP -> Optional.empty();
      case SOCKS5 ->
          US_ASCII.newEncoder().canEncode(text)
              ? Optional.empty()
              : Optional.of(subject + "holds other characters than ASCII's, for SOCKS5");
    };
  }
}
