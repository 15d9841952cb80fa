package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.kafka.common.KafkaException;

/** A jar as an operator brings it: one class for Kafka's clients, compiled against them. */
public final class OperatorJar {

  /** What the reporter of {@link #writeReporter} prints when Kafka's client makes it. */
  public static final String REPORTER_SAYS = "a reporter of the operator's is here";

  private static final String REPORTER =
      """
      package com.example.operator;

      import java.util.List;
      import java.util.Map;
      import org.apache.kafka.common.metrics.KafkaMetric;
      import org.apache.kafka.common.metrics.MetricsReporter;

      public class Reporter implements MetricsReporter {
        public void configure(Map<String, ?> settings) {
          System.err.println("a reporter of the operator's is here");
        }
        public void init(List<KafkaMetric> metrics) {}
        public void metricChange(KafkaMetric metric) {}
        public void metricRemoval(KafkaMetric metric) {}
        public void close() {}
      }
      """;

  private OperatorJar() {}

  /** Writes a jar with {@code com.example.operator.Reporter}, a reporter of Kafka's metrics. */
  public static void writeReporter(Path folder) throws IOException, URISyntaxException {
    write(folder, "Reporter", REPORTER);
  }

  /**
   * Compiles a class, with those inside it, into a jar.
   *
   * @param folder empty; holds the jar and nothing else in the end
   * @param name the class's name, without its package
   */
  public static void write(Path folder, String name, String source)
      throws IOException, URISyntaxException {
    Path work = Files.createTempDirectory("operator-jar");
    Path file = Files.writeString(work.resolve(name + ".java"), source);
    var errors = new ByteArrayOutputStream();
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(
                new ByteArrayInputStream(new byte[0]),
                errors,
                errors,
                "-proc:none",
                "-cp",
                kafka().toString(),
                "-d",
                work.resolve("classes").toString(),
                file.toString());
    if (failed != 0) {
      throw new IllegalArgumentException(errors.toString(UTF_8));
    }
    pack(work.resolve("classes"), folder.resolve(name + ".jar"));
    delete(work);
  }

  private static Path kafka() throws URISyntaxException {
    return Path.of(
        KafkaException.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void pack(Path classes, Path target) throws IOException {
    try (var jar = new JarOutputStream(Files.newOutputStream(target))) {
      for (Path type : files(classes)) {
        jar.putNextEntry(new JarEntry(classes.relativize(type).toString()));
        jar.write(Files.readAllBytes(type));
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.toList().reversed()) {
        Files.delete(one);
      }
    }
  }
}
