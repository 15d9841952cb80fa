package dev.ringpost.tools.apple;

import dev.ringpost.call.BundleId;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The findings about an app.
 *
 * @param tokenEndsOn the day on which its token ends, where its file says so
 */
record AppMetrics(BundleId app, Optional<LocalDate> tokenEndsOn, Found found) {

  /** The outcome of asking. */
  sealed interface Found {}

  /** Apple's rows, which may be none. */
  record Told(List<MetricsRow> rows) implements Found {

    /** Those about pushes that ring. */
    List<MetricsRow> voip() {
      return rows.stream().filter(MetricsRow::isVoip).toList();
    }

    /** The other kinds of push that there are rows of, in alphabetical order. */
    List<String> otherTypes() {
      return rows.stream()
          .filter(row -> !row.isVoip())
          .map(MetricsRow::pushType)
          .distinct()
          .sorted()
          .toList();
    }
  }

  /** No file with a token: nobody was asked. */
  record NotAsked() implements Found {}

  /**
   * No rows.
   *
   * @param tokenRefused whether because Apple refused the token
   * @param words why
   */
  record Failed(boolean tokenRefused, String words) implements Found {}
}
