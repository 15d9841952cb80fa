package dev.ringpost.bench;

import dev.ringpost.testing.Poll;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * A benchmark of the table of tokens beside what a team would use instead, a GlobalKTable of Kafka
 * Streams, in memory and in RocksDB: how long until all is loaded, and again after a restart, what
 * memory it takes, and what the devices of a user cost. Streams hands out JSON that is still to be
 * parsed; Ringpost has devices, and knows of each token whose it is. The first argument is the
 * number of devices, the second the heap of a process, as {@code -Xmx} has it.
 *
 * <p>{@code mvn -Ppeers package exec:exec@bench-streams -DskipTests -Dbench.devices=1000000}
 */
public final class StreamsTable {

  private static final String TOKENS = "tokens";
  private static final Duration LOADED_WITHIN = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final Path folder;
  private final String bootstrapServers;
  private final String heap;
  private final int devices;

  private StreamsTable(Path folder, String bootstrapServers, String heap, int devices) {
    this.folder = folder;
    this.bootstrapServers = bootstrapServers;
    this.heap = heap;
    this.devices = devices;
  }

  public static void main(String[] arguments) throws Exception {
    int devices = Integer.parseInt(arguments[0]);
    Path folder = TemporaryFolder.create("ringpost-streams");
    try (var kafka = KafkaProcess.start()) {
      byte[] key = new byte[32];
      new SecureRandom().nextBytes(key);
      Files.write(folder.resolve("key"), key);
      SnapshotStart.register(kafka.bootstrapServers(), devices);
      var measured = new StreamsTable(folder, kafka.bootstrapServers(), arguments[1], devices);
      System.out.printf("%,d devices, heap %s%n", devices, arguments[1]);
      String ours = SnapshotStart.Loader.class.getName();
      String theirs = Streams.class.getName();
      measured.start("Ringpost", ours, "whole");
      measured.start("Ringpost, again, from its snapshot", ours, "snapshot");
      measured.start("GlobalKTable in memory", theirs, "memory");
      measured.start("GlobalKTable in memory, again", theirs, "memory");
      measured.start("GlobalKTable in RocksDB", theirs, "rocksdb");
      measured.start("GlobalKTable in RocksDB, again", theirs, "rocksdb");
    }
    System.exit(0);
  }

  private void start(String what, String main, String kind) throws IOException {
    List<String> flags = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    flags.removeIf(flag -> flag.startsWith("-Xmx"));
    flags.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC"));
    MachineLoad machine = MachineLoad.now();
    try (Child child = Child.start(flags, main, bootstrapServers, folder.toString(), kind)) {
      Duration before = child.cpu();
      Duration loaded = Duration.ofMillis(Long.parseLong(child.ask("load")));
      Duration cpu = child.cpu().minus(before);
      double others = machine.othersSince(cpu).orElse(Double.NaN);
      String memory = child.ask("memory");
      String users = String.valueOf(devices / 2);
      child.ask(users); // once for the JIT
      String nanos = child.ask(users);
      System.out.printf(
          "%-36s loaded after %.2f s, processor time %.2f s, cores busy with all else %.2f; %s;"
              + " lookup %s ns%n",
          what, loaded.toMillis() / 1e3, cpu.toMillis() / 1e3, others, memory, nanos);
      child.ask("leave");
    }
  }

  /** A process with a GlobalKTable. */
  public static final class Streams {

    private static final String STORE = "phones";

    private Streams() {}

    /** The child; its arguments are the bootstrap servers, the folder, and where the table is. */
    public static void main(String[] arguments) throws Exception {
      KeyValueBytesStoreSupplier where =
          arguments[2].equals("memory")
              ? Stores.inMemoryKeyValueStore(STORE)
              : Stores.persistentKeyValueStore(STORE);
      var builder = new StreamsBuilder();
      builder.globalTable(
          TOKENS, Consumed.with(Serdes.String(), Serdes.String()), Materialized.as(where));
      var properties = new Properties();
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "streams-" + arguments[2]);
      properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
      properties.put(StreamsConfig.STATE_DIR_CONFIG, Path.of(arguments[1], "state").toString());
      var streams = new KafkaStreams(builder.build(), properties);
      Child.serve(
          "here",
          order -> {
            long start = System.nanoTime();
            switch (order) {
              case "load" -> {
                streams.start();
                Poll.until(
                    LOADED_WITHIN, LOOK, () -> streams.state() == KafkaStreams.State.RUNNING);
              }
              case "leave" -> streams.close(LOADED_WITHIN);
              case "memory" -> {
                return MemoryInUse.line();
              }
              default -> {
                return lookups(streams, Integer.parseInt(order));
              }
            }
            return String.valueOf((System.nanoTime() - start) / 1_000_000);
          });
      System.exit(0);
    }

    /** Nanoseconds for the registrations of one of so many users, by chance. */
    private static String lookups(KafkaStreams streams, int users) {
      ReadOnlyKeyValueStore<String, String> store =
          streams.store(
              StoreQueryParameters.fromNameAndType(STORE, QueryableStoreTypes.keyValueStore()));
      var random = new Random(7);
      long found = 0;
      long start = System.nanoTime();
      try (var prefix = new StringSerializer()) {
        for (int n = 0; n < SnapshotStart.LOOKUPS; n++) {
          String user = SnapshotStart.user(random.nextInt(users)) + "/";
          try (var phones = store.prefixScan(user, prefix)) {
            for (; phones.hasNext(); phones.next()) {
              found++;
            }
          }
        }
      }
      long nanos = (System.nanoTime() - start) / SnapshotStart.LOOKUPS;
      if (found != 2L * SnapshotStart.LOOKUPS) {
        throw new IllegalStateException("phones are missing: " + found);
      }
      return String.valueOf(nanos);
    }
  }
}
