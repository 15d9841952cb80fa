package dev.ringpost.tools.apple;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.WireTime;
import dev.ringpost.tools.apple.AppMetrics.Failed;
import dev.ringpost.tools.apple.AppMetrics.NotAsked;
import dev.ringpost.tools.apple.AppMetrics.Told;
import dev.ringpost.tools.apple.AppleReport.Counted;
import dev.ringpost.tools.apple.AppleReport.OwnCount;
import dev.ringpost.tools.apple.AppleReport.Uncounted;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** The report as one object. */
final class AppleJson {

  private AppleJson() {}

  static String of(Days days, Instant now, OwnCount own, List<AppMetrics> apps) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("from", days.first().toString());
    json.put("to", days.last().toString());
    switch (own) {
      case Uncounted(String words) -> json.put("acceptedError", words);
      case Counted(AcceptedPushes pushes) -> {
        if (pushes.heldSince().isAfter(Instant.EPOCH)) {
          json.put("resultsHeldSince", WireTime.of(pushes.heldSince()));
        }
      }
    }
    ArrayNode array = json.putArray("apps");
    for (AppMetrics app : apps) {
      app(array.addObject(), app, days, now, own);
    }
    return json.toString();
  }

  private static void app(ObjectNode json, AppMetrics app, Days days, Instant now, OwnCount own) {
    json.put("app", app.app().value());
    app.tokenEndsOn()
        .ifPresent(
            day -> {
              json.put("tokenEndsOn", day.toString());
              json.put("tokenDaysLeft", TokenEnd.daysLeft(day, now));
            });
    switch (app.found()) {
      case NotAsked() -> json.put("asked", false);
      case Failed(boolean tokenRefused, String words) -> {
        json.put("asked", true);
        json.put("tokenRefused", tokenRefused);
        json.put("error", words);
      }
      case Told told -> {
        json.put("asked", true);
        json.put("hasVoipRows", !told.voip().isEmpty());
        ArrayNode rows = json.putArray("rows");
        for (MetricsRow row : told.rows()) {
          rows.addObject()
              .put("pushType", row.pushType())
              .put("status", row.status())
              .put("date", row.date())
              .put("count", row.count());
        }
      }
    }
    if (own instanceof Counted(AcceptedPushes pushes)) {
      ArrayNode accepted = json.putArray("accepted");
      for (LocalDate day : days.all()) {
        accepted
            .addObject()
            .put("date", day.toString())
            .put("count", pushes.of(app.app().value(), day))
            .put("known", pushes.known(day).name().toLowerCase(Locale.ROOT));
      }
    }
  }
}
