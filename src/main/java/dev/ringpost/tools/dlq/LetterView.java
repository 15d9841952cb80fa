package dev.ringpost.tools.dlq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.WireTime;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.tools.records.TopicReader;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One dead letter with all its headers; its value only where somebody asks for it. */
public final class LetterView {

  private final Optional<Letter> letter;
  private final boolean reveal;

  private LetterView(Optional<Letter> letter, boolean reveal) {
    this.letter = letter;
    this.reveal = reveal;
  }

  /**
   * Reads one record of the topic of dead letters.
   *
   * @param reveal whether key and value are shown, which may name the caller
   * @throws UnreadableTopicsException if the cluster does not hand out what is asked for
   */
  public static LetterView read(RingpostConfig config, int partition, long offset, boolean reveal)
      throws UnreadableTopicsException {
    var letterReader = new LetterReader(new RoomSettings(config).ring());
    try (var reader = new TopicReader(config.kafka().clientProperties())) {
      Optional<Envelope> record = reader.at(config.topics().deadLetters(), partition, offset);
      return new LetterView(record.flatMap(letterReader::read), reveal);
    }
  }

  /** Whether there is a dead letter at that place. */
  public boolean isFound() {
    return letter.isPresent();
  }

  /** For a person. */
  public List<String> text() {
    return letter.map(this::text).orElse(List.of("No dead letter stands at that place."));
  }

  private List<String> text(Letter found) {
    ReasonWords words = ReasonWords.of(found.reason());
    List<String> text = new ArrayList<>();
    text.add(
        PlainText.of(found.reason())
            + ": "
            + words.meaning()
            + ": "
            + PlainText.of(found.detail()));
    text.add("Mend: " + words.fix());
    text.add("");
    text.add("letter:   " + found.place());
    text.add("written:  " + WireTime.of(found.place().timestamp()));
    text.add("invite:   " + PlainText.of(found.invite().toString()));
    text.add(
        "call:     " + found.call().map(CallId::value).map(PlainText::of).orElse("not readable"));
    text.add(
        "callee:   " + (found.callee().isEmpty() ? "not readable" : PlainText.of(found.callee())));
    text.add("over at:  " + WireTime.of(found.until()));
    text.add("headers:");
    for (RecordHeader header : found.envelope().headers()) {
      text.add("  " + PlainText.of(header.key()) + ": " + value(header.value()));
    }
    byte[] value = found.envelope().value();
    if (reveal) {
      text.add("key:      " + value(found.envelope().key()));
      text.add("value:    " + value(value));
    } else {
      text.add(
          "value:    "
              + (value == null ? "none" : value.length + " bytes; --reveal shows key and value"));
    }
    return text;
  }

  private static String value(byte @Nullable [] bytes) {
    return bytes == null ? "(none)" : PlainText.of(bytes);
  }

  /** For machines: one object. */
  public String json() {
    ObjectNode json = Letters.object();
    json.put("found", isFound());
    letter.ifPresent(found -> facts(json, found));
    return json.toString();
  }

  private void facts(ObjectNode json, Letter found) {
    LetterList.facts(json, found);
    ReasonWords words = ReasonWords.of(found.reason());
    json.put("meaning", words.meaning());
    json.put("fix", words.fix());
    ArrayNode headers = json.putArray("headers");
    for (RecordHeader header : found.envelope().headers()) {
      ObjectNode one = headers.addObject();
      one.put("name", header.key());
      one.put("value", value(header.value()));
    }
    byte[] value = found.envelope().value();
    if (value != null) {
      json.put("valueBytes", value.length);
    }
    if (reveal) {
      json.put("key", value(found.envelope().key()));
      json.put("value", value(value));
    }
  }
}
