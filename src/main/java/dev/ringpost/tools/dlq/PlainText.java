package dev.ringpost.tools.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;

/** The text of foreign bytes for a terminal: nothing in it controls one. */
final class PlainText {

  private PlainText() {}

  /** The text without characters that control a terminal or turn its lines around. */
  static String of(String text) {
    var plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              switch (Character.getType(point)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    plain.append('?');
                default -> plain.appendCodePoint(point);
              }
            });
    return plain.toString();
  }

  /**
   * Text where the bytes are UTF-8 that shows as it is, else their Base64 after {@code base64:}.
   */
  static String of(byte[] bytes) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (of(text).equals(text)) {
        return text;
      }
    } catch (CharacterCodingException _) {
      // not a text
    }
    return "base64:" + Base64.getEncoder().encodeToString(bytes);
  }
}
