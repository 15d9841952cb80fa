package dev.ringpost.demo;

import dev.ringpost.demo.Calls.Call;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LocalWorker;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.PushTail;
import dev.ringpost.testing.apns.ReceivedPush;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The README's first command: an embedded Kafka, local APNs of both environments and the production
 * worker with a configuration file; users whose phones are called for a while; then what was called
 * is compared with what the local APNs saw and what the call platform was told. Exits with 0 only
 * if all three agree.
 */
public final class Demo implements AutoCloseable {

  private static final int USERS = 300;
  private static final int CALLS_PER_SECOND = 40;
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration END_PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration APNS_TAKES = Duration.ofMillis(15);
  private static final int SNAPSHOT_KEY_BYTES = 32;

  private final Random random = new Random();
  private final Path folder;
  private final LocalKafka kafka;
  private final LocalApns production;
  private final LocalApns sandbox;
  private final LocalWorker worker;
  private final CallPlatform platform;
  private final DemoUsers demoUsers;
  private final Day day;
  private final PrintStream out;
  private final Progress progress;

  private Demo(Day day, boolean keep, PrintStream out) throws IOException {
    Ports ports = keep ? Ports.FIXED : Ports.FREE;
    this.day = day;
    this.out = out;
    progress = Progress.to(out);
    folder = Files.createTempDirectory("ringpost-demo");
    progress.say("Starting Kafka, two local APNs and a worker …");
    var credentials = LocalCredentials.in(folder);
    var key = credentials.signingKey("DEMOKEY001", "DEMOTEAM01");
    var certificate = credentials.clientCertificate(DemoUsers.DESK_APP.value(), "open sesame");
    kafka = keep ? LocalKafka.onPort(ports.kafka()) : LocalKafka.start();
    var apns = LocalApns.builder(credentials).topic(DemoUsers.PHONE_APP.voipTopic()).key(key);
    apns.topic(DemoUsers.DESK_APP.voipTopic());
    production = apns.port(ports.production()).start();
    sandbox = apns.port(ports.sandbox()).start();
    Path config =
        ConfigFile.of(kafka.bootstrapServers())
            .withCanary()
            .apns(credentials, production, sandbox)
            .apps(DemoUsers.PHONE_APP.value(), key)
            .andApp(DemoUsers.DESK_APP.value(), certificate)
            .with("admin:\n  host: localhost\n  page: true\n  port: " + ports.admin() + "\n")
            .with(snapshots())
            .write(folder.resolve("ringpost.yaml"));
    worker = LocalWorker.start(config);
    await(worker::ready, START_PATIENCE, "the worker is not ready");
    platform = new CallPlatform(kafka.bootstrapServers());
    demoUsers = DemoUsers.of(USERS, Instant.now(), random);
    progress.say("Configuration: " + config);
    progress.say("Metrics:       http://localhost:" + worker.adminPort() + "/metrics");
    progress.say("Live page:     http://localhost:" + worker.adminPort() + "/");
  }

  private String snapshots() throws IOException {
    byte[] key = new byte[SNAPSHOT_KEY_BYTES];
    new SecureRandom().nextBytes(key);
    Path file = Files.write(folder.resolve("snapshot.key"), key);
    return "tokens:\n  snapshot:\n    folder: %s\n    key-file: %s\n    interval: 10s\n"
        .formatted(folder.resolve("snapshots"), file);
  }

  /** Starts all that the demo is made of, on free ports, for the README's day. */
  public static Demo start(PrintStream out) throws IOException {
    return new Demo(Day.WHOLE, false, out);
  }

  /** The same for a day that has everything in a few seconds. */
  public static Demo startShort(PrintStream out) throws IOException {
    return new Demo(Day.SHORT, false, out);
  }

  /** Where the worker's metrics are. */
  public int adminPort() {
    return worker.adminPort();
  }

  /** Where its Kafka is. */
  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** Runs the demo; {@code --keep} leaves it running afterwards, on fixed ports. */
  public static void main(String[] arguments) throws IOException {
    List<String> given = Stream.of(arguments).filter(text -> !text.isBlank()).toList();
    boolean keep = given.equals(List.of("--keep"));
    if (!keep && !given.isEmpty()) {
      System.err.println("The demo knows one argument: --keep. It got: " + given);
      System.exit(2);
    }
    boolean holds = false;
    PrintStream out = System.out;
    try (var demo = new Demo(Day.WHOLE, keep, out)) {
      holds = demo.run();
      if (keep) {
        demo.keepRunning();
      }
    } catch (IllegalStateException e) {
      // The embedded Kafka would keep this JVM alive.
      System.err.println("The demo failed: " + e.getMessage());
    }
    System.exit(holds ? 0 : 1);
  }

  /**
   * Calls the users' phones for the day and compares. The worker stays up.
   *
   * @return whether all agree
   */
  public boolean run() {
    registerPhones();
    Behaviour.Answers takesAWhile = Behaviour.accepts().after(APNS_TAKES);
    production.answerAll(takesAWhile);
    sandbox.answerAll(takesAWhile);
    var signals = new Signals(platform);
    var calls = new Calls(platform, signals, demoUsers, random);
    var faults = new FaultSchedule(production, sandbox);
    var schedule = new Schedule();
    faults.plan(day, schedule);
    var phones = new Phones(demoUsers, signals, schedule, random, production, sandbox);
    long total = CALLS_PER_SECOND * day.calling().toSeconds();
    calls.make(
        CALLS_PER_SECOND,
        day.calling(),
        schedule,
        () -> {
          phones.look();
          progress.update("calling", calls.made().size(), total, received() + " pushes seen");
        });
    await(
        () -> {
          boolean told = allTold(calls);
          phones.look();
          schedule.run();
          return told && schedule.isDone() && signals.allStored();
        },
        END_PATIENCE,
        "not every call was settled");
    progress.done();
    return judge(calls, signals, faults);
  }

  private boolean judge(Calls calls, Signals signals, FaultSchedule faults) {
    List<ReceivedPush> pushes =
        Stream.concat(production.pushes().stream(), sandbox.pushes().stream()).toList();
    var rings = new Rings(pushes, signals.ended());
    var results = new Results(platform.results());
    var report =
        new Report(
            calls.made(),
            results,
            platform.deadLetters(),
            rings,
            faults,
            new MetricsPage(worker.get("/metrics")));
    report.print(out);
    var check = new CrossCheck(demoUsers, faults, results, rings, platform.deadLetters());
    return report.printVerdict(out, check.differences(calls.made()));
  }

  private void registerPhones() {
    progress.say(
        "Registering %d phones of %d users"
            .formatted(demoUsers.devices(), demoUsers.phones().size()));
    demoUsers
        .phones()
        .forEach((user, phones) -> phones.forEach(phone -> platform.register(user, phone)));
    demoUsers
        .fates()
        .forEach(
            (token, fate) -> {
              if (fate == DemoUsers.Fate.DEAD) {
                var gone = Behaviour.rejects(410, "Unregistered", Instant.now());
                production.answer(token, gone);
                sandbox.answer(token, gone);
              }
            });
    String loaded = "ringpost_view_entries{view=\"tokens\"} %d.0".formatted(demoUsers.devices());
    await(
        () -> worker.get("/metrics").contains(loaded),
        START_PATIENCE,
        "the worker does not see all phones");
  }

  private boolean allTold(Calls calls) {
    long broken =
        calls.made().values().stream().filter(call -> call instanceof Call.Broken).count();
    return new Results(platform.results()).last().size() >= calls.made().size()
        && platform.deadLetters().size() >= broken;
  }

  private long received() {
    return production.received() + sandbox.received();
  }

  private void keepRunning() {
    System.out.println(Keep.instructions(kafka.bootstrapServers(), worker.adminPort()));
    List<PushTail> tails =
        List.of(new PushTail("production", production), new PushTail("sandbox", sandbox));
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(LOOK.toNanos());
      tails.forEach(tail -> tail.look(System.out::println));
    }
  }

  private static void await(BooleanSupplier done, Duration patience, String otherwise) {
    long end = System.nanoTime() + patience.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(otherwise + " within " + patience.toSeconds() + " s");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  @Override
  public void close() throws IOException {
    platform.close();
    worker.close();
    production.close();
    sandbox.close();
    kafka.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
