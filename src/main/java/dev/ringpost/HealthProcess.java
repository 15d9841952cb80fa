package dev.ringpost;

import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.cli.WorkerFactory;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.health.HealthWatch;
import dev.ringpost.telemetry.HealthMeters;
import dev.ringpost.tools.check.SettingsCheck;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One search for deaf devices as a process: metrics and health beside it, until it is stopped. */
public final class HealthProcess implements WorkerFactory.Startable {

  private static final Logger log = LoggerFactory.getLogger(HealthProcess.class);

  private final RingpostConfig config;
  private final InstantSource clock;
  private final ProcessFrame frame;
  private final AtomicReference<Optional<HealthWatch>> watch =
      new AtomicReference<>(Optional.empty());

  private HealthProcess(RingpostConfig config, InstantSource clock, Runnable heapIsFull) {
    this.config = config;
    this.clock = clock;
    this.frame =
        new ProcessFrame(
            config,
            "process",
            () -> watch.get().map(search -> search.trouble().stream().toList()),
            () ->
                ProcessFrame.stuck(
                    watch.get().map(HealthWatch::sinceTurn), "the search has not turned"),
            heapIsFull);
  }

  /**
   * A search that has not started.
   *
   * @throws InvalidConfigException if its settings, or a Kafka client's, cannot be used
   */
  public static HealthProcess of(RingpostConfig config, InstantSource clock, Runnable heapIsFull)
      throws InvalidConfigException {
    SettingsCheck.requireOfHealth(config);
    return new HealthProcess(config, clock, heapIsFull);
  }

  @Override
  public void run() throws StartRefusedException {
    try {
      frame.run(
          telemetry -> {
            var meters = new HealthMeters(telemetry);
            meters.ready(() -> notReady().isEmpty());
            return stopping -> search(meters, stopping);
          });
    } finally {
      watch.set(Optional.empty());
    }
  }

  private void search(HealthMeters meters, CountDownLatch stopping) {
    log.atInfo()
        .addKeyValue("adminPort", frame.adminPort().orElse(0))
        .log("device health is followed");
    var search = new HealthWatch(new RoomSettings(config).health(), meters, clock);
    watch.set(Optional.of(search));
    search.run(stopping);
  }

  @Override
  public void stop() {
    frame.stop();
  }

  /** The port of metrics and health, once it is open. */
  public Optional<Integer> adminPort() {
    return frame.adminPort();
  }

  /** What keeps it from searching or standing by, one line each; empty if it is ready. */
  public List<String> notReady() {
    return frame.notReady();
  }
}
