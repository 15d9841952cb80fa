package dev.ringpost.tools.dlq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The account of a replay: the letters that fit, and their fates. */
public final class ReplayReport {

  /**
   * A letter and its fate.
   *
   * @param as where its invite stands now
   */
  record Line(Letter letter, Fate fate, Optional<Origin> as) {}

  private final List<Line> lines;
  private final boolean dry;
  private final long notLooked;
  private final Map<Fate, Long> unlisted;

  /**
   * @param notLooked letters that fit and did not fit into the bounds of one run
   * @param unlisted letters of which there is no line, by their fates
   */
  ReplayReport(List<Line> lines, boolean dry, long notLooked, Map<Fate, Long> unlisted) {
    this.lines = List.copyOf(lines);
    this.dry = dry;
    this.notLooked = notLooked;
    this.unlisted = Map.copyOf(unlisted);
  }

  /** Whether any letter fits. */
  public boolean isFound() {
    return !lines.isEmpty();
  }

  /** For a person. */
  public List<String> text() {
    List<String> text = new ArrayList<>();
    for (Line line : lines) {
      text.add(
          LetterList.line(line.letter())
              + "  -> "
              + line.fate().words()
              + line.as().map(as -> " as " + as).orElse(""));
    }
    if (lines.isEmpty()) {
      text.add("No dead letter fits in that stretch of time.");
    } else {
      text.add("");
    }
    for (Fate fate : Fate.values()) {
      long count = count(fate);
      if (count > 0) {
        text.add(String.format("%8d  %s", count, fate.words()));
      }
    }
    if (count(Fate.OVER) + count(Fate.ENDED) > 0) {
      text.add("--even-if-over rings again what is over, from now on.");
    }
    if (notShown() > 0) {
      text.add("Not shown: " + notShown() + " more letters, counted above.");
    }
    if (notLooked > 0) {
      text.add("Not looked at: " + notLooked + " more letters; run it again, or choose fewer.");
    }
    if (dry && isFound()) {
      text.add("Nothing was published: a dry run.");
    }
    return text;
  }

  private long count(Fate fate) {
    long listed = lines.stream().filter(line -> line.fate() == fate).count();
    return listed + unlisted.getOrDefault(fate, 0L);
  }

  private long notShown() {
    return unlisted.values().stream().mapToLong(Long::longValue).sum();
  }

  /** For machines: one object. */
  public String json() {
    ObjectNode json = Letters.object();
    json.put("found", isFound());
    json.put("dryRun", dry);
    json.put("lettersNotLookedAt", notLooked);
    json.put("lettersNotShown", notShown());
    ObjectNode counts = json.putObject("counts");
    Arrays.stream(Fate.values()).forEach(fate -> counts.put(fate.code(), count(fate)));
    ArrayNode all = json.putArray("letters");
    for (Line line : lines) {
      ObjectNode one = all.addObject();
      LetterList.facts(one, line.letter());
      one.put("fate", line.fate().code());
      line.as().ifPresent(as -> one.put("replayedAs", as.toString()));
    }
    return json.toString();
  }
}
