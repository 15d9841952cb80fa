package dev.ringpost;

import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.cli.WorkerFactory;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.gateway.Gateway;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.tools.check.SettingsCheck;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
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
  private final ProcessFrame frame;
  private final AtomicReference<Optional<Gateway>> gateway =
      new AtomicReference<>(Optional.empty());

  private GatewayProcess(RingpostConfig config, InstantSource clock, Runnable heapIsFull) {
    this.config = config;
    this.clock = clock;
    this.frame =
        new ProcessFrame(
            config,
            "gateway",
            () -> gateway.get().map(Gateway::notReady),
            () -> gateway.get().map(GatewayProcess::stuck).orElse(List.of()),
            heapIsFull);
  }

  /**
   * A gateway that has not started.
   *
   * @throws InvalidConfigException if the gateway or a Kafka client refuses its settings, or a file
   *     that they name cannot be used
   */
  public static GatewayProcess of(RingpostConfig config, InstantSource clock, Runnable heapIsFull)
      throws InvalidConfigException {
    SettingsCheck.requireOfGateway(config);
    return new GatewayProcess(config, clock, heapIsFull);
  }

  @Override
  public void run() throws StartRefusedException {
    frame.run(
        telemetry -> {
          var meters = new GatewayMeters(telemetry);
          meters.ready(() -> notReady().isEmpty());
          return stopping -> serve(meters, stopping);
        });
  }

  private static List<String> stuck(Gateway open) {
    List<String> loops = new ArrayList<>(open.stuck());
    loops.addAll(
        ProcessFrame.stuck(Optional.of(open.sinceTurn()), "a loop of the gateway has not turned"));
    return loops;
  }

  private void serve(GatewayMeters meters, CountDownLatch stopping) throws StartRefusedException {
    try (Gateway open = Gateway.open(new RoomSettings(config).gateway(), meters, clock)) {
      gateway.set(Optional.of(open));
      log.atInfo()
          .addKeyValue("port", open.port())
          .addKeyValue("adminPort", frame.adminPort().orElse(0))
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
    frame.stop();
  }

  /** The port of the gateway, once it is open. */
  public Optional<Integer> port() {
    return gateway.get().map(Gateway::port);
  }

  /** The port of metrics and health, once it is open. */
  public Optional<Integer> adminPort() {
    return frame.adminPort();
  }

  /** What keeps the gateway from answering, one line each; empty if it is ready. */
  public List<String> notReady() {
    return frame.notReady();
  }
}
