package dev.ringpost.bench;

import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The local APNs of both environments in a JVM of their own. Both announce 1000 streams, as Apple
 * does. That of production only counts; that of the sandbox also keeps when each push arrived,
 * which costs it more; its pushes are few.
 */
final class ApnsProcess implements AutoCloseable {

  private static final int STREAMS = 1000;

  /** A worker's canary pushes come among those that are counted. */
  private static final int STRAY = 4;

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(1);

  private final Child child;
  private final ApnsAddress address;

  /**
   * The pushes that were waited for.
   *
   * @param pushesPerSecond from the first to the last
   * @param firstMicros when the first arrived, as {@link Stamp#nowMicros}
   * @param tooMany those beyond what was waited for and what a canary may add: a program pushed
   *     some of its invites again
   */
  record Counted(double pushesPerSecond, long firstMicros, long tooMany) {}

  /**
   * A push to the sandbox, whose call has a {@link Stamp}.
   *
   * @param begunMicros what the stamp says
   * @param arrivedMicros when it arrived, likewise
   */
  record Arrival(long begunMicros, long arrivedMicros) {

    private String line() {
      return begunMicros + ":" + arrivedMicros;
    }

    private static Arrival parse(String line) {
      int middle = line.indexOf(':');
      return new Arrival(
          Long.parseLong(line.substring(0, middle)), Long.parseLong(line.substring(middle + 1)));
    }
  }

  private ApnsProcess(Child child) {
    this.child = child;
    this.address = ApnsAddress.parse(child.greeting());
  }

  static ApnsProcess start() {
    return new ApnsProcess(Child.start(ApnsProcess.class));
  }

  ApnsAddress address() {
    return address;
  }

  /** How long every further answer of production waits. */
  void delayAnswers(Duration delay) {
    child.ask("delay " + delay.toMillis());
  }

  /** Begins to wait for pushes to production; {@link #counted} waits for the end. */
  void count(long pushes) {
    long before = Long.parseLong(child.ask("received 0"));
    child.order("count " + before + " " + pushes);
  }

  /** Waits until the pushes have arrived that {@link #count} was told of. */
  Counted counted() {
    String[] words = child.answer().split(" ", -1);
    return new Counted(
        Double.parseDouble(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  /**
   * Waits for the next pushes to the sandbox, whose calls have a {@link Stamp}.
   *
   * @return the time from each stamp to its arrival
   */
  List<Duration> delays(int pushes) {
    return arrivals("arrivals " + pushes)
        .map(push -> push.arrivedMicros() - push.begunMicros())
        .map(micros -> Duration.of(micros, ChronoUnit.MICROS))
        .toList();
  }

  /** The pushes to the sandbox, with a stamp, that nobody has asked for yet. */
  List<Arrival> arrivals() {
    return arrivals("arrivals 0").toList();
  }

  private Stream<Arrival> arrivals(String order) {
    String answer = child.ask(order);
    return answer.isEmpty()
        ? Stream.empty()
        : Arrays.stream(answer.split(" ", -1)).map(Arrival::parse);
  }

  /** Ends the sandbox's connections; new ones are refused until it is {@link #back}. */
  void away() {
    child.ask("away 0");
  }

  /** Lets the sandbox accept connections again, where it was. */
  void back() {
    child.ask("back 0");
  }

  Duration cpu() {
    return child.cpu();
  }

  @Override
  public void close() {
    child.close();
  }

  /** The child. */
  public static void main(String[] arguments) throws Exception {
    Path folder = TemporaryFolder.create("bench-apns");
    LocalCredentials credentials = LocalCredentials.in(folder);
    SigningKey key = credentials.signingKey(ApnsAddress.KEY_ID, ApnsAddress.TEAM_ID);
    Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    LocalApns.Builder timed = apns(credentials, key).keepPushes(1);
    timed.observer(push -> note(push, arrivals));
    try (var sandbox = new Sandbox(timed);
        LocalApns production = apns(credentials, key).onlyCount().start()) {
      var address = new ApnsAddress(production.port(), sandbox.port(), folder);
      Files.move(key.file(), address.key());
      Child.serve(
          address.line(), order -> obey(production, sandbox, arrivals, order.split(" ", -1)));
    }
    System.exit(0);
  }

  private static LocalApns.Builder apns(LocalCredentials credentials, SigningKey key) {
    return LocalApns.builder(credentials).key(key).topic(ApnsAddress.topic()).maxStreams(STREAMS);
  }

  /** The APNs of the sandbox, which goes away and comes back. For the child's main thread. */
  private static final class Sandbox implements AutoCloseable {

    private final LocalApns.Builder apns;
    private LocalApns now;

    Sandbox(LocalApns.Builder apns) throws Exception {
      this.apns = apns;
      this.now = apns.start();
      apns.port(now.port());
    }

    int port() {
      return now.port();
    }

    void back() throws Exception {
      now = apns.start();
    }

    @Override
    public void close() {
      now.close();
    }
  }

  private static String obey(
      LocalApns production, Sandbox sandbox, Queue<Arrival> arrivals, String[] words)
      throws Exception {
    long number = Long.parseLong(words[1]);
    return switch (words[0]) {
      case "delay" -> {
        production.answerAll(Behaviour.accepts().after(Duration.ofMillis(number)));
        yield "";
      }
      case "received" -> String.valueOf(production.received());
      case "count" -> count(production, number, Long.parseLong(words[2]));
      case "arrivals" -> arrivals(arrivals, Math.toIntExact(number));
      case "away" -> {
        sandbox.close();
        yield "";
      }
      case "back" -> {
        sandbox.back();
        yield "";
      }
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private static String count(LocalApns apns, long before, long pushes) {
    await(apns::received, before + 1);
    long firstMicros = Stamp.nowMicros();
    long first = System.nanoTime();
    long already = apns.received() - before;
    await(apns::received, before + pushes);
    double seconds = (System.nanoTime() - first) / 1e9;
    long tooMany = Math.max(0, apns.received() - before - pushes - STRAY);
    return (pushes - already) / seconds + " " + firstMicros + " " + tooMany;
  }

  /**
   * The benchmark's own pushes; the worker's canary and its trials of credentials have no stamp.
   */
  private static void note(ReceivedPush push, Queue<Arrival> arrivals) {
    if (Stamp.isIn(push.payload())) {
      arrivals.add(
          new Arrival(
              Stamp.begunMicros(push.payload()),
              ChronoUnit.MICROS.between(Instant.EPOCH, push.arrivedAt())));
    }
  }

  /** So many, once they are there, or all that are there for 0. */
  private static String arrivals(Queue<Arrival> arrivals, int pushes) {
    await(arrivals::size, pushes);
    return Stream.generate(arrivals::remove)
        .limit(pushes == 0 ? arrivals.size() : pushes)
        .map(Arrival::line)
        .collect(Collectors.joining(" "));
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
