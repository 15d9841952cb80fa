package dev.ringpost.tools.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.findings.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Everything that was looked at, in the order in which it was.
 *
 * @param lines at least one
 */
public record CheckReport(List<CheckLine> lines) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Columns of the longest word and a space after it. */
  private static final int STATUS_COLUMNS = 9;

  public CheckReport {
    lines = List.copyOf(lines);
  }

  /** The worst of the lines. */
  public Severity severity() {
    return lines.stream()
        .map(CheckLine::severity)
        .max(Comparator.naturalOrder())
        .orElse(Severity.FAILED);
  }

  /** For a person: each line, its fix below it, and how many there are of each kind. */
  public List<String> text() {
    List<String> text = new ArrayList<>();
    for (CheckLine line : lines) {
      String subject = line.subject().isEmpty() ? "" : " " + line.subject();
      text.add(column(line.severity().word()) + line.check() + subject + ": " + line.found());
      if (!line.fix().isEmpty()) {
        text.add(column("") + "fix: " + line.fix());
      }
    }
    text.add(
        count(Severity.OK.word())
            + " ok, "
            + warnings()
            + ", "
            + count(Severity.FAILED.word())
            + " failed");
    return text;
  }

  private static String column(String word) {
    return word + " ".repeat(STATUS_COLUMNS - word.length());
  }

  private String warnings() {
    long warnings = count(Severity.WARNING.word());
    return warnings + (warnings == 1 ? " warning" : " warnings");
  }

  private long count(String word) {
    return lines.stream().filter(line -> line.severity().word().equals(word)).count();
  }

  /** For a machine: one JSON object on one line. */
  public String json() {
    ObjectNode report = JSON.createObjectNode().put("status", severity().word());
    ArrayNode array = report.putArray("lines");
    for (CheckLine line : lines) {
      array
          .addObject()
          .put("status", line.severity().word())
          .put("check", line.check())
          .put("subject", line.subject())
          .put("found", line.found())
          .put("fix", line.fix());
    }
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }
}
