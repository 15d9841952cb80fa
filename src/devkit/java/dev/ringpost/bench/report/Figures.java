package dev.ringpost.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The raw figures of all parts, as they stand in a file of JSON. A part that is run again replaces
 * itself there and leaves the others alone.
 */
public record Figures(Map<String, Part> parts) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  public Figures {
    parts = new TreeMap<>(parts);
  }

  /** What a file has; nothing of a file that does not exist. */
  public static Figures read(Path file) throws IOException {
    return Files.exists(file) ? parse(Files.readString(file)) : new Figures(Map.of());
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws IOException if it is no JSON
   */
  public static Figures parse(String json) throws IOException {
    Map<String, Part> parts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> part : JSON.readTree(json).properties()) {
      parts.put(part.getKey(), part(part.getValue()));
    }
    return new Figures(parts);
  }

  private static Part part(JsonNode part) {
    List<Series> series = new ArrayList<>();
    for (JsonNode one : part.required("series")) {
      List<Pass> passes = new ArrayList<>();
      for (JsonNode pass : one.required("passes")) {
        var figures = new Pass();
        pass.properties()
            .forEach(
                figure -> figures.put(Figure.of(figure.getKey()), figure.getValue().asDouble()));
        passes.add(figures);
      }
      series.add(
          new Series(one.required("subject").asText(), one.required("setting").asText(), passes));
    }
    return new Part(
        Instant.parse(part.required("at").asText()),
        part.required("machine").asText(),
        part.required("turns").asInt(),
        part.required("warmUp").asInt(),
        part.required("repeated").asInt(),
        part.required("noisy").asInt(),
        series);
  }

  /** The part of a name, if it was run. */
  public Optional<Part> part(String name) {
    return Optional.ofNullable(parts.get(name));
  }

  /** The same, with a part in the place of its former self. */
  public Figures with(String name, Part part) {
    Map<String, Part> all = new TreeMap<>(parts);
    all.put(name, part);
    return new Figures(all);
  }

  /** All of it as JSON. A figure that is not finite is left out. */
  public String json() throws IOException {
    ObjectNode json = JSON.createObjectNode();
    parts.forEach((name, part) -> write(json.putObject(name), part));
    return JSON.writeValueAsString(json) + "\n";
  }

  private static void write(ObjectNode json, Part part) {
    json.put("at", part.at().toString());
    json.put("machine", part.machine());
    json.put("turns", part.turns());
    json.put("warmUp", part.warmUp());
    json.put("repeated", part.repeated());
    json.put("noisy", part.noisy());
    var all = json.putArray("series");
    for (Series series : part.series()) {
      ObjectNode one = all.addObject();
      one.put("subject", series.subject());
      one.put("setting", series.setting());
      var passes = one.putArray("passes");
      for (Pass pass : series.passes()) {
        ObjectNode figures = passes.addObject();
        pass.forEach(
            (figure, value) -> {
              if (Double.isFinite(value)) {
                figures.put(figure.key(), Math.round(value * 1000) / 1000.0);
              }
            });
      }
    }
  }

  /** Writes it to a file, whole or not at all. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path draft = Files.writeString(file.resolveSibling(file.getFileName() + ".draft"), json());
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
