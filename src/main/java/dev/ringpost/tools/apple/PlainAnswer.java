package dev.ringpost.tools.apple;

/** The text of an answer for a terminal: nothing in it controls one. */
final class PlainAnswer {

  private PlainAnswer() {}

  /**
   * The text in printable ASCII on one line.
   *
   * @param bound how many characters are kept
   */
  static String of(String text, int bound) {
    var plain = new StringBuilder();
    for (int i = 0; i < text.length() && plain.length() < bound; i++) {
      char c = text.charAt(i);
      plain.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return plain.toString();
  }
}
