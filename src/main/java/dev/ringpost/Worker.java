package dev.ringpost;

import dev.ringpost.admin.AdminServer;
import dev.ringpost.admin.Readiness;
import dev.ringpost.apns.ApnsPushSender;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.cli.StartRefusedException;
import dev.ringpost.cli.WorkerFactory;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.delivery.InvitePipeline;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.flood.FloodGate;
import dev.ringpost.delivery.rings.RingWatch;
import dev.ringpost.directory.Directory;
import dev.ringpost.intake.IntakeSettings;
import dev.ringpost.intake.InviteConsumer;
import dev.ringpost.live.LiveView;
import dev.ringpost.outbox.BrokerClock;
import dev.ringpost.outbox.KafkaOutbox;
import dev.ringpost.telemetry.ApnsMeters;
import dev.ringpost.telemetry.DeliveryMeters;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.JvmMeters;
import dev.ringpost.telemetry.KafkaContact;
import dev.ringpost.telemetry.MeterReader;
import dev.ringpost.telemetry.OutboxMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.telemetry.WorkerMeterName;
import dev.ringpost.telemetry.page.MetricsPage;
import dev.ringpost.tools.check.ControllerTime;
import dev.ringpost.tools.check.SettingsCheck;
import dev.ringpost.tools.topics.KafkaLogin;
import dev.ringpost.tools.topics.TopicCheck;
import dev.ringpost.tools.topics.TopicRule;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: builds the rooms, starts them in the order in which an invite passes them backwards,
 * and closes them in the other. The only class that knows every room.
 */
public final class Worker implements WorkerFactory.Startable {

  /** Bound on waiting for Kafka to say what its topics are like, at start. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Bound on asking Kafka for its time, at start; after that each stored record tells it. */
  static final Duration CLOCK_PATIENCE = Duration.ofSeconds(3);

  /**
   * The time that leaving takes at most: the consumers, which leave at the same time, wait for the
   * ends of their groups' rebalances together, and of which two may hang, and the rooms, one after
   * the other.
   */
  static final Duration LEAVE_BOUND =
      InviteConsumer.CLOSE_BOUND
          .multipliedBy(2)
          .minus(InviteConsumer.REBALANCE_BOUND)
          .plus(ApnsPushSender.CLOSE_BOUND)
          .plus(KafkaOutbox.CLOSE_BOUND)
          .plus(Directory.CLOSE_BOUND);

  /** How often it is looked whether the views are loaded. */
  private static final Duration LOADED_LOOK = Duration.ofMillis(50);

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private final RingpostConfig config;
  private final InstantSource ownClock;
  private final Runnable heapIsFull;
  private final KafkaLogin login;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicReference<Optional<Rooms>> rooms = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Integer>> adminPort =
      new AtomicReference<>(Optional.empty());

  /** The thread that waits for Kafka's answers about topics, while it does. */
  private final AtomicReference<Optional<Thread>> checking =
      new AtomicReference<>(Optional.empty());

  private volatile boolean started;

  private Worker(RingpostConfig config, InstantSource ownClock, Runnable heapIsFull) {
    this.config = config;
    this.ownClock = ownClock;
    this.heapIsFull = heapIsFull;
    this.login = new KafkaLogin(config.kafka());
  }

  /**
   * A worker that has not started.
   *
   * @param heapIsFull ends the process; called once the worker has no heap left to work with
   * @throws InvalidConfigException if a room or a Kafka client refuses its settings
   */
  public static Worker of(RingpostConfig config, InstantSource clock, Runnable heapIsFull)
      throws InvalidConfigException {
    SettingsCheck.require(config);
    return new Worker(config, clock, heapIsFull);
  }

  @Override
  public void run() throws StartRefusedException {
    var metrics = new MetricsPage();
    var telemetry = new Telemetry(metrics.registry());
    Optional<LiveView> live = live(metrics.registry());
    try (JvmMeters _ = JvmMeters.in(metrics.registry());
        AdminServer admin = admin(metrics, live);
        TokenWatchThread _ = TokenWatchThread.start(config, new ApnsMeters(telemetry), ownClock);
        KafkaLogin _ = login) {
      adminPort.set(Optional.of(admin.port()));
      telemetry.gauge(WorkerMeterName.READY, () -> notReady().isEmpty() ? 1 : 0);
      telemetry.counter(WorkerMeterName.LOG_LINES_DROPPED, Logging::dropped);
      telemetry.gauge(WorkerMeterName.BUILD, () -> 1, version());
      if (login.await(stopping) && topicsAreUsable()) {
        work(telemetry, live);
      }
    } finally {
      metrics.close();
    }
  }

  private void work(Telemetry telemetry, Optional<LiveView> live) {
    var settings = new RoomSettings(config);
    var clock = new BrokerClock(ownClock);
    telemetry.gauge(WorkerMeterName.CLOCK_OFFSET, () -> clock.offset().toMillis() / 1000.0);
    ControllerTime.ask(config.kafka(), CLOCK_PATIENCE).ifPresent(it -> it.tell(clock::told));
    try (var directory =
            new Directory(
                settings.directory(),
                settings.answersKept(),
                new DirectoryMeters(telemetry),
                clock);
        var outbox = outbox(settings, directory, clock, telemetry);
        var decisions = new DecisionThread();
        var sender =
            new ApnsPushSender(
                settings.apns(), config.credentials(), new ApnsMeters(telemetry), clock)) {
      var meters = new DeliveryMeters(telemetry, settings.bundleIds());
      var fuse = new TokenFuse(settings.delivery().fuse());
      meters.show(fuse, clock);
      RingWatch watch =
          RingWatchThread.watch(
              config, directory, outbox, sender, decisions, fuse, meters, live, clock);
      var pipeline =
          new InvitePipeline(
              directory,
              directory.calls(),
              sender,
              outbox,
              watch,
              clock,
              settings.delivery(),
              fuse,
              new FloodGate(settings.flood(), System::nanoTime),
              decisions);
      var delivery = new PacedDelivery(pipeline, outbox, directory);
      try (var _ = RingWatchThread.start(watch);
          var missed =
              MissedCallTelling.of(config, directory, outbox, sender, meters, clock, telemetry);
          var contact = KafkaContact.watch(telemetry);
          var intake = consumer(settings.intake(), delivery, sender, clock, telemetry);
          var retries = consumer(settings.retries(), delivery, sender, clock, telemetry)) {
        rooms.set(
            Optional.of(
                new Rooms(directory, outbox, sender, intake, retries, missed.consumer(), contact)));
        directory.start();
        FailoverNotice.tell(config);
        List<InviteConsumer> consumers = new ArrayList<>(List.of(intake, retries));
        missed.consumer().ifPresent(consumers::add);
        joinWhenLoaded(directory, consumers);
        try (var _ = HeapWatch.start(heapIsFull)) {
          stopping.await();
        }
        log.atInfo().log("leaving");
        consumers.forEach(InviteConsumer::leave);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    log.atInfo().log("left");
  }

  private KafkaOutbox outbox(
      RoomSettings settings, Directory directory, BrokerClock clock, Telemetry telemetry) {
    return KafkaOutbox.open(
        settings.outbox(),
        new OutboxMeters(telemetry),
        clock,
        directory.deaf(config.results().callee()));
  }

  private InviteConsumer consumer(
      IntakeSettings settings,
      PacedDelivery delivery,
      ApnsPushSender sender,
      BrokerClock clock,
      Telemetry telemetry) {
    return new InviteConsumer(
        settings,
        delivery,
        () -> sender.cutShort(InviteConsumer.LEAVE_WAIT),
        clock,
        new IntakeMeters(telemetry, settings.source().word()));
  }

  /** Without its views a worker would tell callers that nobody has a phone. */
  private void joinWhenLoaded(Directory directory, List<InviteConsumer> consumers)
      throws InterruptedException {
    while (!directory.loaded()) {
      if (stopping.await(LOADED_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
    for (InviteConsumer consumer : consumers) {
      consumer.start();
    }
    started = true;
    log.atInfo()
        .addKeyValue("adminPort", adminPort.get().orElse(0))
        .log("views are loaded, joining the groups");
  }

  @Override
  public void stop() {
    stopping.countDown();
    checking.get().ifPresent(Thread::interrupt);
  }

  /** The port of metrics and health, once it is open. */
  public Optional<Integer> adminPort() {
    return adminPort.get();
  }

  /** What keeps the worker from ringing phones, one line each; empty if it is ready. */
  public List<String> notReady() {
    return rooms
        .get()
        .map(Rooms::notReady)
        .orElseGet(() -> List.of(login.trouble().orElse("the worker is starting")));
  }

  private List<String> notes() {
    return rooms.get().map(Rooms::notes).orElse(List.of());
  }

  private List<String> stuck() {
    return rooms.get().map(standing -> standing.stuck(started)).orElse(List.of());
  }

  /** What the live page shows, if there is one: without it nobody listens and nothing is kept. */
  private Optional<LiveView> live(MeterRegistry registry) {
    return config.admin().page()
        ? Optional.of(
            new LiveView(
                new MeterReader(registry), this::notReady, this::notes, version(), ownClock))
        : Optional.empty();
  }

  private AdminServer admin(MetricsPage metrics, Optional<LiveView> live)
      throws StartRefusedException {
    try {
      return AdminServer.start(
          config.admin().host(),
          config.admin().port(),
          metrics::text,
          this::stuck,
          () -> new Readiness.State(notReady(), notes()),
          live.map(it -> it::look));
    } catch (IOException e) {
      throw new StartRefusedException(List.of(String.valueOf(e.getMessage())));
    }
  }

  /** Whether the topics can be worked with; false if the worker was told to stop meanwhile. */
  private boolean topicsAreUsable() throws StartRefusedException {
    checking.set(Optional.of(Thread.currentThread()));
    // whoever stops it from here on finds this thread; who did so before is seen here
    List<Finding> findings =
        stopping.getCount() == 0 ? List.of() : new TopicCheck(config, PATIENCE).run();
    checking.set(Optional.empty());
    if (stopping.getCount() == 0) {
      boolean _ = Thread.interrupted();
      return false;
    }
    List<String> problems = new ArrayList<>();
    for (Finding finding : findings) {
      String line = TopicRule.line(finding);
      switch (finding.severity()) {
        case FAILED -> problems.add(line);
        case WRITES_WAIT ->
            log.atError().log(line + ". Phones ring; what is written there waits meanwhile");
        case OK, WARNING -> log.atWarn().addKeyValue("topic", finding.subject()).log(line);
      }
    }
    if (!problems.isEmpty()) {
      throw new StartRefusedException(problems);
    }
    return true;
  }

  static String version() {
    String version = Worker.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
