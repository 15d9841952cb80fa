package dev.ringpost.apns.credentials;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A change that is often done to the file of a key or certificate on its way, so that it cannot be
 * read.
 */
enum Disguise {
  /** By a Secret that was encoded twice, or an environment variable. */
  BASE64(
      "is base64 of a key or certificate",
      "decode it once, with base64 -d; in a Kubernetes Secret, data is base64 and stringData is"
          + " not"),
  /** By JSON or an environment variable. */
  WRITTEN_OUT_LINE_ENDS(
      "has its line ends written out as \\n",
      "write real line ends in their place, with printf '%b'"),
  /** By PowerShell, or an editor's "Unicode". */
  UTF_16("is UTF-16 text", "save it as UTF-8 or ASCII"),
  /** Only the middle of the file was copied. */
  WITHOUT_FRAME(
      "has no lines BEGIN PRIVATE KEY and END PRIVATE KEY", "copy the file as Apple gave it out");

  /** What a block of PEM begins with. */
  static final String BEGIN = "-----BEGIN ";

  private static final Pattern BASE64_TEXT = Pattern.compile("[A-Za-z0-9+/\\s]{40,}={0,2}\\s*");

  /** What the content of a PKCS#8 key, a certificate or a PKCS#12 file begins with. */
  private static final byte SEQUENCE = 0x30;

  /** The length that a PKCS#8 key of P-256 has at most, in bytes. */
  private static final int KEY_BYTES = 200;

  private final String wrong;
  private final String fix;

  Disguise(String wrong, String fix) {
    this.wrong = wrong;
    this.fix = fix;
  }

  /** What is wrong, the rest of a sentence that begins with the file's name. */
  String wrong() {
    return wrong;
  }

  /** What to do, as an order. */
  String fix() {
    return fix;
  }

  /** What was done to a content that holds no key and no certificate, if that can be told. */
  static Optional<Disguise> of(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    if (text.contains(BEGIN)) {
      return text.contains("\\n") ? Optional.of(WRITTEN_OUT_LINE_ENDS) : Optional.empty();
    }
    if (text.replace("\0", "").contains(BEGIN)) {
      return Optional.of(UTF_16);
    }
    if (!BASE64_TEXT.matcher(text).matches()) {
      return Optional.empty();
    }
    byte[] decoded;
    try {
      decoded = Base64.getMimeDecoder().decode(content);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    if (new String(decoded, StandardCharsets.ISO_8859_1).contains(BEGIN)) {
      return Optional.of(BASE64);
    }
    if (decoded.length == 0 || decoded[0] != SEQUENCE) {
      return Optional.empty();
    }
    return Optional.of(decoded.length <= KEY_BYTES ? WITHOUT_FRAME : BASE64);
  }
}
