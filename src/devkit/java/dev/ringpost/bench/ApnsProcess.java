package dev.ringpost.bench;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The local APNs of both environments in a JVM of their own. That of production only counts; that
 * of the sandbox also keeps when each push arrived, which costs it more.
 */
final class ApnsProcess implements AutoCloseable {

  static final String TOPIC = Callees.APP.voipTopic();

  private static final String KEY_ID = "BENCHKEY01";
  private static final String TEAM_ID = "BENCHTEAM1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(1);

  private final Child child;
  private final Path folder;
  private long timed;

  /**
   * The pushes that were waited for.
   *
   * @param pushesPerSecond from the first to the last
   * @param firstMicros when the first arrived, as {@link Stamp#nowMicros}
   */
  record Counted(double pushesPerSecond, long firstMicros) {}

  private ApnsProcess(Child child, Path folder) {
    this.child = child;
    this.folder = folder;
  }

  static ApnsProcess start() throws IOException {
    Path folder = Files.createTempDirectory("bench-apns");
    return new ApnsProcess(Child.start(ApnsProcess.class, folder.toString()), folder);
  }

  private int port(int server) {
    return Integer.parseInt(child.greeting().split(" ", -1)[server]);
  }

  int productionPort() {
    return port(0);
  }

  int sandboxPort() {
    return port(1);
  }

  Path trustedCertificates() {
    return folder.resolve("local-apns-ca.pem");
  }

  Path key() {
    return folder.resolve("key.p8");
  }

  /** The worker's settings that reach these servers, in YAML. */
  String yaml() {
    return """
    apns:
      production: {host: %1$s, port: %2$d}
      sandbox: {host: %1$s, port: %3$d}
      trusted-certificates: %4$s
    apps:
      - bundle-ids: [%5$s]
        key: {file: %6$s, key-id: %7$s, team-id: %8$s}
    """
        .formatted(
            LocalApns.HOST,
            productionPort(),
            sandboxPort(),
            trustedCertificates(),
            Callees.APP,
            key(),
            KEY_ID,
            TEAM_ID);
  }

  /** A bare client's settings that reach one of these servers, to be set up further. */
  ApnsClientBuilder client(int port) throws Exception {
    return new ApnsClientBuilder()
        .setApnsServer(LocalApns.HOST, port)
        .setTrustedServerCertificateChain(trustedCertificates().toFile())
        .setSigningKey(ApnsSigningKey.loadFromPkcs8File(key().toFile(), TEAM_ID, KEY_ID));
  }

  /** How long every further answer of production waits. */
  void delayAnswers(Duration delay) throws IOException {
    child.ask("delay " + delay.toMillis());
  }

  /** Begins to wait for pushes to production; {@link #counted} waits for the end. */
  void count(long pushes) throws IOException {
    long before = Long.parseLong(child.ask("received 0"));
    child.order("count " + before + " " + pushes);
  }

  /** Waits until the pushes have arrived that {@link #count} was told of. */
  Counted counted() throws IOException {
    String[] words = child.answer().split(" ", -1);
    return new Counted(Double.parseDouble(words[0]), Long.parseLong(words[1]));
  }

  /**
   * Waits for the next pushes to the sandbox, whose calls have a {@link Stamp}.
   *
   * @return the time from each stamp to its arrival
   */
  List<Duration> delays(int pushes) throws IOException {
    timed += pushes;
    return Arrays.stream(child.ask("delays " + timed + " " + pushes).split(" ", -1))
        .map(micros -> Duration.of(Long.parseLong(micros), ChronoUnit.MICROS))
        .toList();
  }

  Duration cpu() {
    return child.cpu();
  }

  @Override
  public void close() throws IOException {
    child.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** The child. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    LocalCredentials credentials = LocalCredentials.in(folder);
    SigningKey key = credentials.signingKey(KEY_ID, TEAM_ID);
    Files.move(key.file(), folder.resolve("key.p8"));
    LocalApns.Builder apns = LocalApns.builder(credentials).key(key).topic(TOPIC);
    try (LocalApns sandbox = apns.start();
        LocalApns production = apns.onlyCount().start()) {
      Child.serve(
          production.port() + " " + sandbox.port(),
          order -> {
            String[] words = order.split(" ", -1);
            long number = Long.parseLong(words[1]);
            return switch (words[0]) {
              case "delay" -> {
                production.answerAll(Behaviour.accepts().after(Duration.ofMillis(number)));
                yield "";
              }
              case "received" -> String.valueOf(production.received());
              case "count" -> count(production, number, Long.parseLong(words[2]));
              case "delays" -> delays(sandbox, number, Integer.parseInt(words[2]));
              default -> throw new IllegalArgumentException(order);
            };
          });
    }
  }

  private static String count(LocalApns apns, long before, long pushes) {
    await(apns::received, before + 1);
    long firstMicros = Stamp.nowMicros();
    long first = System.nanoTime();
    long already = apns.received() - before;
    await(apns::received, before + pushes);
    double seconds = (System.nanoTime() - first) / 1e9;
    if (apns.received() != before + pushes || apns.answeredWith(200) != apns.received()) {
      throw new IllegalStateException("there are too many pushes, or some were not accepted");
    }
    return (pushes - already) / seconds + " " + firstMicros;
  }

  private static String delays(LocalApns apns, long received, int pushes) {
    await(() -> stamped(apns).count(), received);
    return stamped(apns)
        .skip(received - pushes)
        .map(
            push ->
                ChronoUnit.MICROS.between(Instant.EPOCH, push.arrivedAt())
                    - Stamp.begunMicros(push.payload()))
        .map(String::valueOf)
        .collect(Collectors.joining(" "));
  }

  /**
   * The benchmark's own pushes; the worker's canary and its trials of credentials have no stamp.
   */
  private static Stream<ReceivedPush> stamped(LocalApns apns) {
    return apns.pushes().stream().filter(push -> Stamp.isIn(push.payload()));
  }

  private static void await(LongSupplier pushes, long wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (pushes.getAsLong() < wanted) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "waited for %d pushes, there are %d".formatted(wanted, pushes.getAsLong()));
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }
}
