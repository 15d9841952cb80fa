package dev.ringpost.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The choice of what is measured, and how long.
 *
 * @param parts which parts are run, in order
 * @param programs who takes part besides bare Pushy
 * @param turns how often each is measured
 * @param warmUp pushes of warm-up before a program is measured
 * @param stale how many stale invites lie before the fresh one
 * @param cache whether Ringpost has an AOT cache, as in the image
 * @param file where the raw figures go; pictures go beside it
 */
record BenchOptions(
    List<String> parts,
    List<Program> programs,
    int turns,
    int warmUp,
    int stale,
    boolean cache,
    Path file) {

  static final List<String> PARTS = List.of("rate", "delay", "rest", "stale", "outage");

  BenchOptions {
    parts = List.copyOf(parts);
    programs = List.copyOf(programs);
    for (String part : parts) {
      if (!PARTS.contains(part)) {
        throw new IllegalArgumentException("bench.parts: " + part + " is none of " + PARTS);
      }
    }
    if (turns < 1 || warmUp < 1 || stale < 1) {
      throw new IllegalArgumentException(
          "bench.turns, bench.warmup and bench.stale must be at least 1");
    }
  }

  /**
   * Options from system properties, each with a default.
   *
   * @param property gives the value of a property, "" of one that is not set
   */
  static BenchOptions of(UnaryOperator<String> property) {
    return new BenchOptions(
        list(property.apply("bench.parts"), PARTS),
        list(
                property.apply("bench.programs"),
                Arrays.stream(Program.values()).map(Enum::name).toList())
            .stream()
            .map(name -> Program.valueOf(name.toUpperCase(Locale.ROOT)))
            .toList(),
        number(property.apply("bench.turns"), 5),
        number(property.apply("bench.warmup"), 300_000),
        number(property.apply("bench.stale"), 1_000_000),
        !property.apply("bench.cache").equals("false"),
        Path.of(
            list(property.apply("bench.file"), List.of("target/bench/figures.json")).getFirst()));
  }

  private static List<String> list(String value, List<String> otherwise) {
    return value.isBlank()
        ? otherwise
        : Stream.of(value.split(",", -1)).map(String::strip).toList();
  }

  private static int number(String value, int otherwise) {
    return value.isBlank() ? otherwise : Integer.parseInt(value.replace("_", ""));
  }
}
