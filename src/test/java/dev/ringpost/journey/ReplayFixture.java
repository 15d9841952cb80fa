package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.events.HeaderName;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.tools.dlq.LetterFilter;
import dev.ringpost.tools.dlq.Replay;
import dev.ringpost.tools.dlq.ReplayOrder;
import dev.ringpost.tools.dlq.ReplayReport;
import dev.ringpost.tools.records.SoleOwner;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Dead letters that a test writes as a worker does, their replay, and what it published. */
final class ReplayFixture {

  private static final AtomicLong OFFSETS = new AtomicLong(1000);

  private final CallEnvironment environment;

  ReplayFixture(CallEnvironment environment) {
    this.environment = environment;
  }

  /** A dead letter of a call that rings until a moment. */
  Origin letter(String reason, UserId callee, Instant until) {
    return letter(reason, invite(environment.freshCall(), callee), until);
  }

  Origin letter(String reason, String value, Instant until) {
    return environment.platform().store(deadLetter(reason, value, until));
  }

  /** The value of an invite. */
  static String invite(CallId call, UserId callee) {
    return ("{\"callId\": \"%s\", \"callee\": \"%s\", \"ringSeconds\": 30,"
            + " \"caller\": {\"uri\": \"sip:bob@example.com\"}}")
        .formatted(call.value(), callee.value());
  }

  /** The record of a dead letter of a call that rings until a moment. */
  static ProducerRecord<byte[], byte[]> deadLetter(String reason, String value, Instant until) {
    var record =
        new ProducerRecord<byte[], byte[]>(CallPlatform.DEAD_LETTERS, value.getBytes(UTF_8));
    header(record, HeaderName.FORMAT, HeaderName.VERSION);
    header(record, HeaderName.ORIGIN_TOPIC, CallPlatform.INVITES);
    header(record, HeaderName.ORIGIN_PARTITION, "0");
    header(record, HeaderName.ORIGIN_OFFSET, Long.toString(OFFSETS.incrementAndGet()));
    header(record, HeaderName.ORIGIN_TIMESTAMP, until.minusSeconds(90).toString());
    header(record, HeaderName.DEADLINE, until.toString());
    header(record, HeaderName.ATTEMPT, "1");
    header(record, HeaderName.STAGE, "deliver");
    header(record, HeaderName.REASON, reason);
    header(record, HeaderName.DETAIL, "of a test");
    record.headers().add("x-tenant", "blue".getBytes(UTF_8));
    return record;
  }

  private static void header(ProducerRecord<?, ?> record, HeaderName name, String value) {
    record.headers().add(name.key(), value.getBytes(UTF_8));
  }

  static ReplayOrder order(UserId callee, Optional<String> reason, boolean evenIfOver) {
    return new ReplayOrder(
        Stretch.upTo(Instant.now(), Duration.ofMinutes(15)),
        new LetterFilter(reason, Optional.of(callee.value()), Optional.empty(), Optional.empty()),
        evenIfOver,
        Optional.empty(),
        ReplayOrder.MOST_PER_SECOND);
  }

  ReplayReport run(ReplayOrder order) throws Exception {
    try (var replay = new Replay(config(), order, InstantSource.system())) {
      return replay.run((_, _) -> {}, (_, _) -> {});
    }
  }

  ReplayReport dryRun(ReplayOrder order) throws Exception {
    try (var replay = new Replay(config(), order, InstantSource.system())) {
      return replay.dryRun((_, _) -> {});
    }
  }

  /** The invites that replays of these letters published. */
  List<Envelope> published(List<Origin> letters) throws Exception {
    List<String> marks = letters.stream().map(Origin::toString).toList();
    try (var reader = new TopicReader(config().kafka().clientProperties())) {
      return all(reader).stream().filter(it -> marks.contains(mark(it))).toList();
    }
  }

  private static List<Envelope> all(TopicReader reader) throws Exception {
    var all = new ArrayList<Envelope>();
    var stretch = Stretch.upTo(Instant.now(), Duration.ofHours(1));
    reader.read(List.of(CallPlatform.INVITES), stretch, all::add, (_, _) -> {});
    return all;
  }

  static String mark(Envelope invite) {
    return invite.headers().stream()
        .filter(header -> header.key().equals(HeaderName.REPLAY_OF.key()))
        .map(header -> new String(header.value(), UTF_8))
        .findFirst()
        .orElse("");
  }

  /** Commits what a run commits before it publishes a letter. */
  static void underWay(SoleOwner owner, Origin letter, long end) throws Exception {
    owner.own();
    SoleOwner.Standing now = Objects.requireNonNull(owner.standings().get(letter.partition()));
    SoleOwner.Commit commit =
        now.commit().orElse(new SoleOwner.Commit(now.begin(), "ringpost-replay-1 "));
    String[] parts = commit.metadata().split(" ", -1);
    String runs = parts.length > 1 ? parts[1] : "";
    owner.commit(
        letter.partition(),
        new SoleOwner.Commit(
            commit.offset(), "ringpost-replay-1 " + runs + " " + letter.offset() + " 0 " + end));
  }

  SoleOwner owner() throws Exception {
    return new SoleOwner(
        config().kafka().clientProperties(), Replay.GROUP, CallPlatform.DEAD_LETTERS);
  }

  /** The program in a process of its own, with its output in a file. */
  Process process(Path output, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.ringpost.Main"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--config", environment.config().toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  RingpostConfig config() throws Exception {
    return ConfigLoader.loadWithoutApple(environment.config(), Map.of());
  }
}
