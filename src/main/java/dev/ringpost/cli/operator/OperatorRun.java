package dev.ringpost.cli.operator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.Origin;
import dev.ringpost.call.WireTime;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.cli.report.OutputOption;
import dev.ringpost.cli.report.ProblemList;
import dev.ringpost.cli.report.ReportOptions;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.events.Draft;
import dev.ringpost.tools.events.Draft.MalformedDraftException;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The run of an operator's command: reads the configuration, works on topics, prints, and tells
 * what went wrong.
 *
 * @param environment all variables of the process
 * @param ids gives each invite without one its id
 * @param in gives a token where one is asked for
 * @param logging is told the wanted logging, for standard output is the report's
 */
record OperatorRun(
    Map<String, String> environment,
    InstantSource clock,
    Supplier<UUID> ids,
    Consumer<RingpostConfig.Log> logging,
    InputStream in,
    PrintWriter out,
    PrintWriter err) {

  private static final JsonMapper JSON = new JsonMapper();

  /** The fields of one line or object, in order. */
  static final class Row {
    private final Map<String, String> fields = new LinkedHashMap<>();

    Row with(String name, String value) {
      fields.put(name, value);
      return this;
    }
  }

  /** The work of a command, once its configuration is read. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @param reading is told how far the topics are read, and is wiped by the first print
     * @throws InvalidSettingsException if the configuration says too little for it
     */
    ExitCode with(RingpostConfig config, ProgressLine reading)
        throws InvalidConfigException, UnreadableTopicsException;
  }

  /** The way in which a configuration is read. */
  @FunctionalInterface
  interface Loader {
    RingpostConfig load(Path file, Map<String, String> environment) throws InvalidConfigException;
  }

  /** The maker of an event. */
  @FunctionalInterface
  interface Maker {
    Draft make(RingpostConfig config) throws MalformedDraftException;
  }

  /** Reads the configuration without Apple's part, works, and returns the exit code. */
  int run(Path file, Work work) {
    return run(file, ConfigLoader::loadWithoutApple, work);
  }

  /** Reads the configuration in another way, works, and returns the exit code. */
  int run(Path file, Loader loader, Work work) {
    var reading = new ProgressLine(err, "offsets");
    try {
      RingpostConfig config = loader.load(file, environment);
      logging.accept(config.log());
      return work.with(config, reading).number();
    } catch (InvalidConfigException e) {
      return refused(e.file(), e.problems());
    } catch (InvalidSettingsException e) {
      return refused(file.toString(), e.findings().stream().map(Problem::of).toList());
    } catch (UnreadableTopicsException e) {
      reading.end();
      err.println("ringpost: the topics cannot be used: " + e.getMessage());
      err.println("See: ringpost check --config " + file);
      err.flush();
      return ExitCode.UNAVAILABLE.number();
    }
  }

  private int refused(String file, List<Problem> problems) {
    List<String> lines = problems.stream().map(Problem::toString).toList();
    ProblemList.print(err, file + " is not valid; nothing was done.", lines);
    return ExitCode.CONFIGURATION.number();
  }

  /** Makes an event, publishes it and tells where it stands. */
  int publish(ReportOptions options, Maker maker) {
    return run(
        options.config(),
        (config, _) -> {
          try {
            Draft draft = maker.make(config);
            Origin stored = draft.publish(config);
            Row row = new Row().with("record", stored.toString());
            row.with("at", WireTime.of(stored.timestamp()));
            String call = draft.callId();
            print(options.output(), List.of(call.isEmpty() ? row : row.with("callId", call)));
            return ExitCode.CLEAN;
          } catch (MalformedDraftException e) {
            err.println("ringpost: a worker would not accept it: " + e.getMessage());
            err.flush();
            return ExitCode.USAGE;
          }
        });
  }

  /** Prints rows as lines, or as one array. */
  void print(OutputOption.Output output, List<Row> rows) {
    switch (output) {
      case TEXT -> {
        for (Row row : rows) {
          StringBuilder line = new StringBuilder();
          row.fields.forEach(
              (name, value) ->
                  line.append(line.isEmpty() ? "" : "  ").append(name).append('=').append(value));
          out.println(line);
        }
        if (rows.isEmpty()) {
          out.println("nothing found");
        }
      }
      case JSON -> {
        ArrayNode array = JSON.createArrayNode();
        for (Row row : rows) {
          ObjectNode object = array.addObject();
          row.fields.forEach(object::put);
        }
        out.println(array);
      }
    }
    out.flush();
  }

  /** Prints a report in the form that is asked for. */
  void print(OutputOption.Output output, Supplier<List<String>> text, Supplier<String> json) {
    switch (output) {
      case TEXT -> text.get().forEach(out::println);
      case JSON -> out.println(json.get());
    }
    out.flush();
  }

  /** A word of the command line as the type that it is. */
  static <T> T typed(
      @Nullable CommandSpec spec, String name, String text, Function<String, T> type) {
    try {
      return type.apply(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), name + ": " + e.getMessage());
    }
  }
}
