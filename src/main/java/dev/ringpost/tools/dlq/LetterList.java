package dev.ringpost.tools.dlq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.WireTime;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.records.ReadingProgress;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.TopicReader;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The dead letters of a stretch of time, counted and one line each. */
public final class LetterList {

  private final Letters letters;
  private final Stretch stretch;

  private LetterList(Letters letters, Stretch stretch) {
    this.letters = letters;
    this.stretch = stretch;
  }

  /**
   * Reads the topic of dead letters.
   *
   * @throws UnreadableTopicsException if the cluster does not hand out what is asked for
   */
  public static LetterList read(
      RingpostConfig config, Stretch stretch, LetterFilter filter, ReadingProgress progress)
      throws UnreadableTopicsException {
    try (var reader = new TopicReader(config.kafka().clientProperties())) {
      LetterSorting sorting = LetterSorting.of(filter);
      return new LetterList(Letters.read(reader, config, stretch, sorting, progress), stretch);
    }
  }

  /** Whether any letter was found. */
  public boolean isFound() {
    return letters.count() > 0;
  }

  /** For a person. */
  public List<String> text() {
    List<String> text = new ArrayList<>();
    counts().forEach((reason, count) -> text.add(String.format("%8d  %s", count, reason)));
    if (!letters.kept().isEmpty()) {
      text.add("");
    }
    letters.kept().forEach(letter -> text.add(line(letter)));
    if (letters.kept().isEmpty()) {
      text.add("No dead letter fits in that stretch of time.");
    }
    if (letters.dropped() > 0) {
      text.add("Not shown: " + letters.dropped() + " more letters, counted above.");
    }
    text.add("");
    text.add(
        String.format(
            Locale.ROOT,
            "Read: %,d offsets, records from %s on.",
            letters.summary().offsets(),
            WireTime.of(stretch.from())));
    if (!letters.summary().missing().isEmpty()) {
      text.add("Topics that do not exist: " + String.join(", ", letters.summary().missing()) + ".");
    }
    return text;
  }

  private Map<String, Long> counts() {
    return new TreeMap<>(
        letters.reasons().entrySet().stream()
            .collect(Collectors.toMap(it -> PlainText.of(it.getKey()), Map.Entry::getValue)));
  }

  /** One letter: time, place, reason, call, callee, detail. */
  static String line(Letter letter) {
    String call = letter.call().map(CallId::value).map(PlainText::of).orElse("-");
    return WireTime.of(letter.place().timestamp())
        + "  "
        + letter.place().partition()
        + "@"
        + letter.place().offset()
        + "  "
        + PlainText.of(letter.reason())
        + "  "
        + call
        + "  "
        + (letter.callee().isEmpty() ? "-" : PlainText.of(letter.callee()))
        + "  "
        + PlainText.of(letter.detail())
        + (letter.replayOf().isEmpty()
            ? ""
            : "  (replay of " + PlainText.of(letter.replayOf()) + ")");
  }

  /** For machines: one object. */
  public String json() {
    ObjectNode json = Letters.object();
    json.put("found", isFound());
    json.put("offsetsRead", letters.summary().offsets());
    json.put("lettersNotShown", letters.dropped());
    ArrayNode missing = json.putArray("missingTopics");
    letters.summary().missing().forEach(missing::add);
    ObjectNode reasons = json.putObject("reasons");
    letters.reasons().forEach(reasons::put);
    ArrayNode all = json.putArray("letters");
    letters.kept().forEach(it -> facts(all.addObject(), it));
    return json.toString();
  }

  /** What list and show tell of a letter: nothing of its caller. */
  static void facts(ObjectNode json, Letter letter) {
    json.put("at", WireTime.of(letter.place().timestamp()));
    json.put("letter", letter.place().partition() + "@" + letter.place().offset());
    json.put("reason", letter.reason());
    json.put("detail", letter.detail());
    json.put("stage", letter.stage());
    letter.call().ifPresent(it -> json.put("callId", it.value()));
    if (!letter.callee().isEmpty()) {
      json.put("callee", letter.callee());
    }
    if (!letter.app().isEmpty()) {
      json.put("app", letter.app());
    }
    json.put("invite", letter.invite().toString());
    json.put("overAt", WireTime.of(letter.until()));
    if (!letter.replayOf().isEmpty()) {
      json.put("replayOf", letter.replayOf());
    }
  }
}
