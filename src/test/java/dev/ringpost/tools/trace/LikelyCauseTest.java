package dev.ringpost.tools.trace;

import static dev.ringpost.tools.trace.RecordedCall.DIGEST;
import static dev.ringpost.tools.trace.RecordedCall.OFFSET;
import static dev.ringpost.tools.trace.RecordedCall.device;
import static dev.ringpost.tools.trace.RecordedCall.devices;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.DocPage;
import dev.ringpost.tools.records.GroupStanding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The likely cause of each way that a call can go, and the table of causes in the docs. */
@Timeout(30)
class LikelyCauseTest {

  private static final Duration SOON = Duration.ofMillis(85);
  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final String NO_ANSWER = devices(device("no_answer", ""));
  private static final String ACCEPTED = devices(device("accepted", ",\"status\":200"));

  /** A cause that was found, with its code and words that it must have. */
  record Case(CauseCode code, Cause found, List<String> words) {
    @Override
    public String toString() {
      return code + ": " + words;
    }
  }

  private static Case expected(CauseCode code, Cause found, String... words) {
    return new Case(code, found, List.of(words));
  }

  private static RecordedCall invited() {
    return new RecordedCall().invite();
  }

  static Stream<Case> cases() {
    return Stream.of(accepted(), registrations(), late(), notRung(), untold())
        .flatMap(List::stream);
  }

  private static List<Case> accepted() {
    return List.of(
        expected(
            CauseCode.RANG,
            invited()
                .result(SOON, "accepted", ACCEPTED)
                .signal(A_SECOND, "ringing", ",\"deviceId\":\"iphone-1\"")
                .cause(),
            "iphone-1 told ringing at 2026-11-24T12:00:01.000Z, 915 ms after"),
        expected(
            CauseCode.RANG,
            invited()
                .result(SOON, "accepted", ACCEPTED)
                .result(A_SECOND, "rang", ",\"ringingDevice\":\"iphone-1\"")
                .cause(),
            "iphone-1 told that it rings, as a worker said at"),
        expected(
            CauseCode.ACCEPTED_NOT_RUNG,
            invited().result(SOON, "accepted", ACCEPTED).cause(),
            "APNs accepted the push for iphone-1 (" + DIGEST + ") at 2026-11-24T12:00:00.085Z, and",
            "nothing tells that a phone rang"),
        expected(
            CauseCode.ACCEPTED_LATE,
            invited()
                .result(SOON, 1, false, "retrying", NO_ANSWER)
                .result(A_SECOND, 2, true, "accepted", ACCEPTED)
                .cause(),
            "only with try 2, for before that the push was written, but APNs' answer was lost"),
        expected(
            CauseCode.SILENT,
            invited().result(SOON, "accepted", ACCEPTED).result(A_SECOND, "silent", "").cause(),
            "no device told in time that it rings, as others do",
            "off, without network"),
        expected(
            CauseCode.WRONG_ENVIRONMENT,
            invited()
                .result(
                    SOON, "accepted", devices(device("accepted", ",\"environment\":\"sandbox\"")))
                .cause(),
            "was registered for production, and is one of sandbox: APNs accepted it there"));
  }

  private static List<Case> registrations() {
    String refused = ",\"status\":400,\"reason\":\"BadDeviceToken\",\"environment\":\"sandbox\"";
    String dead =
        ",\"deadDevices\":[{\"deviceId\":\"iphone-1\",\"tokenDigest\":\"0123\","
            + "\"since\":\"2026-11-20T00:00:00.000Z\"}]";
    return List.of(
        expected(
            CauseCode.WRONG_ENVIRONMENT,
            invited()
                .result(SOON, "all_dead", devices(device("bad_device_token", refused)))
                .cause(),
            "was registered for production; APNs refused it in sandbox",
            "(400 BadDeviceToken)"),
        expected(
            CauseCode.DEAD_TOKEN,
            invited()
                .result(SOON, "all_dead", devices(device("token_gone", ",\"status\":410")))
                .cause(),
            "that the token of iphone-1 (" + DIGEST + ") is dead (410)"),
        expected(
            CauseCode.DEAD_TOKEN,
            invited().result(SOON, "all_dead", dead).cause(),
            "Every token of the callee is dead: iphone-1 (0123) since 2026-11-20T00:00:00.000Z"),
        expected(
            CauseCode.NOT_REGISTERED,
            invited().result(SOON, "no_devices", "").cause(),
            "No iPhone of alice was registered at 2026-11-24T12:00:00.085Z,"
                + " or another user registered its token later.",
            "ringpost tokens list"),
        expected(
            CauseCode.NOT_REGISTERED,
            invited().result(SOON, "no_devices", ",\"looked\":{\"otherUser\":0}").cause(),
            "No iPhone of alice was registered at 2026-11-24T12:00:00.085Z."),
        expected(
            CauseCode.OTHER_USER,
            invited()
                .result(
                    SOON, "no_devices", ",\"reason\":\"other_user\",\"looked\":{\"otherUser\":1}")
                .cause(),
            "alice has registered an iPhone, but at 2026-11-24T12:00:00.085Z its token was another"
                + " user's",
            "let the app register there once more"),
        expected(
            CauseCode.OTHER_APP,
            new RecordedCall()
                .invite(Duration.ZERO, ",\"app\":\"com.example.other\"")
                .result(SOON, "no_devices", ",\"reason\":\"other_app\",\"looked\":{\"otherApp\":2}")
                .cause(),
            "alice has 2 devices, but none with the app",
            "com.example.other"),
        expected(
            CauseCode.UNREADABLE_REGISTRATION,
            invited().result(SOON, "no_devices", ",\"reason\":\"unreadable_registration\"").cause(),
            "alice has a registration that cannot be read, and no other",
            "A worker's log names its key"));
  }

  private static List<Case> late() {
    return List.of(
        expected(
            CauseCode.PUBLISHED_LATE,
            new RecordedCall()
                .invite(A_MINUTE, ",\"ringSeconds\":20,\"invitedAt\":\"2026-11-24T12:00:00Z\"")
                .result(A_MINUTE, "expired", "")
                .cause(),
            "appended 60.0 s after it was asked for"),
        expected(
            CauseCode.CLOCK_SKEW,
            new RecordedCall()
                .invite(Duration.ZERO, ",\"expiresAt\":\"2026-11-24T11:59:58.500Z\"")
                .result(SOON, "expired", ",\"reason\":\"clock_skew\"")
                .cause(),
            "its deadline was 2026-11-24T11:59:58.500Z, the record is of 2026-11-24T12:00:00.000Z",
            "The sender's clock is behind"),
        expected(
            CauseCode.HANDLED_LATE,
            invited().result(Duration.ofSeconds(40), "expired", "").cause(),
            "appended at 2026-11-24T12:00:00.000Z and handled 40.0 s later, after its deadline"),
        expected(
            CauseCode.HANDLED_LATE,
            new RecordedCall()
                .invite(Duration.ofSeconds(4), ",\"invitedAt\":\"2026-11-24T12:00:00Z\"")
                .result(Duration.ofSeconds(70), "expired", "")
                .cause(),
            "appended at 2026-11-24T12:00:04.000Z and handled 66.0 s later, after its deadline"),
        expected(
            CauseCode.EXPIRED_TRYING,
            invited()
                .result(SOON, 1, false, "retrying", devices(device("connection", "")))
                .result(Duration.ofSeconds(31), 2, true, "expired", "")
                .cause(),
            "No try succeeded until the deadline: iphone-1",
            "the connection to APNs could not be made, or broke"),
        expected(
            CauseCode.EXPIRED,
            new RecordedCall().result(A_MINUTE, "expired", "").cause(),
            "Its deadline had passed at 2026-11-24T12:01:00.000Z",
            "--around"));
  }

  private static List<Case> notRung() {
    String flood = ",\"reason\":\"flood\",\"detail\":\"the callee had more than may ring\"";
    return List.of(
        expected(
            CauseCode.ENDED_EARLY,
            invited().signal(A_SECOND.negated(), "cancelled", "").result(SOON, "ended", "").cause(),
            "The call was cancelled at 2026-11-24T11:59:59.000Z, before a phone could ring",
            "the invite is of 2026-11-24T12:00:00.000Z"),
        expected(
            CauseCode.NOT_NEEDED,
            invited().result(SOON, "not_needed", "").cause(),
            "every device is in excludeDevices or rings already"),
        expected(
            CauseCode.DUPLICATE,
            invited().result(SOON, "duplicate", "").cause(),
            "It repeats an invite with the same callId and callee"),
        expected(
            CauseCode.FLOOD,
            invited().result(SOON, "failed", flood).cause(),
            "the callee had more than may ring",
            "ring.max-per-callee"),
        expected(
            CauseCode.VIEW_BEHIND,
            invited().result(SOON, "failed", ",\"reason\":\"view_behind\"").cause(),
            "The worker could not say who is registered",
            "Look at the lag of views"),
        expected(
            CauseCode.RETRY_NOT_STORED,
            invited()
                .result(SOON, "failed", ",\"reason\":\"retry_not_stored\"" + NO_ANSWER)
                .cause(),
            "Try 1 did not succeed: the push was written",
            "(iphone-1), and Kafka will never accept the record of the next try",
            "max.message.bytes"),
        expected(
            CauseCode.FAILED,
            invited().result(SOON, "failed", "").cause(),
            "It could not be rung, and no reason is told."),
        expected(
            CauseCode.RETRYING,
            invited().result(SOON, 1, false, "retrying", NO_ANSWER).cause(),
            "It is being tried; try 1 did not succeed: ",
            "(iphone-1)"),
        expected(
            CauseCode.RETRY_LOST_SIGHT_OF,
            invited().result(SOON, 1, false, "retrying", NO_ANSWER).causeRead(A_MINUTE),
            "Try 1 did not succeed: ",
            "and no result followed",
            "workers read the retry topics"),
        expected(
            CauseCode.UNKNOWN_VERDICT,
            invited().result(SOON, "of_tomorrow", "").cause(),
            "The verdict is of_tomorrow, which this version does not know"));
  }

  private static List<Case> untold() {
    Optional<String> nobody = Optional.empty();
    Optional<String> worker = Optional.of("ringpost-7 at 10.0.0.7");
    return List.of(
        expected(
            CauseCode.NO_OWNER,
            invited().cause(new GroupStanding(0, nobody, OptionalLong.empty())),
            "The invite stands at call-invites-3@1017 since 2026-11-24T12:00:00.000Z and",
            "nobody reads it: the group has no members"),
        expected(
            CauseCode.NO_OWNER,
            invited().cause(new GroupStanding(2, nobody, OptionalLong.empty())),
            "nobody owns its partition: the group has 2 members and is being shared out"),
        expected(
            CauseCode.NOT_HANDLED_YET,
            invited().cause(new GroupStanding(1, worker, OptionalLong.of(OFFSET))),
            "ringpost-7 at 10.0.0.7 owns the partition and has committed offset 1017"),
        expected(
            CauseCode.NOT_HANDLED_YET,
            invited().cause(new GroupStanding(1, worker, OptionalLong.empty())),
            "and has committed nothing"),
        expected(
            CauseCode.RESULT_NOT_SEEN,
            invited().cause(new GroupStanding(1, worker, OptionalLong.of(OFFSET + 1))),
            "its offset is committed, so it was handled, but no result is there"),
        expected(
            CauseCode.RESULT_NOT_SEEN,
            invited().cause(new GroupStanding(0, nobody, OptionalLong.of(OFFSET + 1))),
            "its offset is committed, so it was handled, but no result is there"),
        expected(
            CauseCode.NO_VERDICT,
            invited().cause(),
            "No worker has told anything about the invite of 2026-11-24T12:00:00.000Z"),
        expected(
            CauseCode.NO_INVITE,
            new RecordedCall().signal(SOON, "ended", "").report().unseen(),
            "signals of this call, but no invite stands in that stretch"),
        expected(
            CauseCode.NOT_SEEN,
            new RecordedCall().report().unseen(),
            "No record of this call stands in that stretch of time",
            "--around and --window"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aCauseHasItsCodeAndItsWords(Case example) {
    assertThat(example.found().code()).isEqualTo(example.code().wire());
    assertThat(example.found().words() + " " + example.found().fix()).contains(example.words());
  }

  @Test
  void everyCauseHasACase() {
    assertThat(cases().map(Case::code).collect(Collectors.toSet()))
        .isEqualTo(EnumSet.allOf(CauseCode.class));
  }

  @Test
  void theTableInTheDocsHasEveryCauseAndNoOther() throws IOException {
    List<String> rows = DocPage.of(Path.of("docs", "tools.md")).table("causes");

    assertThat(rows.stream().flatMap(row -> DocPage.quotedIn(row.split("\\|", -1)[1]).stream()))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(CauseCode.values()).map(CauseCode::wire).toList());
  }

  @Test
  void noCauseHasACodeOfItsOwnBesideThese() throws IOException {
    Path room = Path.of("src", "main", "java", "dev", "ringpost", "tools", "trace");
    try (Stream<Path> files = Files.list(room)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContainPattern("new Cause\\(\\s*\"");
      }
    }
  }

  /** The other codes are words of events, each with a table of its own. */
  @Test
  void anOutcomeOrAReasonIsACodeToo() {
    String answer = ",\"status\":403,\"reason\":\"InvalidProviderToken\"";
    String refused = ",\"reason\":\"credential\"" + devices(device("credential", answer));
    Cause credential = invited().result(SOON, "failed", refused).cause();
    assertThat(credential.code()).isEqualTo("credential");
    assertThat(credential.words())
        .contains("APNs does not believe the key", "(403 InvalidProviderToken, production)");
    assertThat(new RecordedCall().flawedInvite().cause().code()).isEqualTo("invalid_field");
  }
}
