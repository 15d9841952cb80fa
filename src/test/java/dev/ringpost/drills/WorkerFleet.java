package dev.ringpost.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.WorkerProcess;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.guarantees.NothingSecretPrinted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The workers of a drill, in processes of their own. */
final class WorkerFleet implements AutoCloseable {

  private static final Duration SHARED_WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  private static final int SNAPSHOT_KEY_BYTES = 32;

  /** What fits the drills' cluster. */
  private static final Map<String, String> SETTINGS =
      Map.of("RINGPOST_TOPICS_REPLICATION_FACTOR", "3");

  private static final Pattern OWNED =
      Pattern.compile("^ringpost_partitions\\{source=\"invites\"} ([0-9.]+)$", Pattern.MULTILINE);

  private static final Pattern OWNERLESS =
      Pattern.compile(
          "^ringpost_partition_ownerless_seconds_max\\{source=\"invites\"} ([0-9.E-]+)$",
          Pattern.MULTILINE);

  private static final Pattern TAKEN_OVER =
      Pattern.compile(
          "^ringpost_partition_ownerless_seconds_count\\{source=\"invites\"} ([0-9.E-]+)$",
          Pattern.MULTILINE);

  private static final Pattern RETRIES =
      Pattern.compile("^ringpost_retry_lateness_seconds_count ([0-9.E-]+)$", Pattern.MULTILINE);

  private static final Pattern PROMPT_RETRIES =
      Pattern.compile(
          "^ringpost_retry_lateness_seconds_bucket\\{le=\"0.1\"} ([0-9.E-]+)$", Pattern.MULTILINE);

  private final Path config;
  private final Path folder;
  private final Map<String, String> settings;
  private final List<WorkerProcess> running = new CopyOnWriteArrayList<>();
  private final List<WorkerProcess> all = new CopyOnWriteArrayList<>();

  /** What those had taken over that run no more. */
  private double leftTakeovers;

  private int kills;
  private double takeoversAtLastKill;

  WorkerFleet(Path config, Path folder) {
    this(config, folder, SETTINGS);
  }

  /**
   * @param settings what fits the cluster, as environment variables
   */
  WorkerFleet(Path config, Path folder, Map<String, String> settings) {
    this.config = config;
    this.folder = folder;
    this.settings = settings;
  }

  int size() {
    return running.size();
  }

  WorkerProcess get(int index) {
    return running.get(index);
  }

  /** All that run. */
  List<WorkerProcess> running() {
    return List.copyOf(running);
  }

  /** One more worker; returns when it is ready. */
  void grow() {
    launch(1);
  }

  /** More workers, at once; returns when all are ready. */
  void launch(int workers) {
    IntStream.range(0, workers).mapToObj(_ -> launch()).toList().forEach(WorkerProcess::awaitReady);
  }

  /** Workers of another program, such as a former version; returns when all are ready. */
  void launch(int workers, List<String> program) {
    IntStream.range(0, workers)
        .mapToObj(_ -> launch(program, Map.of()))
        .toList()
        .forEach(WorkerProcess::awaitReady);
  }

  /** A worker of another program, with more settings; it is not ready yet. */
  WorkerProcess launch(List<String> program, Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(settings);
    variables.putAll(more);
    return joined(WorkerProcess.start(program, config, folder, "worker-" + all.size(), variables));
  }

  private WorkerProcess launch() {
    return joined(WorkerProcess.start(config, folder, "worker-" + all.size(), settings));
  }

  private WorkerProcess joined(WorkerProcess worker) {
    running.add(worker);
    all.add(worker);
    return worker;
  }

  /** kill -9 of one. */
  void kill(WorkerProcess worker) {
    leftTakeovers += number(TAKEN_OVER, worker);
    running.remove(worker);
    kills++;
    takeoversAtLastKill = takeovers();
    worker.kill();
  }

  /** Settings by which a worker writes snapshots of its views, as often as it can. */
  Map<String, String> snapshots() throws IOException {
    Path key = folder.resolve("snapshot.key");
    if (Files.notExists(key)) {
      Files.write(key, new byte[SNAPSHOT_KEY_BYTES]);
    }
    return Map.of(
        "RINGPOST_TOKENS_SNAPSHOT_FOLDER",
        folder.resolve("snapshots").toString(),
        "RINGPOST_TOKENS_SNAPSHOT_KEY_FILE",
        key.toString(),
        "RINGPOST_TOKENS_SNAPSHOT_INTERVAL",
        "10s");
  }

  /** Waits for the end of one that ends by itself; returns its exit code. */
  int end(WorkerProcess worker, Duration patience) {
    int code = worker.awaitEnd(patience);
    running.remove(worker);
    return code;
  }

  /** SIGTERM of one, which must end well. */
  void terminate(WorkerProcess worker) {
    leftTakeovers += number(TAKEN_OVER, worker);
    running.remove(worker);
    assertThat(worker.terminate()).as("exit code after SIGTERM").isZero();
  }

  /**
   * Waits until all partitions have owners and nobody has two more than another.
   *
   * @return how many partitions each worker has, the most first
   */
  List<Integer> awaitSharing(int partitions) {
    return await()
        .atMost(SHARED_WITHIN)
        .pollInterval(LOOK)
        .until(
            this::owned,
            owned ->
                owned.stream().mapToInt(n -> n).sum() == partitions
                    && owned.getFirst() - owned.getLast() <= 1);
  }

  private List<Integer> owned() {
    return running.stream()
        .map(worker -> (int) number(OWNED, worker))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /** Waits until every worker's view has so many entries. */
  void awaitEntries(String view, int entries) {
    String line = "ringpost_view_entries{view=\"%s\"} %d.0".formatted(view, entries);
    await()
        .atMost(SHARED_WITHIN)
        .pollInterval(LOOK)
        .until(() -> running.stream().allMatch(worker -> worker.get("/metrics").contains(line)));
  }

  /** The longest time that a partition had no owner, as those who run tell; of the last minutes. */
  Duration ownerless() {
    double seconds =
        running.stream().mapToDouble(worker -> number(OWNERLESS, worker)).max().orElse(0);
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  /**
   * The changes of owners until a moment.
   *
   * @param takeovers partitions that were taken over from others, as the new owners tell
   * @param kills workers that were killed
   */
  record Changes(double takeovers, int kills) {}

  Changes changes() {
    return new Changes(takeovers(), kills);
  }

  /**
   * The longest time that a partition had no owner since a moment; empty if a worker was killed and
   * no takeover was told since. A worker tells of one only if it can read the former owner's note.
   */
  Optional<Duration> ownerlessSince(Changes before) {
    double takeovers = takeovers();
    if (kills > before.kills() && takeovers <= takeoversAtLastKill) {
      return Optional.empty();
    }
    return Optional.of(takeovers > before.takeovers() ? ownerless() : Duration.ZERO);
  }

  /** How many partitions were taken over from others, also by those who have left since. */
  private double takeovers() {
    return sum(TAKEN_OVER) + leftTakeovers;
  }

  /** How many retries those who run have taken. */
  long retries() {
    return Math.round(sum(RETRIES));
  }

  /** How many of them within 100 ms of being due. */
  long promptRetries() {
    return Math.round(sum(PROMPT_RETRIES));
  }

  private double sum(Pattern line) {
    return running.stream().mapToDouble(worker -> number(line, worker)).sum();
  }

  private static double number(Pattern line, WorkerProcess worker) {
    Matcher matcher = line.matcher(worker.get("/metrics"));
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }

  /** No worker wrote a token that it pushed to. */
  void nothingSecretIn(List<ReceivedPush> pushes) {
    var secrets = new NothingSecretPrinted();
    pushes.stream()
        .map(ReceivedPush::token)
        .distinct()
        .map(VoipToken::parse)
        .forEach(token -> secrets.secret("a token", token.hex()));
    all.forEach(worker -> secrets.look("the log of a worker", worker.output()));
    assertThat(secrets.breaches()).isEmpty();
  }

  @Override
  public void close() {
    all.forEach(WorkerProcess::close);
  }
}
