package dev.ringpost.apns;

import static java.util.Comparator.comparingInt;

import dev.ringpost.apns.wire.ReasonRow;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.testing.GeneratedSection;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on Apple's answers, compared with what the code does. */
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
                    "| status | reason | meaning | fault | outcome | tried again | token |"
                        + " connection | breaker | why |\n"
                        + "|---|---|---|---|---|---|---|---|---|---|\n",
                    ""));

    new GeneratedSection(Path.of("docs", "apns.md"), "answers").isUpToDateWith(table);
  }

  private static String row(ApnsResponse answer) {
    ReasonRow row = ReasonTable.row(answer);
    PushOutcome outcome = row.outcome();
    return "| %s | %s | %s | %s | `%s` | %s | %s | %s | %s | %s |%n"
        .formatted(
            status(answer),
            reason(answer),
            row.meaning(),
            row.fault().word(),
            outcome.code(),
            triedAgain(answer, outcome),
            outcome instanceof Unregistered ? "forgotten" : "kept",
            switch (row.connection()) {
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
            row.why());
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
    if (ReasonTable.ofToken(answer) == ReasonTable.TokenWord.UNKNOWN) {
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
}
