package dev.ringpost.tools.apple;

import dev.ringpost.call.WireTime;
import dev.ringpost.tools.apple.AppMetrics.Failed;
import dev.ringpost.tools.apple.AppMetrics.NotAsked;
import dev.ringpost.tools.apple.AppMetrics.Told;
import dev.ringpost.tools.apple.AppleReport.Counted;
import dev.ringpost.tools.apple.AppleReport.OwnCount;
import dev.ringpost.tools.apple.AppleReport.Uncounted;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** The report in words. */
record AppleText(Days days, Instant now, OwnCount own) {

  List<String> of(List<AppMetrics> apps) {
    List<String> text = new ArrayList<>();
    for (AppMetrics app : apps) {
      switch (app.found()) {
        case Told told -> {
          told(text, app, told);
          text.add(TokenEnd.words(app.tokenEndsOn(), now));
        }
        case Failed(_, String words) -> {
          text.add(app.app() + ": not counted. " + words + ".");
          text.add(TokenEnd.words(app.tokenEndsOn(), now));
        }
        case NotAsked() ->
            text.add(
                app.app() + ": not asked, for no file of its name is in the folder of tokens.");
      }
      text.add("");
    }
    if (own instanceof Uncounted(String words)) {
      text.add("What was accepted here is not known: " + words + ".");
    }
    text.add(
        "Apple rounds, counts pushes of every sender to the app, and tells stored and delivered"
            + " later as two. Accepted here: in production, by the results of these workers.");
    return text;
  }

  private void told(List<String> text, AppMetrics app, Told told) {
    List<MetricsRow> voip = told.voip();
    List<String> others = told.otherTypes();
    text.add(
        app.app()
            + ": pushes of the type voip, "
            + days.first()
            + " to "
            + days.last()
            + ", days in UTC");
    if (voip.isEmpty()) {
      text.add(
          "Apple's export has no rows of the push type voip. "
              + (others.isEmpty()
                  ? "It has no rows at all."
                  : "It has rows of: " + String.join(", ", others) + "."));
    }
    for (LocalDate day : days.all()) {
      day(text, app, day, voip.stream().filter(it -> it.day().equals(day.toString())).toList());
    }
    List<MetricsRow> elsewhere =
        voip.stream()
            .filter(it -> days.all().stream().noneMatch(day -> it.day().equals(day.toString())))
            .toList();
    if (!elsewhere.isEmpty()) {
      text.add("  other dates");
      elsewhere.forEach(it -> text.add(line(it.count(), it.date() + "  " + it.status())));
    }
    if (!voip.isEmpty() && !others.isEmpty()) {
      text.add("Rows of other types are not shown: " + String.join(", ", others) + ".");
    }
  }

  private void day(List<String> text, AppMetrics app, LocalDate day, List<MetricsRow> rows) {
    text.add("  " + day);
    rows.forEach(row -> text.add(line(row.count(), row.status())));
    if (own instanceof Counted(AcceptedPushes pushes)) {
      long count = pushes.of(app.app().value(), day);
      switch (pushes.known(day)) {
        case ALL -> text.add(line(count, "accepted here"));
        case PART ->
            text.add(
                line(
                    count,
                    "accepted here from "
                        + WireTime.of(pushes.heldSince())
                        + " on; older results are deleted"));
        case NOTHING -> text.add(line("?", "accepted here; the results are deleted"));
      }
    }
  }

  private static String line(long count, String words) {
    return line(String.valueOf(count), words);
  }

  private static String line(String count, String words) {
    return String.format("%12s  %s", count, words);
  }
}
