package dev.ringpost;

import dev.ringpost.admin.AdminServer;
import dev.ringpost.admin.Readiness;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.cli.WorkerFactory;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.health.HealthWatch;
import dev.ringpost.telemetry.HealthMeters;
import dev.ringpost.telemetry.JvmMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.telemetry.WorkerMeterName;
import dev.ringpost.telemetry.page.MetricsPage;
import dev.ringpost.tools.check.SettingsCheck;
import dev.ringpost.tools.topics.KafkaLogin;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One search for deaf devices as a process: metrics and health beside it, until it is stopped. */
public final class HealthProcess implements WorkerFactory.Startable {

  /** Bound on a turn, well above the time-outs of Kafka's clients within one. */
  private static final Duration STUCK_AFTER = Duration.ofMinutes(5);

  private static final Logger log = LoggerFactory.getLogger(HealthProcess.class);

  private final RingpostConfig config;
  private final InstantSource clock;
  private final KafkaLogin login;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicReference<Optional<HealthWatch>> watch =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Integer>> adminPort =
      new AtomicReference<>(Optional.empty());

  private HealthProcess(RingpostConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.login = new KafkaLogin(config.kafka());
  }

  /**
   * A search that has not started.
   *
   * @throws InvalidConfigException if its settings, or a Kafka client's, cannot be used
   */
  public static HealthProcess of(RingpostConfig config, InstantSource clock)
      throws InvalidConfigException {
    SettingsCheck.requireOfHealth(config);
    return new HealthProcess(config, clock);
  }

  @Override
  public void run() throws StartRefusedException {
    var page = new MetricsPage();
    var telemetry = new Telemetry(page.registry());
    try (JvmMeters _ = JvmMeters.in(page.registry());
        AdminServer admin = admin(page);
        KafkaLogin _ = login) {
      adminPort.set(Optional.of(admin.port()));
      var meters = new HealthMeters(telemetry);
      meters.ready(() -> notReady().isEmpty());
      telemetry.counter(WorkerMeterName.LOG_LINES_DROPPED, Logging::dropped);
      telemetry.gauge(WorkerMeterName.BUILD, () -> 1, Worker.version());
      if (login.await(stopping)) {
        log.atInfo().addKeyValue("adminPort", admin.port()).log("device health is followed");
        var search = new HealthWatch(new RoomSettings(config).health(), meters, clock);
        watch.set(Optional.of(search));
        search.run(stopping);
      }
    } finally {
      watch.set(Optional.empty());
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

  /** What keeps it from searching or standing by, one line each; empty if it is ready. */
  public List<String> notReady() {
    if (stopping.getCount() == 0) {
      return List.of("the process leaves");
    }
    return watch
        .get()
        .map(search -> search.trouble().stream().toList())
        .orElseGet(() -> List.of(login.trouble().orElse("the process is starting")));
  }

  private List<String> stuck() {
    return watch
        .get()
        .map(HealthWatch::sinceTurn)
        .filter(since -> since.compareTo(STUCK_AFTER) > 0)
        .map(since -> "the search has not turned for " + since.toSeconds() + " s")
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
