package dev.ringpost;

import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.cli.WorkerFactory;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.telemetry.SyntheticMeters;
import dev.ringpost.tools.synthetic.SyntheticCall;
import dev.ringpost.tools.synthetic.SyntheticCalls;
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

  private static final Logger log = LoggerFactory.getLogger(SyntheticProcess.class);

  private final RingpostConfig config;
  private final SyntheticCall maker;
  private final ProcessFrame frame;
  private final AtomicReference<Optional<SyntheticCalls>> calls =
      new AtomicReference<>(Optional.empty());

  private SyntheticProcess(RingpostConfig config, SyntheticCall maker, Runnable heapIsFull) {
    this.config = config;
    this.maker = maker;
    this.frame =
        new ProcessFrame(
            config,
            "process",
            () -> calls.get().map(made -> made.trouble().stream().toList()),
            () ->
                ProcessFrame.stuck(
                    calls.get().map(SyntheticCalls::sinceTurn), "no synthetic call has turned"),
            heapIsFull);
  }

  /**
   * A process that has called nobody yet.
   *
   * @throws InvalidConfigException if its settings, or a Kafka client's, cannot be used
   */
  public static SyntheticProcess of(RingpostConfig config, InstantSource clock, Runnable heapIsFull)
      throws InvalidConfigException {
    return new SyntheticProcess(
        config, SyntheticCall.of(config, clock, UUID::randomUUID), heapIsFull);
  }

  @Override
  public void run() throws StartRefusedException {
    try {
      frame.run(
          telemetry -> {
            var meters = new SyntheticMeters(telemetry);
            return stopping -> call(meters, stopping);
          });
    } finally {
      calls.set(Optional.empty());
    }
  }

  private void call(SyntheticMeters meters, CountDownLatch stopping) {
    log.atInfo()
        .addKeyValue("adminPort", frame.adminPort().orElse(0))
        .addKeyValue("every", config.synthetic().every())
        .log("synthetic calls are made");
    var made = new SyntheticCalls(maker, config.synthetic().every(), meters);
    calls.set(Optional.of(made));
    made.run(stopping);
  }

  @Override
  public void stop() {
    frame.stop();
  }

  /** The port of metrics and health, once it is open. */
  public Optional<Integer> adminPort() {
    return frame.adminPort();
  }

  /** What keeps it from calling, one line each; empty if it is ready. */
  public List<String> notReady() {
    return frame.notReady();
  }
}
