package dev.ringpost.tools.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.tools.plan.Plan.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The words of a plan. */
public record PlanReport(Plan plan) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Columns of a line at most. */
  private static final int WIDTH = 96;

  private static final String TOPIC = "  %-28s %13s %13s %13s %8s";
  private static final int MARK_COLUMNS = 13;

  private Map<String, List<Line>> parts() {
    Map<String, List<Line>> parts = new LinkedHashMap<>();
    parts.put("demand", plan.demandLines());
    parts.put("pods", plan.podLines());
    parts.put("apns", plan.apnsLines());
    parts.put("kafka", plan.kafkaLines());
    parts.put("rebalance", plan.rebalanceLines());
    return parts;
  }

  /** For a person, at most 96 columns. */
  public List<String> text() {
    List<String> text = new ArrayList<>();
    int cells = plan.demand().cells();
    if (cells > 1) {
      text.add(
          String.format(
              Locale.ROOT,
              "Each of %,d cells; all together %,d devices, %,d pods and %s of memory.",
              cells,
              plan.demand().devices(),
              (long) cells * plan.size().pods(),
              Unit.BYTES.text(cells * plan.size().pods() * plan.memory())));
    }
    parts()
        .forEach(
            (name, lines) -> {
              text.add(heading(name));
              lines.forEach(line -> text.add(line(line)));
              if (name.equals("kafka")) {
                topics(text);
              }
            });
    List<String> warnings = plan.warnings();
    text.add(warnings.isEmpty() ? "No warnings" : "Warnings");
    warnings.forEach(warning -> wrapped(text, "  - ", warning));
    text.add("Assumptions");
    for (Assumption assumption : Assumption.values()) {
      String mark = assumption.mark().word();
      wrapped(
          text,
          "  " + mark + " ".repeat(MARK_COLUMNS - 2 - mark.length()),
          assumption.words() + " (" + assumption.source() + ")");
    }
    return text;
  }

  private static String heading(String name) {
    return switch (name) {
      case "apns" -> "APNs";
      default -> name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    };
  }

  private static String line(Line line) {
    return "  %-46s %12s  %s"
        .formatted(line.label(), line.unit().text(line.value()), line.note())
        .stripTrailing();
  }

  private void topics(List<String> text) {
    text.add(TOPIC.formatted("topic", "records", "written", "read", "readers"));
    for (TopicTraffic topic : plan.traffic()) {
      text.add(
          TOPIC.formatted(
              topic.topic(),
              Unit.PER_SECOND.text(topic.records()),
              Unit.BYTES_PER_SECOND.text(topic.in()),
              Unit.BYTES_PER_SECOND.text(topic.out()),
              topic.readers()));
    }
  }

  /** Words on as many lines as they need, the later ones under the first one's words. */
  private static void wrapped(List<String> text, String begin, String words) {
    var line = new StringBuilder(begin);
    for (String word : words.split(" ", -1)) {
      if (line.length() + word.length() > WIDTH) {
        text.add(line.toString().stripTrailing());
        line = new StringBuilder(" ".repeat(begin.length()));
      }
      line.append(word).append(' ');
    }
    text.add(line.toString().stripTrailing());
  }

  /** For a machine: one JSON object on one line. */
  public String json() {
    ObjectNode report = JSON.createObjectNode().put("cells", plan.demand().cells());
    parts()
        .forEach(
            (name, lines) -> {
              ObjectNode part = report.putObject(name);
              lines.forEach(line -> part.put(line.key(), line.value()));
            });
    ArrayNode topics = report.withObject("/kafka").putArray("topics");
    for (TopicTraffic topic : plan.traffic()) {
      topics
          .addObject()
          .put("topic", topic.topic())
          .put("recordsPerSecond", topic.records())
          .put("bytesInPerSecond", topic.in())
          .put("bytesOutPerSecond", topic.out())
          .put("readers", topic.readers());
    }
    ArrayNode warnings = report.putArray("warnings");
    plan.warnings().forEach(warnings::add);
    ArrayNode assumptions = report.putArray("assumptions");
    for (Assumption assumption : Assumption.values()) {
      assumptions
          .addObject()
          .put("mark", assumption.mark().word())
          .put("value", assumption.value())
          .put("words", assumption.words())
          .put("source", assumption.source());
    }
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }
}
