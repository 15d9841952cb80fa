package dev.ringpost;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Jars of the operator's that Kafka's clients find classes in, such as a callback handler for a
 * cloud's logins. The class path of {@code java -jar} is what the jar says, and the AOT cache fits
 * that one only; so these come as the class loader of threads, by which Kafka and JAAS look for
 * classes. What Ringpost brings itself is never taken from there.
 */
final class ExtraJars {

  static final String VARIABLE = "RINGPOST_EXTRA_JARS";

  private ExtraJars() {}

  /**
   * Gives this thread, and all that come from it, the jars of the folder that the environment
   * names. Without one nothing changes.
   *
   * @throws InvalidConfigException if there is no such folder, or no jar in it
   */
  static void use(Map<String, String> environment) throws InvalidConfigException {
    String folder = environment.getOrDefault(VARIABLE, "");
    if (!folder.isEmpty()) {
      Thread.currentThread()
          .setContextClassLoader(
              new URLClassLoader(
                  "extra jars", jars(Path.of(folder)), ExtraJars.class.getClassLoader()));
    }
  }

  private static URL[] jars(Path folder) throws InvalidConfigException {
    List<URL> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".jar")).sorted().toList()) {
        jars.add(url(file));
      }
    } catch (IOException e) {
      throw problem(folder, "is not a folder that can be read: " + e.getClass().getSimpleName());
    }
    if (jars.isEmpty()) {
      throw problem(folder, "holds no file whose name ends with .jar");
    }
    return jars.toArray(URL[]::new);
  }

  private static URL url(Path file) throws MalformedURLException {
    return file.toUri().toURL();
  }

  private static InvalidConfigException problem(Path folder, String wrong) {
    return new InvalidConfigException(
        folder,
        List.of(
            Problem.of(
                Finding.failed(
                    VARIABLE,
                    folder + " " + wrong,
                    "name a folder of jars for Kafka's clients, or unset it"))));
  }
}
