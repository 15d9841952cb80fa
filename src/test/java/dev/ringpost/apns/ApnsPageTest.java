package dev.ringpost.apns;

import static java.util.Comparator.comparingInt;

import dev.ringpost.apns.diagnosis.AnswerWords;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.testing.MadeSection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on Apple's answers says what the code does. */
class ApnsPageTest {

  /** A word that Apple has not documented. */
  private static final String ANY = "NewReason";

  private static final List<ApnsResponse> UNDOCUMENTED =
      List.of(
          new ApnsResponse(400, ANY),
          new ApnsResponse(403, ""),
          new ApnsResponse(403, ANY),
          new ApnsResponse(404, ANY),
          new ApnsResponse(405, ANY),
          new ApnsResponse(410, ANY),
          new ApnsResponse(413, ANY),
          new ApnsResponse(429, ANY),
          new ApnsResponse(500, ANY));

  private static final Map<String, String> WHY =
      Map.of(
          "IdleTimeout",
          "It is the connection's fault, and another one is at hand.",
          "ExpiredProviderToken",
          "All connections show one token, which is signed anew then if it is older than 20"
              + " minutes. If it is not, the clock is wrong.",
          "UnrelatedKeyIdInToken",
          "A connection belongs to the key that it began with; a new one begins anew.",
          "TooManyProviderTokenUpdates",
          "Apple counts them by connection, and may leave pushes on this one unanswered for more"
              + " than an hour.",
          "Shutdown",
          "That server goes; a new connection leads to another one.");

  @Test
  void everyAnswerIsThereAsTheCodeTakesIt() throws Exception {
    String table =
        Stream.concat(
                ReasonTable.answers().stream()
                    .sorted(comparingInt(ApnsResponse::status).thenComparing(ApnsResponse::reason)),
                UNDOCUMENTED.stream())
            .map(ApnsPageTest::row)
            .collect(
                Collectors.joining(
                    "",
                    "| status | reason | meaning | outcome | tried again | token | connection |"
                        + " breaker | why |\n"
                        + "|---|---|---|---|---|---|---|---|---|\n",
                    ""));

    new MadeSection(Path.of("docs", "apns.md"), "answers").isUpToDateWith(table);
  }

  private static String row(ApnsResponse answer) {
    PushOutcome outcome = ReasonTable.outcome(answer, Optional.empty());
    return "| %s | %s | %s | `%s` | %s | %s | %s | %s | %s |%n"
        .formatted(
            status(answer),
            reason(answer),
            AnswerWords.of(answer).meaning(),
            outcome.code(),
            triedAgain(answer, outcome),
            outcome instanceof Unregistered ? "forgotten" : "kept",
            switch (ReasonTable.ofConnection(answer)) {
              case SPENT -> "replaced";
              case FOREIGN -> "replaced once another is up";
              case TROUBLE -> "replaced if it goes on while others serve";
              case REFUSED -> "renewed if the canary is allowed";
              case WELL, NOTHING -> "stays";
            },
            switch (RouteBreaker.sign(outcome)) {
              case ALIVE -> "for";
              case DEAD -> "against";
              case NONE -> "–";
            },
            why(answer, outcome));
  }

  private static String status(ApnsResponse answer) {
    return answer.reason().equals(ANY)
        ? switch (answer.status()) {
          case 400 -> "other 4xx";
          case 500 -> "other 5xx";
          default -> String.valueOf(answer.status());
        }
        : String.valueOf(answer.status());
  }

  private static String reason(ApnsResponse answer) {
    if (answer.accepted()) {
      return "";
    }
    return switch (answer.reason()) {
      case "" -> "lost on the way";
      case ANY -> answer.status() == 403 ? "any other" : "any other, or lost";
      default -> "`" + answer.reason() + "`";
    };
  }

  private static String triedAgain(ApnsResponse answer, PushOutcome outcome) {
    if (ReasonTable.namesNoToken(answer)) {
      return "other environment, at once";
    }
    if (ReasonTable.spoilsConnection(answer)) {
      return "another connection, at once; then retry topic";
    }
    if (ReasonTable.ofConnection(answer) == ReasonTable.OfConnection.TROUBLE) {
      return "another connection, at once, unless that one failed too; then retry topic";
    }
    return outcome instanceof TryAgain ? "retry topic" : "no";
  }

  private static String why(ApnsResponse answer, PushOutcome outcome) {
    String own = WHY.get(answer.reason());
    if (own != null) {
      return own;
    }
    return switch (outcome) {
      case Accepted _ -> "Accepted is not delivered: Apple tells nobody whether a phone rang.";
      case Unregistered _ ->
          "By the status alone, for the reason may get lost. Not if the device has registered"
              + " since, and not while the fuse is blown.";
      case TryAgain again ->
          switch (again.cause()) {
            case CREDENTIAL ->
                ReasonTable.spoilsConnection(answer)
                    ? "It may be the expired provider token, which Pushy renews only if it can read"
                        + " that word."
                    : "The files may be mended while the call still rings; until then the breaker"
                        + " keeps calls from waiting here.";
            case THROTTLED -> "Another connection would not help: what APNs asks for is a pause.";
            case SERVER ->
                "Apple asks for 15 minutes, which no call lives for. It may be the trouble of one"
                    + " server, so another connection is asked once; then the seconds of the retry"
                    + " topics, and the breaker in place of a storm.";
            case NO_ANSWER, CONNECTION, BUSY, ROUTE_DOWN, SERVER_DOWN, LEAVING ->
                throw new IllegalStateException(answer + " needs a reason of its own");
          };
      case Refused(RejectionReason refusal, String _) ->
          switch (refusal) {
            case BAD_DEVICE_TOKEN ->
                "Nearly always a token of the other environment. Not forgotten: one mix-up of"
                    + " environments would call every phone dead.";
            case WRONG_TOPIC ->
                "App, credential and registration do not go together, which a person must mend; the"
                    + " dead letter says so.";
            case BAD_REQUEST, PAYLOAD_TOO_LARGE ->
                "The same push would get the same answer; the dead letter says what to mend.";
            case UNKNOWN, NO_ROUTE ->
                "Not known, so not repeated: Apple slows down connections with many errors.";
          };
      case NotSent _ -> throw new IllegalStateException(answer + " is no answer");
    };
  }
}
