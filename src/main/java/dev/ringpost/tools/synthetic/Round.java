package dev.ringpost.tools.synthetic;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.CallId;
import dev.ringpost.telemetry.SyntheticMeters.End;
import dev.ringpost.tools.synthetic.RoundEnd.Accepted;
import dev.ringpost.tools.synthetic.RoundEnd.NoVerdict;
import dev.ringpost.tools.synthetic.RoundEnd.NotMade;
import dev.ringpost.tools.synthetic.RoundEnd.Rang;
import dev.ringpost.tools.synthetic.RoundEnd.Refused;
import dev.ringpost.tools.synthetic.RoundEnd.Silent;
import dev.ringpost.tools.synthetic.RoundEnd.Unheard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One synthetic call that is over.
 *
 * @param call its id, which {@code ringpost trace} takes
 * @param end what came of it
 * @param ringsOn why the phone was not told that the call is over, if it was not
 */
public record Round(CallId call, RoundEnd end, Optional<String> ringsOn) {

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * The meaning of an end, for meters, people and exit codes alike.
   *
   * @param worked whether the call came through
   * @param kafkas whether Kafka is the one to look at
   * @param verdict when the verdict was told that the end rests on
   * @param ringing when a phone told that it rings
   * @param words for people
   */
  public record Meaning(
      End end,
      boolean worked,
      boolean kafkas,
      Optional<Duration> verdict,
      Optional<Duration> ringing,
      String words) {

    private static Meaning worked(
        End end, Duration verdict, Optional<Duration> ringing, String words) {
      return new Meaning(end, true, false, Optional.of(verdict), ringing, words);
    }

    private static Meaning failed(End end, Optional<Duration> verdict, String words) {
      return new Meaning(end, false, false, verdict, Optional.empty(), words);
    }

    private static Meaning ofKafka(End end, String words) {
      return new Meaning(end, false, true, Optional.empty(), Optional.empty(), words);
    }
  }

  /** What the end means. */
  public Meaning meaning() {
    return switch (end) {
      case Rang(Duration verdict, Duration ringing) ->
          Meaning.worked(
              End.RANG,
              verdict,
              Optional.of(ringing),
              "a phone rang after %s; the verdict accepted came after %s"
                  .formatted(millis(ringing), millis(verdict)));
      case Accepted(Duration verdict) ->
          Meaning.worked(
              End.ACCEPTED,
              verdict,
              Optional.empty(),
              "APNs accepted a push, told after %s; whether a phone rang is not asked for"
                  .formatted(millis(verdict)));
      case Silent(Duration verdict) ->
          Meaning.failed(
              End.SILENT,
              Optional.of(verdict),
              "APNs accepted a push, told after %s, but no phone told that it rings"
                  .formatted(millis(verdict)));
      case Refused(Duration verdict, String word, String why) ->
          Meaning.failed(
              End.REFUSED,
              Optional.of(verdict),
              "no phone rang: the verdict is %s%s, told after %s"
                  .formatted(word, why.isEmpty() ? "" : " (" + why + ")", millis(verdict)));
      case NoVerdict(Optional<String> soFar, boolean rang) ->
          Meaning.failed(
              End.NO_VERDICT,
              Optional.empty(),
              "no worker told a final verdict in time"
                  + soFar.map(word -> "; the last one was " + word).orElse("")
                  + (rang ? "; a phone told that it rings all the same" : ""));
      case NotMade(String why) ->
          Meaning.ofKafka(
              End.NOT_MADE, "the call was not made, for Kafka does not take it: " + why);
      case Unheard(String why) ->
          Meaning.ofKafka(
              End.UNHEARD, "the call was made, but Kafka does not give what came of it: " + why);
    };
  }

  /** Lines for people. */
  public List<String> text() {
    Meaning meaning = meaning();
    List<String> lines = new ArrayList<>();
    lines.add((meaning.worked() ? "ok      " : "failed  ") + meaning.words());
    if (!meaning.worked() && !meaning.kafkas()) {
      lines.add("        why: ringpost trace " + call);
    }
    ringsOn.ifPresent(
        why -> lines.add("        the phone was not told that the call is over: " + why));
    return lines;
  }

  /** One object for machines. */
  public String json() {
    Meaning meaning = meaning();
    ObjectNode json = JSON.createObjectNode();
    json.put("worked", meaning.worked());
    json.put("end", meaning.end().word());
    json.put("callId", call.value());
    json.put("words", meaning.words());
    meaning.verdict().ifPresent(after -> json.put("verdictAfterMillis", after.toMillis()));
    meaning.ringing().ifPresent(after -> json.put("ringingAfterMillis", after.toMillis()));
    ringsOn.ifPresent(why -> json.put("ringsOn", why));
    return json.toString();
  }

  private static String millis(Duration time) {
    return time.toMillis() + " ms";
  }
}
