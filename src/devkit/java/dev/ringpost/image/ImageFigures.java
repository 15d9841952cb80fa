package dev.ringpost.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.BundleId;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A benchmark of the image: its size, how soon a container of it is ready and how much memory it
 * then needs, with the AOT cache and without, in turns. Kafka and the local APNs are in this JVM,
 * so the topics have no tokens. It needs the program docker on Linux, for the host's network.
 *
 * <p>Its argument is the image.
 */
public final class ImageFigures {

  private enum Variant {
    AS_SHIPPED(""),
    NO_CACHE("-XX:AOTMode=off"),
    G1("-XX:-UseSerialGC -XX:+UseG1GC");

    private final String options;

    Variant(String options) {
      this.options = options;
    }
  }

  private record Run(long readyMillis, double idleMebibytes) {}

  private static final BundleId APP = new BundleId("com.example.phone");
  private static final String CONTAINER = "ringpost-figures";
  private static final String MEMORY = "768m";
  private static final String CPUS = "2";
  private static final int TURNS = 7;
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final Duration IDLE_AFTER = Duration.ofSeconds(5);

  private ImageFigures() {}

  public static void main(String[] arguments) throws Exception {
    String image = arguments[0];
    Path folder = Files.createTempDirectory("ringpost-figures");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var kafka = LocalKafka.start()) {
      measure(image, kafka, folder);
    } finally {
      try (var files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
    System.exit(0);
  }

  private static void measure(String image, LocalKafka kafka, Path folder) throws Exception {
    long bytes = Long.parseLong(docker("image", "inspect", "--format", "{{.Size}}", image));
    System.out.printf("size: %d MB unpacked%n", bytes / 1_000_000);
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("FIGUREKEY1", "FIGURETEAM");
    int admin = FreePort.find();
    try (var apns = LocalApns.builder(credentials).topic(APP.voipTopic()).key(key).start()) {
      ConfigFile.of(kafka.bootstrapServers())
          .apns(credentials, apns, apns)
          .apps(APP.value(), key)
          .with("admin: {port: " + admin + "}\n")
          .write(folder.resolve("ringpost.yaml"));
      // The first makes the topics, and is not counted.
      run(image, folder, admin, Variant.AS_SHIPPED);
      Map<Variant, List<Run>> runs = new EnumMap<>(Variant.class);
      for (int turn = 0; turn < TURNS; turn++) {
        for (Variant variant : Variant.values()) {
          runs.computeIfAbsent(variant, _ -> new ArrayList<>())
              .add(run(image, folder, admin, variant));
        }
      }
      runs.forEach(ImageFigures::print);
    }
  }

  private static Run run(String image, Path folder, int admin, Variant variant) throws Exception {
    List<String> start = new ArrayList<>(List.of("run", "--detach", "--name", CONTAINER));
    start.addAll(List.of("--network", "host", "--read-only", "--cap-drop", "ALL"));
    start.addAll(List.of("--memory", MEMORY, "--cpus", CPUS, "--volume", folder + ":" + folder));
    if (!variant.options.isEmpty()) {
      start.addAll(List.of("--env", "JAVA_TOOL_OPTIONS=" + variant.options));
    }
    start.addAll(List.of(image, "run", "--config", folder.resolve("ringpost.yaml").toString()));
    long began = System.nanoTime();
    docker(start.toArray(String[]::new));
    try {
      while (!ready(admin)) {
        if (System.nanoTime() - began > READY_WITHIN.toNanos()) {
          throw new IllegalStateException("not ready: " + docker("logs", CONTAINER));
        }
        LockSupport.parkNanos(LOOK.toNanos());
      }
      long ready = Duration.ofNanos(System.nanoTime() - began).toMillis();
      LockSupport.parkNanos(IDLE_AFTER.toNanos());
      String used = docker("stats", "--no-stream", "--format", "{{.MemUsage}}", CONTAINER);
      return new Run(ready, Double.parseDouble(used.split("MiB", -1)[0]));
    } finally {
      docker("stop", "--time", "30", CONTAINER);
      docker("rm", CONTAINER);
    }
  }

  private static boolean ready(int admin) {
    try {
      return URI.create("http://localhost:" + admin + "/readyz").toURL().openConnection()
              instanceof HttpURLConnection page
          && page.getResponseCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static void print(Variant variant, List<Run> runs) {
    long[] ready = runs.stream().mapToLong(Run::readyMillis).sorted().toArray();
    double[] idle = runs.stream().mapToDouble(Run::idleMebibytes).sorted().toArray();
    int last = runs.size() - 1;
    System.out.printf(
        "%s: ready after %d ms [%d-%d], idle %.0f MiB [%.0f-%.0f]%n",
        variant, ready[last / 2], ready[0], ready[last], idle[last / 2], idle[0], idle[last]);
  }

  private static String docker(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }
    return output;
  }
}
