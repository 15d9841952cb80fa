package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key of the signature under each webhook. It cannot be printed. */
final class WebhookKey {

  /** The least length of a key, in characters. */
  static final int MIN_LENGTH = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] key;

  private WebhookKey(byte[] key) {
    this.key = key;
  }

  static WebhookKey of(String text) {
    return new WebhookKey(text.getBytes(UTF_8));
  }

  /**
   * Reads the key's file; one line end at its end does not count.
   *
   * @throws InvalidSettingsException if it cannot be read or is too short
   */
  static WebhookKey read(Path file) {
    String text;
    try {
      text = Files.readString(file).replaceFirst("\\r?\\n$", "");
    } catch (IOException e) {
      throw wrong("cannot be read (" + e.getClass().getSimpleName() + ")", "put the file there");
    }
    if (text.length() < MIN_LENGTH) {
      throw wrong("has less than " + MIN_LENGTH + " characters", "make it by openssl rand -hex 32");
    }
    return of(text);
  }

  private static InvalidSettingsException wrong(String found, String fix) {
    return new InvalidSettingsException(
        List.of(Finding.failed("gateway.webhook.secret-file", found, fix)));
  }

  /**
   * The header's value: the time in seconds and the HMAC-SHA256 of time, dot and body, in hex. A
   * receiver refuses an old time, so that nobody sends a body again.
   */
  String signature(Instant at, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update((at.getEpochSecond() + ".").getBytes(UTF_8));
      return "t=" + at.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "WebhookKey[hidden]";
  }
}
