package dev.ringpost.tools.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The words of a watch, in printable ASCII: lines of verdicts, the screen, the summary. */
public final class WatchText {

  /** Bound on the columns of a line of the screen. */
  public static final int WIDTH = 80;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final String COLUMNS = "%-8s %-10s %-12s %-12s %5s %6s %s";

  /** The first second that is told as such, and not in milliseconds. */
  private static final long SECOND = 1000;

  /** The kind of news that a line has. */
  public enum Tone {
    GOOD,
    BAD,
    OPEN,
    PLAIN
  }

  /** A line of the screen, at most {@link #WIDTH} columns wide. */
  public record Line(String text, Tone tone) {
    public Line {
      text = text.length() <= WIDTH ? text : text.substring(0, WIDTH - 1) + "~";
    }
  }

  private WatchText() {}

  /** The names of the columns of a line. */
  public static String columns() {
    return String.format(
        Locale.ROOT, COLUMNS, "UTC", "verdict", "call", "callee", "acc", "after", "");
  }

  /** A verdict as one line. */
  public static String line(SeenVerdict seen) {
    String accepted = seen.devices() == 0 ? "-" : seen.accepted() + "/" + seen.devices();
    return String.format(
            Locale.ROOT,
            COLUMNS,
            TIME.format(seen.at()),
            seen.verdict(),
            seen.call(),
            seen.callee(),
            accepted,
            millis(seen.millis()),
            detail(seen))
        .stripTrailing();
  }

  private static String detail(SeenVerdict seen) {
    List<String> words = new ArrayList<>();
    if (!seen.reason().isEmpty()) {
      words.add(seen.reason());
    }
    if (seen.attempt() > 1) {
      words.add("try " + seen.attempt());
    }
    if (!seen.last()) {
      words.add("more follows");
    }
    return String.join(", ", words);
  }

  private static Tone tone(SeenVerdict seen) {
    return switch (seen.verdict()) {
      case "accepted", "rang" -> Tone.GOOD;
      case "retrying" -> Tone.OPEN;
      case "failed", "all_dead", "expired", "silent" -> Tone.BAD;
      default -> Tone.PLAIN;
    };
  }

  /**
   * The screen.
   *
   * @param shown how many calls, at most {@link LiveCalls#MAX_SHOWN}
   * @param trouble why Kafka gives nothing
   */
  public static List<Line> screen(
      LiveCalls calls, int shown, Optional<String> trouble, Instant now) {
    List<Line> lines = new ArrayList<>();
    lines.add(
        plain(
            String.format(
                Locale.ROOT,
                "%s UTC  %.1f calls/s  %s",
                TIME.format(now),
                calls.callsPerSecond(),
                open(calls))));
    lines.add(plain("last minute: " + shares(calls.verdictsOfTheMinute())));
    lines.add(
        plain(
            "time to verdict: p50 %s, p95 %s%s"
                .formatted(millis(calls.millis(0.5)), millis(calls.millis(0.95)), rings(calls))));
    lines.add(
        trouble
            .map(words -> new Line("Kafka does not answer: " + ascii(words), Tone.BAD))
            .orElse(plain("")));
    lines.add(plain(columns()));
    for (SeenVerdict seen : calls.last(shown)) {
      lines.add(new Line(line(seen), tone(seen)));
    }
    return lines;
  }

  private static Line plain(String text) {
    return new Line(text, Tone.PLAIN);
  }

  /** What was seen, as one line. */
  public static String summary(LiveCalls calls) {
    return "watched %s, calls: %d (%s); %s%s"
        .formatted(
            time(calls.watched()),
            calls.calls(),
            shares(calls.verdicts()),
            open(calls),
            rings(calls));
  }

  private static String open(LiveCalls calls) {
    return calls.open()
        + " open"
        + calls.oldestOpen().map(age -> " (oldest " + time(age) + ")").orElse("")
        + (calls.untold() == 0 ? "" : ", " + calls.untold() + " without verdict");
  }

  private static String rings(LiveCalls calls) {
    return calls.seconds().isEmpty() ? "" : "; phones: " + shares(calls.seconds());
  }

  /** Each word's share, the most frequent first. */
  private static String shares(Map<String, Long> counts) {
    double all = counts.values().stream().mapToLong(Long::longValue).sum();
    List<String> words =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(
                one ->
                    String.format(
                        Locale.ROOT, "%s %.1f %%", one.getKey(), 100 * one.getValue() / all))
            .toList();
    return words.isEmpty() ? "no verdict" : String.join(", ", words);
  }

  private static String millis(OptionalLong millis) {
    return millis.isPresent() ? time(Duration.ofMillis(millis.getAsLong())) : "-";
  }

  private static String time(Duration time) {
    if (time.toMillis() < SECOND) {
      return time.toMillis() + "ms";
    }
    return time.toMinutes() < 10
        ? String.format(Locale.ROOT, "%.1fs", time.toMillis() / (double) SECOND)
        : time.toMinutes() + "min";
  }

  /** Printable ASCII only. */
  private static String ascii(String words) {
    return words.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
