package dev.ringpost.call.findings;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The search for the word that a mistyped one was meant to be. */
public final class DidYouMean {

  /** More edits than these make another word, not a slip. */
  private static final int MAX_EDITS = 2;

  private record Candidate(String word, int edits) {}

  private DidYouMean() {}

  /**
   * The word nearest to a slip, if one is near; case, hyphens, underscores and numbers' brackets do
   * not count.
   */
  public static Optional<String> nearest(String slip, Stream<String> words) {
    return words
        .map(word -> new Candidate(word, edits(bare(slip), bare(word))))
        .filter(candidate -> candidate.edits() <= MAX_EDITS)
        .min(Comparator.comparingInt(Candidate::edits))
        .map(Candidate::word);
  }

  private static String bare(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[_\\-\\[*\\]]", "");
  }

  /** Levenshtein's distance, one row at a time. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int above = row[j];
        int swapped = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swapped, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[to.length()];
  }
}
