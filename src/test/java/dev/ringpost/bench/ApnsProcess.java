package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A local APNs in a JVM of its own, so that its CPU is not taken for the client's. The two speak by
 * lines: the child tells its port once, the parent sends the delay of all further answers in
 * milliseconds, and each is confirmed. The child ends with its input.
 */
final class ApnsProcess implements AutoCloseable {

  static final String TOPIC = "com.example.phone.voip";

  private static final String KEY_ID = "BENCHKEY01";
  private static final String TEAM_ID = "BENCHTEAM1";

  private final Process process;
  private final BufferedReader answers;
  private final PrintStream orders;
  private final Path folder;
  private final int port;

  private ApnsProcess(Process process, Path folder) throws IOException {
    this.process = process;
    this.folder = folder;
    this.answers = process.inputReader(UTF_8);
    this.orders = new PrintStream(process.getOutputStream(), true, UTF_8);
    this.port = Integer.parseInt(line());
  }

  /** Starts the child with this JVM's flags and class path, and waits until it listens. */
  static ApnsProcess start() throws IOException {
    Path folder = Files.createTempDirectory("bench-apns");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            ApnsProcess.class.getName(),
            folder.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new ApnsProcess(process, folder);
  }

  /** A client's settings that reach this server, to be set up further. */
  ApnsClientBuilder client() throws Exception {
    Path key = folder.resolve("key.p8");
    return new ApnsClientBuilder()
        .setApnsServer(LocalApns.HOST, port)
        .setTrustedServerCertificateChain(folder.resolve("local-apns-ca.pem").toFile())
        .setSigningKey(ApnsSigningKey.loadFromPkcs8File(key.toFile(), TEAM_ID, KEY_ID));
  }

  /** How long every further answer waits. */
  void delayAnswers(Duration delay) throws IOException {
    orders.println(delay.toMillis());
    line();
  }

  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() throws IOException {
    orders.close();
    process.onExit().join();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private String line() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the local APNs ended");
    }
    return line;
  }

  /** The child. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    LocalCredentials credentials = LocalCredentials.in(folder);
    SigningKey key = credentials.signingKey(KEY_ID, TEAM_ID);
    Files.move(key.file(), folder.resolve("key.p8"));
    try (LocalApns apns = LocalApns.builder(credentials).key(key).topic(TOPIC).onlyCount().start();
        var orders = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      System.out.println(apns.port());
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(Long.parseLong(order))));
        System.out.println("ok");
      }
    }
  }
}
