package dev.ringpost.testing.sip;

import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Kamailio with a configuration of the folder {@code examples}, on a free port of loopback. */
public final class Kamailio implements AutoCloseable {

  /** Where the script {@code examples/kamailio/kafka-module} was told to put the module. */
  public static final Path KAFKA_MODULE = Path.of("target", "kamailio", "kafka.so");

  private static final Path MODULES = Path.of("/usr/lib/x86_64-linux-gnu/kamailio/modules");
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(30);
  private static final Duration LEAVES_WITHIN = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Process process;
  private final int port;
  private final Path log;

  private Kamailio(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /**
   * Starts Kamailio and waits until it listens, by UDP and TCP.
   *
   * @param definitions what the configuration leaves to be defined, as it stands there
   * @param folder for its log and its sockets
   */
  public static Kamailio start(Path configuration, Map<String, String> definitions, Path folder) {
    int port = FreePort.find();
    Path log = folder.resolve("kamailio.log");
    List<String> command =
        new ArrayList<>(
            List.of("kamailio", "-f", configuration.toAbsolutePath().toString(), "-DD", "-E"));
    command.addAll(List.of("-m", "64", "-M", "8", "-Y", folder.toString()));
    if (definitions.containsKey("KAFKA")) {
      command.addAll(List.of("-L", MODULES + ":" + KAFKA_MODULE.toAbsolutePath().getParent()));
    }
    command.addAll(List.of("-A", "LISTEN_UDP=udp:127.0.0.1:" + port));
    command.addAll(List.of("-A", "LISTEN_TCP=tcp:127.0.0.1:" + port));
    definitions.forEach((name, value) -> command.addAll(List.of("-A", name + "=" + value)));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      var kamailio = new Kamailio(process, port, log);
      Poll.until(STARTS_WITHIN, LOOK, kamailio::listens);
      return kamailio;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean listens() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Kamailio ended:\n" + log());
    }
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Where it listens, by UDP and TCP. */
  public int port() {
    return port;
  }

  /** What it has written so far. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(LEAVES_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
