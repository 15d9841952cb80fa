package dev.ringpost;

import dev.ringpost.admin.AdminServer;
import dev.ringpost.admin.Liveness;
import dev.ringpost.admin.Readiness;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.telemetry.JvmMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.telemetry.WorkerMeterName;
import dev.ringpost.telemetry.page.MetricsPage;
import dev.ringpost.tools.topics.KafkaLogin;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The frame of a process that does one thing until it is stopped: metrics and health stand beside
 * it from its first moment to its last, and it begins once Kafka lets it in. For one run; stopping
 * and asking is safe for many threads.
 */
final class ProcessFrame {

  /** Bound on a turn of a loop, well above the time-outs of Kafka's clients within one. */
  private static final Duration STUCK_AFTER = Duration.ofMinutes(5);

  /** The one thing that a process does. */
  interface Work {

    /**
     * Does it on this thread.
     *
     * @param stopping counted down when it is to end
     */
    void run(CountDownLatch stopping) throws StartRefusedException;
  }

  private final RingpostConfig config;
  private final String name;
  private final Supplier<Optional<List<String>>> trouble;
  private final Liveness stuck;
  private final Runnable heapIsFull;
  private final KafkaLogin login;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicReference<Optional<Integer>> adminPort =
      new AtomicReference<>(Optional.empty());

  /**
   * @param name what readiness calls it
   * @param trouble what keeps the work from being done, one line each; nothing while it is not
   *     under way
   * @param stuck what only a new process can mend, one line each
   * @param heapIsFull ends the process; called once it has no heap left to work with
   */
  ProcessFrame(
      RingpostConfig config,
      String name,
      Supplier<Optional<List<String>>> trouble,
      Liveness stuck,
      Runnable heapIsFull) {
    this.heapIsFull = heapIsFull;
    this.config = config;
    this.name = name;
    this.trouble = trouble;
    this.stuck = stuck;
    this.login = new KafkaLogin(config.kafka());
  }

  /**
   * Runs the process until its work has ended.
   *
   * @param work registers its meters at once, and is done when Kafka lets it in
   * @throws StartRefusedException if the admin port is taken, or the work cannot begin
   */
  void run(Function<Telemetry, Work> work) throws StartRefusedException {
    var page = new MetricsPage();
    var telemetry = new Telemetry(page.registry());
    try (JvmMeters _ = JvmMeters.in(page.registry());
        AdminServer admin = admin(page);
        KafkaLogin _ = login) {
      adminPort.set(Optional.of(admin.port()));
      Work metered = work.apply(telemetry);
      telemetry.counter(WorkerMeterName.LOG_LINES_DROPPED, Logging::dropped);
      telemetry.gauge(WorkerMeterName.BUILD, () -> 1, Worker.version());
      if (login.await(stopping)) {
        try (var _ = HeapWatch.start(heapIsFull)) {
          metered.run(stopping);
        }
      }
    } finally {
      page.close();
    }
  }

  void stop() {
    stopping.countDown();
  }

  /** The port of metrics and health, once it is open. */
  Optional<Integer> adminPort() {
    return adminPort.get();
  }

  /** What keeps it from its work, one line each; empty if it is ready. */
  List<String> notReady() {
    if (stopping.getCount() == 0) {
      return List.of("the " + name + " leaves");
    }
    return trouble
        .get()
        .orElseGet(() -> List.of(login.trouble().orElse("the " + name + " is starting")));
  }

  /**
   * What liveness says of a loop, which must turn within {@link #STUCK_AFTER}.
   *
   * @param sinceTurn since when it has not turned, if it is under way
   * @param words who has not turned
   */
  static List<String> stuck(Optional<Duration> sinceTurn, String words) {
    return sinceTurn
        .filter(since -> since.compareTo(STUCK_AFTER) > 0)
        .map(since -> words + " for " + since.toSeconds() + " s")
        .stream()
        .toList();
  }

  private AdminServer admin(MetricsPage page) throws StartRefusedException {
    try {
      return AdminServer.start(
          config.admin().host(),
          config.admin().port(),
          page::text,
          stuck,
          () -> new Readiness.State(notReady(), List.of()));
    } catch (IOException e) {
      throw new StartRefusedException(List.of(String.valueOf(e.getMessage())));
    }
  }
}
