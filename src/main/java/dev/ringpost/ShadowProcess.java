package dev.ringpost;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.cli.WorkerFactory;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.config.declaration.Matches;
import dev.ringpost.directory.Directory;
import dev.ringpost.outbox.BrokerClock;
import dev.ringpost.shadow.ShadowSettings;
import dev.ringpost.shadow.ShadowWatch;
import dev.ringpost.shadow.SilentSender;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.ShadowMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.telemetry.WorkerMeterName;
import dev.ringpost.tools.check.ControllerTime;
import dev.ringpost.tools.check.SettingsCheck;
import dev.ringpost.tools.topics.TopicCheck;
import dev.ringpost.tools.topics.TopicRule;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shadow of the workers as a process: views, metrics and health as theirs, no engine for APNs
 * and no producer.
 */
public final class ShadowProcess implements WorkerFactory.Startable {

  /** The option that names the group. */
  private static final String GROUP = "--shadow-group";

  /** How often it is looked whether the views are loaded. */
  private static final Duration LOADED_LOOK = Duration.ofMillis(50);

  private static final Logger log = LoggerFactory.getLogger(ShadowProcess.class);

  private final RingpostConfig config;
  private final ShadowSettings settings;
  private final InstantSource ownClock;
  private final ProcessFrame frame;
  private final AtomicReference<Optional<Directory>> views =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<ShadowWatch>> watch =
      new AtomicReference<>(Optional.empty());

  /** The thread that waits for Kafka's answers about topics, while it does. */
  private final AtomicReference<Optional<Thread>> checking =
      new AtomicReference<>(Optional.empty());

  private ShadowProcess(
      RingpostConfig config, ShadowSettings settings, InstantSource ownClock, Runnable heapIsFull) {
    this.config = config;
    this.settings = settings;
    this.ownClock = ownClock;
    this.frame =
        new ProcessFrame(
            config,
            "process",
            this::trouble,
            () ->
                ProcessFrame.stuck(
                    watch.get().map(ShadowWatch::sinceTurn), "the shadow has not turned"),
            heapIsFull);
  }

  /**
   * A shadow that has not started.
   *
   * @param group its consumer group; without one that of the workers and {@link
   *     ShadowSettings#SUFFIX}
   * @throws InvalidConfigException if a room or a Kafka client refuses its settings, or the group
   *     is one that the same file names for another service, for then it would take its records
   */
  public static ShadowProcess of(
      RingpostConfig config, Optional<String> group, InstantSource clock, Runnable heapIsFull)
      throws InvalidConfigException {
    SettingsCheck.require(config);
    String own = group.orElse(config.intake().group() + ShadowSettings.SUFFIX);
    if (liveGroups(config).contains(own)) {
      throw refused(
          config,
          own + " is the group of a live service, from which a shadow would take records",
          "leave the option out, or name a group that nobody else has");
    }
    if (!own.matches(Matches.GROUP)) {
      throw refused(config, "must be " + Matches.GROUP_WORDS, "name another group");
    }
    return new ShadowProcess(config, new RoomSettings(config).shadow(own), clock, heapIsFull);
  }

  private static Set<String> liveGroups(RingpostConfig config) {
    Set<String> groups = new HashSet<>();
    groups.add(config.intake().group());
    groups.add(config.retry().group());
    groups.add(config.missedCall().group());
    groups.add(config.health().group());
    config.gateway().webhook().ifPresent(it -> groups.add(it.group()));
    return groups;
  }

  private static InvalidConfigException refused(RingpostConfig config, String found, String fix) {
    return new InvalidConfigException(
        config.file(), List.of(Problem.of(Finding.failed(GROUP, found, fix))));
  }

  @Override
  public void run() throws StartRefusedException {
    try {
      frame.run(
          telemetry -> {
            var meters = new ShadowMeters(telemetry);
            meters.ready(() -> notReady().isEmpty());
            return stopping -> {
              if (topicsAreUsable(stopping)) {
                work(telemetry, meters, stopping);
              }
            };
          });
    } finally {
      watch.set(Optional.empty());
    }
  }

  private void work(Telemetry telemetry, ShadowMeters meters, CountDownLatch stopping) {
    var rooms = new RoomSettings(config);
    var clock = new BrokerClock(ownClock);
    telemetry.gauge(WorkerMeterName.CLOCK_OFFSET, () -> clock.offset().toMillis() / 1000.0);
    ControllerTime.ask(config.kafka(), Worker.CLOCK_PATIENCE).ifPresent(it -> it.tell(clock::told));
    try (var directory =
        new Directory(rooms.shadowDirectory(), new DirectoryMeters(telemetry), clock)) {
      views.set(Optional.of(directory));
      directory.start();
      if (loaded(directory, stopping)) {
        var shadow =
            new ShadowWatch(
                settings,
                directory,
                directory.calls(),
                new SilentSender(rooms.apns().apps(), config.credentials(), clock),
                rooms.delivery(),
                rooms.flood(),
                meters,
                clock);
        watch.set(Optional.of(shadow));
        shadow.run(stopping);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      views.set(Optional.empty());
    }
  }

  /** Without its views a shadow would say that nobody has a phone; false if it is to stop. */
  private static boolean loaded(Directory directory, CountDownLatch stopping)
      throws InterruptedException {
    while (!directory.loaded()) {
      if (stopping.await(LOADED_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return stopping.getCount() > 0;
  }

  @Override
  public void stop() {
    frame.stop();
    checking.get().ifPresent(Thread::interrupt);
  }

  /** The port of metrics and health, once it is open. */
  public Optional<Integer> adminPort() {
    return frame.adminPort();
  }

  /** What keeps it from comparing or standing by, one line each; empty if it is ready. */
  public List<String> notReady() {
    return frame.notReady();
  }

  private Optional<List<String>> trouble() {
    return views
        .get()
        .map(
            directory -> {
              List<String> reasons = new ArrayList<>(directory.notLoaded());
              watch
                  .get()
                  .ifPresentOrElse(
                      it -> it.trouble().ifPresent(reasons::add),
                      () -> reasons.add("the process is starting"));
              return reasons;
            });
  }

  /** Whether the topics can be read; false if it was told to stop meanwhile. */
  private boolean topicsAreUsable(CountDownLatch stopping) throws StartRefusedException {
    checking.set(Optional.of(Thread.currentThread()));
    // whoever stops it from here on finds this thread; who did so before is seen here
    List<Finding> findings =
        stopping.getCount() == 0
            ? List.of()
            : TopicCheck.ofShadow(config.kafka(), config.topics(), Worker.PATIENCE).run();
    checking.set(Optional.empty());
    if (stopping.getCount() == 0) {
      boolean _ = Thread.interrupted();
      return false;
    }
    List<String> problems =
        findings.stream()
            .filter(finding -> finding.severity() == Severity.FAILED)
            .map(TopicRule::line)
            .toList();
    if (!problems.isEmpty()) {
      throw new StartRefusedException(problems);
    }
    log.atInfo().addKeyValue("group", settings.group()).log("a shadow starts; it pushes to nobody");
    return true;
  }
}
