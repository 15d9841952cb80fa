package dev.ringpost.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.events.FlawedInviteException;
import dev.ringpost.events.RetryNote;
import dev.ringpost.events.UnusableRecordException;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.events.health.DeviceHealth;
import dev.ringpost.events.health.DeviceHealthCodec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * During an update two versions share the groups and the topics, so this one reads what the one
 * before has written. These are texts of version 0.1.0, letter by letter; they do not change with
 * the code. And the one before reads what this one notes in commits.
 */
class VersionBeforeTest {

  /** Written by today's code, where the highest epoch is 7. */
  private static final String TODAY = "ringpost-1 1795955123336 AQMBAYCAgICAgICAQAg";

  @Test
  void whatTheFormerOwnerSettledIsNotRungAgain() {
    CommitMetadata note =
        CommitMetadata.decode(100, "ringpost-1 1795510800000 AQMBAQ").orElseThrow();

    assertThat(note.committedAt()).isEqualTo(Instant.ofEpochMilli(1_795_510_800_000L));
    assertThat(LongStream.range(100, 110).filter(note.settled()::contains))
        .containsExactly(101L, 102L, 103L, 105L);
  }

  @Test
  void theHighestEpochIsReadWhereItStands() {
    CommitMetadata note =
        CommitMetadata.decode(100, "ringpost-1 1795955123336 AQMBAQ 7").orElseThrow();

    assertThat(note.epoch()).hasValue(7);
    assertThat(LongStream.range(100, 110).filter(note.settled()::contains))
        .containsExactly(101L, 102L, 103L, 105L);
  }

  @Test
  void theHighestEpochIsWrittenAndReadAsARunBeyondAnyLog() {
    var note =
        new CommitMetadata(
            Instant.ofEpochMilli(1_795_955_123_336L),
            new SettledOffsets(new TreeMap<>(Map.of(101L, 104L, 105L, 106L))),
            Optional.of(7));

    assertThat(note.encode(100, CommitMetadata.MAX_LENGTH)).isEqualTo(TODAY);
    assertThat(CommitMetadata.decode(100, TODAY)).hasValue(note);
  }

  /** Else one of the version before that takes over rings again what one of this has settled. */
  @Test
  void theVersionBeforeReadsWhatIsNotedToday() {
    NavigableMap<Long, Long> runs = readBy1f37a7b(100, TODAY).orElseThrow();

    assertThat(LongStream.range(100, 200_000).filter(offset -> isSettledFor1f37a7b(runs, offset)))
        .containsExactly(101L, 102L, 103L, 105L);
    assertThat(readBy1f37a7b(100, "ringpost-1 1795955123336 AQMBAQ")).isPresent();
    assertThat(readBy1f37a7b(100, "ringpost-1 1795955123336 AQMBAQ 7"))
        .as("why the epoch has no part of its own")
        .isEmpty();
  }

  @Test
  void aRetryIsTriedAsItsWriterMeant() throws FlawedInviteException {
    List<RecordHeader> headers =
        Map.of(
                "ringpost-format", "1",
                "ringpost-origin-topic", "call-invites",
                "ringpost-origin-partition", "3",
                "ringpost-origin-offset", "1017",
                "ringpost-origin-timestamp", "2026-11-24T10:00:00.123Z",
                "ringpost-deadline", "2026-11-24T10:00:30.123Z",
                "ringpost-attempt", "2",
                "ringpost-due", "2026-11-24T10:00:01.500Z",
                "ringpost-accepted", "1",
                "ringpost-devices", "[\"tablet\"]")
            .entrySet()
            .stream()
            .map(header -> new RecordHeader(header.getKey(), header.getValue().getBytes(UTF_8)))
            .toList();

    assertThat(RetryNote.read(headers))
        .isEqualTo(
            new RetryNote(
                new Origin("call-invites", 3, 1017, Instant.parse("2026-11-24T10:00:00.123Z")),
                new Deadline(Instant.parse("2026-11-24T10:00:30.123Z")),
                2,
                Instant.parse("2026-11-24T10:00:01.500Z"),
                Optional.of(Set.of(new DeviceId("tablet"))),
                1,
                Optional.empty()));
  }

  /** Else every run of calls would begin anew with an update, and no phone would be called deaf. */
  @Test
  void whatWasFoundOfADeafPhoneStands() throws UnusableRecordException {
    String deaf =
        "{\"tokenDigest\":\"32bc843d1e3b\",\"bundleId\":\"com.example.phone\","
            + "\"environment\":\"sandbox\",\"deaf\":true,\"unrungCalls\":6,"
            + "\"since\":\"2026-11-22T09:30:00.000Z\",\"at\":\"2026-11-24T09:31:00.125Z\"}";

    assertThat(health(deaf))
        .hasValue(
            new DeviceHealth(
                new TokenDigest("32bc843d1e3b"),
                new BundleId("com.example.phone"),
                Environment.SANDBOX,
                true,
                6,
                Instant.parse("2026-11-22T09:30:00Z"),
                Instant.parse("2026-11-24T09:31:00.125Z")));
  }

  @Test
  void aPhoneThatHeardAgainIsNotDeaf() throws UnusableRecordException {
    String heard =
        "{\"tokenDigest\":\"32bc843d1e3b\",\"bundleId\":\"com.example.phone\","
            + "\"environment\":\"production\",\"deaf\":false,\"unrungCalls\":0,"
            + "\"since\":\"2026-11-24T10:00:00.000Z\",\"at\":\"2026-11-24T10:00:00.000Z\"}";

    DeviceHealth health = health(heard).orElseThrow();

    assertThat(health.deaf()).isFalse();
    assertThat(health.unrungCalls()).isZero();
    assertThat(health.environment()).isEqualTo(Environment.PRODUCTION);
  }

  /**
   * What {@code CommitNote.decode} of commit 1f37a7b makes of a note: its rule as it was, without
   * today's code.
   */
  private static Optional<NavigableMap<Long, Long>> readBy1f37a7b(long base, String metadata) {
    String[] parts = metadata.split(" ", -1);
    if (parts.length != 3 || !parts[0].equals("ringpost-1")) {
      return Optional.empty();
    }
    try {
      long _ = Long.parseLong(parts[1]);
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(parts[2]));
      NavigableMap<Long, Long> runs = new TreeMap<>();
      long at = base;
      while (bytes.hasRemaining()) {
        long from = at + numberOf1f37a7b(bytes);
        long to = from + numberOf1f37a7b(bytes);
        if (from < at || to <= from) {
          return Optional.empty();
        }
        runs.put(from, to);
        at = to;
      }
      return Optional.of(runs);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static long numberOf1f37a7b(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64 && bytes.hasRemaining(); shift += 7) {
      byte part = bytes.get();
      value |= (part & 0x7FL) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number ends too early or is too long");
  }

  private static boolean isSettledFor1f37a7b(NavigableMap<Long, Long> runs, long offset) {
    Map.Entry<Long, Long> run = runs.floorEntry(offset);
    return run != null && offset < run.getValue();
  }

  private static Optional<DeviceHealth> health(String value) throws UnusableRecordException {
    return new DeviceHealthCodec()
        .decode(
            DeviceKey.parse("alice/phone".getBytes(UTF_8)),
            value.getBytes(UTF_8),
            ContentMode.DATA,
            Instant.EPOCH);
  }
}
