package dev.ringpost;

import dev.ringpost.admin.AdminServer;
import dev.ringpost.admin.Readiness;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.cli.WorkerFactory;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.telemetry.JvmMeters;
import dev.ringpost.telemetry.SyntheticMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.telemetry.WorkerMeterName;
import dev.ringpost.telemetry.page.MetricsPage;
import dev.ringpost.tools.synthetic.SyntheticCall;
import dev.ringpost.tools.synthetic.SyntheticCalls;
import dev.ringpost.tools.topics.KafkaLogin;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The synthetic calls as a process: metrics and health beside them, until it is stopped. */
public final class SyntheticProcess implements WorkerFactory.Startable {

  /** Bound on a turn, well above the time-outs of Kafka's clients within one. */
  private static final Duration STUCK_AFTER = Duration.ofMinutes(5);

  private static final Logger log = LoggerFactory.getLogger(SyntheticProcess.class);

  private final RingpostConfig config;
  private final SyntheticCall maker;
  private final KafkaLogin login;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicReference<Optional<SyntheticCalls>> calls =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Integer>> adminPort =
      new AtomicReference<>(Optional.empty());

  private SyntheticProcess(RingpostConfig config, SyntheticCall maker) {
    this.config = config;
    this.maker = maker;
    this.login = new KafkaLogin(config.kafka());
  }

  /**
   * A process that has called nobody yet.
   *
   * @throws InvalidConfigException if its settings, or a Kafka client's, cannot be used
   */
  public static SyntheticProcess of(RingpostConfig config, InstantSource clock)
      throws InvalidConfigException {
    return new SyntheticProcess(config, SyntheticCall.of(config, clock, UUID::randomUUID));
  }

  @Override
  public void run() throws StartRefusedException {
    var page = new MetricsPage();
    var telemetry = new Telemetry(page.registry());
    try (JvmMeters _ = JvmMeters.in(page.registry());
        AdminServer admin = admin(page);
        KafkaLogin _ = login) {
      adminPort.set(Optional.of(admin.port()));
      var meters = new SyntheticMeters(telemetry);
      telemetry.counter(WorkerMeterName.LOG_LINES_DROPPED, Logging::dropped);
      telemetry.gauge(WorkerMeterName.BUILD, () -> 1, Worker.version());
      if (login.await(stopping)) {
        log.atInfo()
            .addKeyValue("adminPort", admin.port())
            .addKeyValue("every", config.synthetic().every())
            .log("synthetic calls are made");
        var made = new SyntheticCalls(maker, config.synthetic().every(), meters);
        calls.set(Optional.of(made));
        made.run(stopping);
      }
    } finally {
      calls.set(Optional.empty());
      page.close();
    }
  }

  @Override
  public void stop() {
    stopping.countDown();
  }

  /** The port of metrics and health, once it is open. */
  public Optional<Integer> adminPort() {
    return adminPort.get();
  }

  /** What keeps it from calling, one line each; empty if it is ready. */
  public List<String> notReady() {
    if (stopping.getCount() == 0) {
      return List.of("the process leaves");
    }
    return calls
        .get()
        .map(made -> made.trouble().stream().toList())
        .orElseGet(() -> List.of(login.trouble().orElse("the process is starting")));
  }

  private List<String> stuck() {
    return calls
        .get()
        .map(SyntheticCalls::sinceTurn)
        .filter(since -> since.compareTo(STUCK_AFTER) > 0)
        .map(since -> "no synthetic call has turned for " + since.toSeconds() + " s")
        .stream()
        .toList();
  }

  private AdminServer admin(MetricsPage page) throws StartRefusedException {
    try {
      return AdminServer.start(
          config.admin().host(),
          config.admin().port(),
          page::text,
          this::stuck,
          () -> new Readiness.State(notReady(), List.of()));
    } catch (IOException e) {
      throw new StartRefusedException(List.of(String.valueOf(e.getMessage())));
    }
  }
}
