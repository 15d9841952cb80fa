package dev.ringpost.bench;

import dev.ringpost.testing.FreePort;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A worker of the shipped jar, started as the image starts it. A shell stands between, which ends
 * the worker when its own input ends: the worker knows nothing of a parent.
 */
final class ShippedJar {

  static final Path JAR = Path.of("target", "ringpost.jar");

  /** Greets with the worker's process id. Ctrl-C ends the parent alone, and the rest by it. */
  private static final String KEEPER =
      """
      trap '' INT
      "$@" </dev/null >"$BENCH_LOG" 2>&1 &
      pid=$!
      echo "= $pid"
      cat >/dev/null
      kill $pid
      wait $pid
      """;

  private final Child keeper;
  private final int adminPort;
  private final Path log;

  private ShippedJar(Child keeper, int adminPort, Path log) {
    this.keeper = keeper;
    this.adminPort = adminPort;
    this.log = log;
  }

  static ShippedJar start(List<String> flags, Path config, Path log) {
    if (!Files.exists(JAR)) {
      throw new IllegalStateException(JAR + " is missing: put package before exec:exec@bench");
    }
    int adminPort = FreePort.find();
    List<String> command = new ArrayList<>(List.of("sh", "-c", KEEPER, "sh", Child.java()));
    command.addAll(flags);
    command.addAll(List.of("-jar", JAR.toString(), "run", "--config", config.toString()));
    var program = new ProcessBuilder(command);
    program
        .environment()
        .putAll(
            Map.of(
                "BENCH_LOG", log.toString(),
                "RINGPOST_ADMIN_HOST", "localhost",
                "RINGPOST_ADMIN_PORT", Integer.toString(adminPort)));
    return new ShippedJar(Child.start(program), adminPort, log);
  }

  Child keeper() {
    return keeper;
  }

  long pid() {
    return Long.parseLong(keeper.greeting());
  }

  /** Whether {@code /readyz} says so. */
  boolean ready() throws IOException {
    if (ProcessHandle.of(pid()).isEmpty()) {
      throw new IllegalStateException("the worker has ended:\n" + Files.readString(log));
    }
    var page =
        (HttpURLConnection)
            URI.create("http://localhost:" + adminPort + "/readyz").toURL().openConnection();
    page.setReadTimeout(5000);
    try {
      return page.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException _) {
      return false;
    }
  }
}
