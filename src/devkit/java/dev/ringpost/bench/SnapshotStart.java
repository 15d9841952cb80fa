package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.GarbageCollectionNotificationInfo;
import dev.ringpost.call.UserId;
import dev.ringpost.directory.Directory;
import dev.ringpost.directory.DirectorySettings;
import dev.ringpost.directory.snapshot.SnapshotSettings;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.Poll;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A benchmark of a start with a snapshot of the tokens beside one that reads their topic whole, and
 * of the garbage collector's pauses over such a table. Each device has registered once; processes
 * of their own load the views, in turns. Then one process for each of two collectors loads the
 * views, makes garbage as calls do, and collects everything once. The first argument is the number
 * of devices, the second that of the turns, the third the heap of a process, as {@code -Xmx} has
 * it.
 *
 * <p>{@code mvn test-compile exec:exec@bench-snapshot -Dbench.devices=5000000}
 */
public final class SnapshotStart {

  private static final String TOKENS = "tokens";
  private static final int PARTITIONS = 12;
  private static final int PER_USER = 2;

  /** How many users are looked up for one figure. */
  static final int LOOKUPS = 200_000;

  private static final Duration LOADED_WITHIN = Duration.ofMinutes(5);

  private final Path folder;
  private final String bootstrapServers;
  private final String heap;

  private SnapshotStart(Path folder, String bootstrapServers, String heap) {
    this.folder = folder;
    this.bootstrapServers = bootstrapServers;
    this.heap = heap;
  }

  public static void main(String[] arguments) throws Exception {
    int devices = Integer.parseInt(arguments[0]);
    int turns = Integer.parseInt(arguments[1]);
    Path folder = TemporaryFolder.create("ringpost-snapshot");
    try (var kafka = KafkaProcess.start()) {
      byte[] key = new byte[32];
      new SecureRandom().nextBytes(key);
      Files.write(folder.resolve("key"), key);
      register(kafka.bootstrapServers(), devices);
      var measured = new SnapshotStart(folder, kafka.bootstrapServers(), arguments[2]);
      System.out.printf("%,d devices, heap %s%n", devices, arguments[2]);
      for (int turn = 1; turn <= turns; turn++) {
        measured.start(turn, "whole", "SerialGC");
        measured.start(turn, "snapshot", "SerialGC");
      }
      for (String collector : List.of("SerialGC", "G1GC")) {
        measured.collect(collector);
      }
    }
    System.exit(0);
  }

  private Child child(String kind, String collector) {
    List<String> flags = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    flags.removeIf(flag -> flag.startsWith("-Xmx"));
    flags.addAll(List.of("-Xmx" + heap, "-XX:+Use" + collector));
    return Child.start(flags, Loader.class.getName(), bootstrapServers, folder.toString(), kind);
  }

  /** A start in a process of its own; one that reads everything leaves a snapshot. */
  private void start(int turn, String kind, String collector) throws IOException {
    MachineLoad machine = MachineLoad.now();
    try (Child child = child(kind, collector)) {
      Duration before = child.cpu();
      Duration loaded = Duration.ofMillis(Long.parseLong(child.ask("load")));
      Duration cpu = child.cpu().minus(before);
      double others = machine.othersSince(cpu).orElse(Double.NaN);
      Duration leaving = Duration.ofMillis(Long.parseLong(child.ask("leave")));
      System.out.printf(
          "turn %d  %-8s views loaded after %.2f s, processor time %.2f s, cores busy with all else"
              + " %.2f; leaving %.2f s, snapshot %,d MB%n",
          turn,
          kind,
          loaded.toMillis() / 1e3,
          cpu.toMillis() / 1e3,
          others,
          leaving.toMillis() / 1e3,
          Files.size(folder.resolve("snapshots").resolve(TOKENS + ".snap")) / 1_000_000);
    }
  }

  private void collect(String collector) {
    try (Child child = child("snapshot", collector)) {
      child.ask("load");
      System.out.printf("%-8s %s%n", collector, child.ask("collect"));
    }
  }

  /** Each device registers once. */
  static void register(String bootstrapServers, int devices) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        var producer =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    bootstrapServers,
                    "linger.ms",
                    20,
                    "batch.size",
                    1 << 17,
                    "compression.type",
                    "none",
                    "enable.idempotence",
                    false),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      List<NewTopic> topics = new ArrayList<>();
      for (String topic : List.of(TOKENS, CallPlatform.INVALIDATIONS, CallPlatform.SIGNALS)) {
        int partitions = topic.equals(TOKENS) ? PARTITIONS : 1;
        topics.add(new NewTopic(topic, Optional.of(partitions), Optional.of((short) 1)));
      }
      admin.createTopics(topics).all().get();
      for (int index = 0; index < devices; index++) {
        String key = user(index / PER_USER) + "/%08x".formatted(index);
        String value =
            """
            {"token":"%s","environment":"production","bundleId":"com.example.phone"}\
            """
                .formatted(token(index));
        var _ =
            producer.send(new ProducerRecord<>(TOKENS, key.getBytes(UTF_8), value.getBytes(UTF_8)));
      }
      producer.flush();
    }
  }

  /** The user of a number; each of the first {@code devices / 2} has two devices. */
  static String user(int number) {
    return "user%012d".formatted(number * 7919L);
  }

  private static String token(int device) {
    HexFormat hex = HexFormat.of();
    long mixed = (device + 1) * 0x9E3779B97F4A7C15L;
    return hex.toHexDigits(mixed)
        + hex.toHexDigits(~mixed)
        + hex.toHexDigits(mixed * 31)
        + hex.toHexDigits((long) device);
  }

  /** A process that loads the views once. */
  public static final class Loader {

    private static final Duration CLOSE_LOOK = Duration.ofMillis(5);

    /** Garbage that is made: as much as some minutes of calls make. */
    private static final long GARBAGE = 8L << 30;

    /** Bytes of one piece of it, and how many pieces are held on to at a time, as by calls. */
    private static final int PIECE = 4096;

    private static final int HELD = 4096;

    private static final AtomicLong youngPauses = new AtomicLong();
    private static final AtomicLong longestYoung = new AtomicLong();
    private static final AtomicLong longestFull = new AtomicLong();

    private Loader() {}

    /** The child; its arguments are the bootstrap servers, the folder, and whether to read all. */
    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[1]);
      Path kept = folder.resolve("snapshots");
      if (arguments[2].equals("whole")) {
        Files.deleteIfExists(kept.resolve(TOKENS + ".snap"));
        Files.deleteIfExists(kept.resolve(CallPlatform.INVALIDATIONS + ".snap"));
      }
      listen();
      var meters = new DirectoryMeters(new Telemetry(new SimpleMeterRegistry()));
      var settings =
          DirectorySettings.of(
                  TOKENS,
                  CallPlatform.INVALIDATIONS,
                  CallPlatform.SIGNALS,
                  Duration.ofMinutes(2),
                  Map.of("bootstrap.servers", arguments[0]),
                  true)
              .with(new SnapshotSettings(kept, folder.resolve("key"), Duration.ofHours(1)));
      var directory = new Directory(settings, meters, InstantSource.system());
      Child.serve(
          "here",
          order -> {
            long start = System.nanoTime();
            switch (order) {
              case "load" -> {
                directory.start();
                Poll.until(LOADED_WITHIN, CLOSE_LOOK, directory::loaded);
              }
              case "leave" -> directory.close();
              case "collect" -> {
                return collect();
              }
              case "memory" -> {
                return MemoryInUse.line();
              }
              default -> {
                return lookups(directory, Integer.parseInt(order));
              }
            }
            return String.valueOf((System.nanoTime() - start) / 1_000_000);
          });
      System.exit(0);
    }

    /** Nanoseconds for the devices of one of so many users, by chance. */
    private static String lookups(Directory directory, int users) {
      var random = new Random(7);
      long found = 0;
      long start = System.nanoTime();
      for (int n = 0; n < LOOKUPS; n++) {
        found += directory.lookup(new UserId(user(random.nextInt(users)))).live().size();
      }
      long nanos = (System.nanoTime() - start) / LOOKUPS;
      if (found != (long) PER_USER * LOOKUPS) {
        throw new IllegalStateException("devices are missing: " + found);
      }
      return String.valueOf(nanos);
    }

    private static void listen() {
      for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
        ((NotificationEmitter) bean)
            .addNotificationListener(
                (told, _) -> {
                  var info =
                      GarbageCollectionNotificationInfo.from((CompositeData) told.getUserData());
                  pause(info.getGcAction(), info.getGcInfo().getDuration());
                },
                null,
                null);
      }
    }

    private static void pause(String action, long millis) {
      if (action.contains("minor")) {
        youngPauses.incrementAndGet();
        longestYoung.accumulateAndGet(millis, Math::max);
      } else if (action.contains("major")) {
        longestFull.accumulateAndGet(millis, Math::max);
      }
    }

    /** Makes garbage, some of which lives for a while, then has everything collected. */
    private static String collect() throws InterruptedException {
      System.gc();
      Thread.sleep(1000); // What is told of it is not what is measured.
      youngPauses.set(0);
      longestYoung.set(0);
      byte[][] held = new byte[HELD][];
      for (long made = 0; made < GARBAGE; made += PIECE) {
        held[(int) (made / PIECE % HELD)] = new byte[PIECE];
      }
      long young = youngPauses.get();
      longestFull.set(0);
      long start = System.nanoTime();
      System.gc();
      long full = (System.nanoTime() - start) / 1_000_000;
      return "%d young pauses, the longest %d ms; a full collection %d ms; heap in use %,d MB (%d)"
          .formatted(
              young,
              longestYoung.get(),
              full,
              (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1_000_000,
              held.length);
    }
  }
}
