package dev.ringpost;

import dev.ringpost.admin.AdminServer;
import dev.ringpost.admin.Readiness;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.cli.WorkerFactory;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.gateway.Gateway;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.JvmMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.telemetry.WorkerMeterName;
import dev.ringpost.telemetry.page.MetricsPage;
import dev.ringpost.tools.check.SettingsCheck;
import dev.ringpost.tools.topics.KafkaLogin;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One gateway as a process: metrics and health beside it, until it is told to stop. */
public final class GatewayProcess implements WorkerFactory.Startable {

  private static final Logger log = LoggerFactory.getLogger(GatewayProcess.class);

  private final RingpostConfig config;
  private final InstantSource clock;
  private final KafkaLogin login;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicReference<Optional<Gateway>> gateway =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Integer>> adminPort =
      new AtomicReference<>(Optional.empty());

  private GatewayProcess(RingpostConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.login = new KafkaLogin(config.kafka());
  }

  /**
   * A gateway that has not started.
   *
   * @throws InvalidConfigException if the gateway or a Kafka client refuses its settings, or a file
   *     that they name cannot be used
   */
  public static GatewayProcess of(RingpostConfig config, InstantSource clock)
      throws InvalidConfigException {
    SettingsCheck.requireOfGateway(config);
    return new GatewayProcess(config, clock);
  }

  @Override
  public void run() throws StartRefusedException {
    var page = new MetricsPage();
    var telemetry = new Telemetry(page.registry());
    try (JvmMeters _ = JvmMeters.in(page.registry());
        AdminServer admin = admin(page);
        KafkaLogin _ = login) {
      adminPort.set(Optional.of(admin.port()));
      var meters = new GatewayMeters(telemetry);
      meters.ready(() -> notReady().isEmpty());
      telemetry.counter(WorkerMeterName.LOG_LINES_DROPPED, Logging::dropped);
      telemetry.gauge(WorkerMeterName.BUILD, () -> 1, Worker.version());
      if (login.await(stopping)) {
        serve(meters);
      }
    } finally {
      page.close();
    }
  }

  private void serve(GatewayMeters meters) throws StartRefusedException {
    try (Gateway open = Gateway.open(new RoomSettings(config).gateway(), meters, clock)) {
      gateway.set(Optional.of(open));
      log.atInfo()
          .addKeyValue("port", open.port())
          .addKeyValue("adminPort", adminPort.get().orElse(0))
          .log("the gateway is open");
      stopping.await();
      log.atInfo().log("the gateway answers what it has, and leaves");
    } catch (IOException e) {
      throw new StartRefusedException(List.of(String.valueOf(e.getMessage())));
    } catch (InvalidSettingsException e) {
      throw new StartRefusedException(List.of(String.valueOf(e.getMessage())));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      gateway.set(Optional.empty());
    }
  }

  @Override
  public void stop() {
    stopping.countDown();
  }

  /** The port of the gateway, once it is open. */
  public Optional<Integer> port() {
    return gateway.get().map(Gateway::port);
  }

  /** The port of metrics and health, once it is open. */
  public Optional<Integer> adminPort() {
    return adminPort.get();
  }

  /** What keeps the gateway from answering, one line each; empty if it is ready. */
  public List<String> notReady() {
    if (stopping.getCount() == 0) {
      return List.of("the gateway leaves");
    }
    return gateway
        .get()
        .map(Gateway::notReady)
        .orElseGet(() -> List.of(login.trouble().orElse("the gateway is starting")));
  }

  private AdminServer admin(MetricsPage page) throws StartRefusedException {
    try {
      return AdminServer.start(
          config.admin().host(),
          config.admin().port(),
          page::text,
          () -> gateway.get().map(Gateway::stuck).orElse(List.of()),
          () -> new Readiness.State(notReady(), List.of()));
    } catch (IOException e) {
      throw new StartRefusedException(List.of(String.valueOf(e.getMessage())));
    }
  }
}
