package dev.ringpost.testing.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client of Kafka that is not Java's, as its users run it. */
public enum ForeignClient {
  KAFKAJS("node", "node", "mjs", "none gzip"),
  CONFLUENT_KAFKA("python", "/usr/bin/python3 -B -X utf8", "py", "none gzip snappy lz4 zstd");

  private static final Path SCRIPTS = Path.of("src", "test", "resources", "clients");
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
  private static final JsonMapper JSON = new JsonMapper();

  private final String example;
  private final String interpreter;
  private final String suffix;
  private final String compressions;

  ForeignClient(String example, String interpreter, String suffix, String compressions) {
    this.example = example;
    this.interpreter = interpreter;
    this.suffix = suffix;
    this.compressions = compressions;
  }

  /** The kinds of compression that it can send without more packages. */
  public List<String> compressions() {
    return words(compressions);
  }

  /** Runs its example's program with a command; returns what it prints. */
  public String tries(String bootstrapServers, Path folder, String... words) {
    List<String> command = new ArrayList<>(words(interpreter));
    command.addAll(List.of("try." + suffix, bootstrapServers));
    command.addAll(Arrays.asList(words));
    return run(command, "", folder);
  }

  /** Publishes records in this order, with its own default partitioner. */
  public void publish(
      String bootstrapServers, Path folder, String compression, List<ForeignRecord> records) {
    List<String> command = new ArrayList<>(words(interpreter));
    command.add(SCRIPTS.resolve("publish." + suffix).toAbsolutePath().toString());
    command.add(bootstrapServers);
    var lines = new StringBuilder();
    records.forEach(record -> lines.append(line(record, compression)).append('\n'));
    run(command, lines.toString(), folder);
  }

  private static ObjectNode line(ForeignRecord record, String compression) {
    ObjectNode line = JSON.createObjectNode().put("topic", record.topic());
    line.put("key", base64(record.key().getBytes(UTF_8))).put("value", record.base64());
    line.put("compression", compression);
    var headers = line.putArray("headers");
    record
        .headers()
        .forEach(
            it -> headers.addArray().add(it.getKey()).add(base64(it.getValue().getBytes(UTF_8))));
    return line;
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private String run(List<String> command, String input, Path folder) {
    try {
      Path output = Files.createTempFile(folder, "client", ".out");
      Path in = Files.writeString(Files.createTempFile(folder, "client", ".in"), input);
      Process process =
          new ProcessBuilder(command)
              .directory(Path.of("examples", example).toFile())
              .redirectInput(in.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS);
      process.destroyForcibly();
      String printed = Files.readString(output);
      if (!ended || process.exitValue() != 0) {
        throw new IllegalStateException(command + " failed:\n" + printed);
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
