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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * During an update two versions share the groups and the topics, so this one reads what the one
 * before has written. These are texts of version 0.1.0, letter by letter; they do not change with
 * the code.
 */
class VersionBeforeTest {

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

  private static Optional<DeviceHealth> health(String value) throws UnusableRecordException {
    return new DeviceHealthCodec()
        .decode(
            DeviceKey.parse("alice/phone".getBytes(UTF_8)),
            value.getBytes(UTF_8),
            ContentMode.DATA,
            Instant.EPOCH);
  }
}
