package dev.ringpost.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.Poll;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The surroundings of the programs: a broker, the local APNs and bare Pushy in processes of their
 * own, and the call server in this one. One program runs at a time.
 */
final class Stage implements AutoCloseable {

  private static final Duration READY_WITHIN = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Path folder;
  private final List<String> flags;
  private final List<String> workerFlags;
  private final KafkaProcess kafka;
  private final ApnsProcess apns;
  private final CallServer calls;
  private final BareProcess bare;
  private int runs;

  /**
   * @param cache whether the worker has an AOT cache, as in the image
   */
  Stage(boolean cache) throws IOException {
    flags = ImageFlags.read();
    workerFlags = new ArrayList<>(flags);
    if (cache) {
      workerFlags.addAll(AotCache.make(flags));
    }
    kafka = KafkaProcess.start();
    apns = ApnsProcess.start();
    // The child outlives this process for long enough to remove it.
    folder = apns.address().folder();
    calls = new CallServer(kafka.bootstrapServers());
    calls.register();
    bare = BareProcess.start(flags, apns.address());
  }

  KafkaProcess kafka() {
    return kafka;
  }

  ApnsProcess apns() {
    return apns;
  }

  CallServer calls() {
    return calls;
  }

  BareProcess bare() {
    return bare;
  }

  /** The processor time of all that is not measured by itself. */
  Duration ownCpu() {
    return Duration.ofNanos(SYSTEM.getProcessCpuTime());
  }

  /** What the names of a run's topics begin with; each run has its own. */
  String nextPrefix() {
    return "run-" + ++runs + ".";
  }

  /** Starts a program on topics of its own and waits until it is ready. */
  Running start(Program program) throws IOException {
    String prefix = nextPrefix();
    return program.main().isPresent()
        ? peer(program, program.main().get(), prefix)
        : worker(program, prefix);
  }

  private Running peer(Program program, String main, String prefix) {
    calls.create(Running.invites(prefix));
    Child child =
        Child.start(
            flags,
            main,
            program.name(),
            kafka.bootstrapServers(),
            Running.invites(prefix),
            apns.address().line());
    return new Running(program, prefix, child, child.pid(), calls);
  }

  private Running worker(Program program, String prefix) throws IOException {
    Path config = Files.writeString(folder.resolve(prefix + "yaml"), yaml(prefix));
    ShippedJar jar = ShippedJar.start(workerFlags, config, folder.resolve(prefix + "log"));
    Poll.until(READY_WITHIN, LOOK, jar::ready);
    return new Running(program, prefix, jar.keeper(), jar.pid(), calls);
  }

  /** Committed records only, so that a backlog can be prepared while the worker runs. */
  private String yaml(String prefix) {
    return """
    kafka:
      bootstrap-servers: %1$s
      properties: {isolation.level: read_committed}
    topics:
      create: true
      replication-factor: 1
      partitions: %2$d
      invites: %3$s
      tokens: %4$s
      results: %5$s
      retry: %6$sretry
      dead-letters: %6$sdlq
    intake: {group: %6$sintake}
    retry: {group: %6$sretries}
    """
            .formatted(
                kafka.bootstrapServers(),
                CallServer.PARTITIONS,
                Running.invites(prefix),
                CallPlatform.TOKENS,
                Running.results(prefix),
                prefix)
        + apns.address().yaml();
  }

  @Override
  public void close() {
    bare.close();
    calls.close();
    apns.close();
    kafka.close();
  }
}
