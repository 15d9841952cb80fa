package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.testing.Recorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryNoteTest {

  private static final Instant AT = Instant.parse("2026-11-24T10:00:00.123456Z");

  private static List<RecordHeader> whole() {
    return List.of(
        new RecordHeader("traceparent", "00-ab".getBytes(UTF_8)),
        HeaderName.FORMAT.with("1"),
        HeaderName.ORIGIN_TOPIC.with("call-invites"),
        HeaderName.ORIGIN_PARTITION.with("3"),
        HeaderName.ORIGIN_OFFSET.with("1017"),
        HeaderName.ORIGIN_TIMESTAMP.with(AT.toString()),
        HeaderName.DEADLINE.with(AT.plusSeconds(30).toString()),
        HeaderName.ATTEMPT.with("2"),
        HeaderName.DUE.with(AT.plusSeconds(1).toString()),
        HeaderName.ACCEPTED.with("1"),
        HeaderName.DEVICES.with("[\"phone\",\"a,\\\"b\"]"));
  }

  @Test
  void everyHeaderIsRead() throws FlawedInviteException {
    assertThat(RetryNote.read(whole()))
        .isEqualTo(
            new RetryNote(
                new Origin("call-invites", 3, 1017, AT),
                new Deadline(AT.plusSeconds(30)),
                2,
                AT.plusSeconds(1),
                Optional.of(Set.of(new DeviceId("phone"), new DeviceId("a,\"b"))),
                1,
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({"wrong_topic, WRONG_TOPIC", "of_tomorrow, UNKNOWN_REFUSAL"})
  void aMistakeOfAnEarlierTryIsRead(String code, DeadLetterReason reason)
      throws FlawedInviteException {
    List<RecordHeader> headers = new ArrayList<>(whole());
    headers.add(HeaderName.REASON.with(code));
    headers.add(HeaderName.DETAIL.with("words"));
    assertThat(RetryNote.read(headers).mistake()).hasValue(new Flaw(reason, "words"));
  }

  @Test
  void whatTheFirstVersionWroteIsRead() throws FlawedInviteException {
    List<RecordHeader> recorded =
        Recorded.lines("retry-headers-1.txt").stream()
            .map(line -> line.split("=", 2))
            .map(parts -> new RecordHeader(parts[0], parts[1].getBytes(UTF_8)))
            .toList();
    Instant appended = Instant.parse("2026-11-24T10:00:00.250Z");

    assertThat(RetryNote.read(recorded))
        .isEqualTo(
            new RetryNote(
                new Origin("call-invites", 3, 42, appended),
                new Deadline(appended.plusSeconds(30)),
                2,
                appended.plusSeconds(1),
                Optional.of(Set.of(new DeviceId("phone"), new DeviceId("tablet"))),
                1,
                Optional.empty()));
  }

  @Test
  void aNewerWorkersRecordIsReadAsFarAsItIsUnderstood() throws FlawedInviteException {
    List<RecordHeader> headers = without(HeaderName.FORMAT);
    headers.add(HeaderName.FORMAT.with("2"));
    headers.add(new RecordHeader("ringpost-of-tomorrow", "words".getBytes(UTF_8)));

    assertThat(RetryNote.read(headers)).isEqualTo(RetryNote.read(whole()));
  }

  @Test
  void withoutDevicesAllAreToRing() throws FlawedInviteException {
    assertThat(RetryNote.read(without(HeaderName.DEVICES)).devices()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = HeaderName.class,
      names = {"DEVICES", "STAGE", "REASON", "DETAIL", "VALUE_SIZE", "REPLAY_OF"},
      mode = EnumSource.Mode.EXCLUDE)
  void aMissingHeaderIsNamed(HeaderName name) {
    assertThatExceptionOfType(FlawedInviteException.class)
        .isThrownBy(() -> RetryNote.read(without(name)))
        .satisfies(
            e -> {
              assertThat(e.flaw().reason()).isEqualTo(DeadLetterReason.BAD_RETRY_HEADERS);
              assertThat(e.flaw().detail()).startsWith(name.key() + " is missing");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "FORMAT, 0",
    "FORMAT, two",
    "ATTEMPT, 1",
    "ATTEMPT, two",
    "ORIGIN_PARTITION, -1",
    "ORIGIN_OFFSET, ''",
    "ORIGIN_TIMESTAMP, yesterday",
    "DEADLINE, 30",
    "DUE, soon",
    "ACCEPTED, -1",
    "DEVICES, phone",
    "DEVICES, [null]",
    "DEVICES, 'null'",
    "DEVICES, '[\"\"]'",
  })
  void aHeaderThatCannotBeReadIsAFlaw(HeaderName name, String value) {
    List<RecordHeader> headers = without(name);
    headers.add(name.with(value));
    assertThatExceptionOfType(FlawedInviteException.class)
        .isThrownBy(() -> RetryNote.read(headers))
        .satisfies(
            e -> assertThat(e.flaw().reason()).isEqualTo(DeadLetterReason.BAD_RETRY_HEADERS));
  }

  private static List<RecordHeader> without(HeaderName name) {
    List<RecordHeader> headers = new ArrayList<>(whole());
    headers.removeIf(header -> header.key().equals(name.key()));
    return headers;
  }
}
