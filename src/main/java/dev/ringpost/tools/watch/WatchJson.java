package dev.ringpost.tools.watch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.WireTime;
import java.util.Map;

/** The objects of a watch, each on one line. */
public final class WatchJson {

  private static final JsonMapper JSON = new JsonMapper();

  private WatchJson() {}

  /** A verdict. */
  public static String of(SeenVerdict seen) {
    ObjectNode json = JSON.createObjectNode();
    json.put("decidedAt", WireTime.of(seen.at()));
    json.put("invite", seen.invite());
    json.put("call", seen.call());
    json.put("callee", seen.callee());
    json.put("attempt", seen.attempt());
    json.put("final", seen.last());
    json.put("verdict", seen.verdict());
    json.put("suggest", seen.suggest());
    json.put("reason", seen.reason());
    json.put("devices", seen.devices());
    json.put("accepted", seen.accepted());
    seen.millis().ifPresent(millis -> json.put("millis", millis));
    return json.toString();
  }

  /** What was seen. */
  public static String summary(LiveCalls calls) {
    ObjectNode json = JSON.createObjectNode();
    ObjectNode summary = json.putObject("summary");
    summary.put("seconds", calls.watched().toSeconds());
    summary.put("calls", calls.calls());
    counts(summary.putObject("verdicts"), calls.verdicts());
    counts(summary.putObject("phones"), calls.seconds());
    summary.put("open", calls.open());
    summary.put("withoutVerdict", calls.untold());
    return json.toString();
  }

  private static void counts(ObjectNode json, Map<String, Long> counts) {
    counts.forEach(json::put);
  }
}
