package dev.ringpost.tools.trace;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.WireTime;
import dev.ringpost.tools.trace.Sighting.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The facts that Apple's support asks for first, of each push of a call. */
public final class SupportFacts {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String PUSH_TYPE = "voip";
  private static final int PRIORITY = 10;

  /** A push to one device in one try at an invite, written once or again with the same id. */
  private record WrittenPush(InviteTrace invite, Told told, DeviceEnd end, PushedToken token) {

    WrittenPush with(PushedToken other) {
      return new WrittenPush(invite, told, end, other);
    }

    /**
     * It was not sent before, unless a former delivery sent it: all were ordered at once, and the
     * verdict waited for the slowest answer.
     */
    Instant earliest() {
      long slowest = told.devices().stream().mapToLong(DeviceEnd::millis).max().orElse(0);
      return told.at().minusMillis(slowest);
    }

    /** It was not sent later. */
    Instant latest() {
      return told.at();
    }

    String topic() {
      return end.app() + ".voip";
    }
  }

  private final List<WrittenPush> pushes;

  private SupportFacts(List<WrittenPush> pushes) {
    this.pushes = List.copyOf(pushes);
  }

  static SupportFacts of(List<InviteTrace> invites) {
    List<WrittenPush> pushes = new ArrayList<>();
    for (InviteTrace invite : invites) {
      for (Told told : invite.told()) {
        told.devices().stream()
            .filter(end -> end.tries() > 0)
            .map(end -> new WrittenPush(invite, told, end, new PushedToken.Unasked()))
            .forEach(pushes::add);
      }
    }
    return new SupportFacts(pushes);
  }

  /** The users whose devices were pushed, as far as their invites were read. */
  public Set<UserId> users() {
    return pushes.stream()
        .flatMap(push -> push.invite().user().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The same facts with the tokens that were pushed, as far as they are still registered.
   *
   * @param registered the devices that {@link #users} have now
   */
  public SupportFacts revealing(Map<UserId, List<Device>> registered) {
    return new SupportFacts(
        pushes.stream()
            .map(push -> push.with(PushedToken.of(push.invite(), push.end(), registered)))
            .toList());
  }

  /** For a person. */
  public List<String> text() {
    List<String> text = new ArrayList<>();
    for (WrittenPush push : pushes) {
      if (!text.isEmpty()) {
        text.add("");
      }
      text(text, push);
    }
    if (text.isEmpty()) {
      text.add("No push of this call was written to APNs in that stretch of time.");
    }
    return text;
  }

  private static void text(List<String> text, WrittenPush push) {
    DeviceEnd end = push.end();
    text.add("apns-id:         " + end.apnsId());
    text.add(
        "sent:            between "
            + WireTime.of(push.earliest())
            + " and "
            + WireTime.of(push.latest())
            + " (UTC)"
            + (end.tries() > 1 ? ", " + end.tries() + " times with the same apns-id" : ""));
    text.add("answer:          " + end.answer().orElse("none (" + end.outcome() + ")"));
    text.add("apns-topic:      " + push.topic());
    text.add("bundle id:       " + end.app());
    text.add("apns-push-type:  " + PUSH_TYPE + ", priority " + PRIORITY);
    push.invite().expiresAt().ifPresent(it -> text.add("expiration:      " + expiration(it)));
    text.add("environment:     " + end.pushed());
    text.add("token, SHA-256:  " + end.digest() + "... (first 12 digits)");
    switch (push.token()) {
      case PushedToken.Unasked() -> {}
      case PushedToken.Registered(VoipToken token) -> text.add("token:           " + token.hex());
      case PushedToken.NotKnown(String why) -> text.add("token:           not shown: " + why);
    }
  }

  private static String expiration(Instant deadline) {
    return deadline.getEpochSecond()
        + ", "
        + WireTime.of(deadline)
        + "; 0 if apns.expiration is zero";
  }

  /** For machines: an array of objects. */
  public String json() {
    ArrayNode array = JSON.createArrayNode();
    pushes.forEach(push -> json(array.addObject(), push));
    return array.toString();
  }

  private static void json(ObjectNode json, WrittenPush push) {
    DeviceEnd end = push.end();
    json.put("invite", push.invite().invite().toString());
    json.put("apnsId", end.apnsId());
    json.put("sentAfter", WireTime.of(push.earliest()));
    json.put("sentBefore", WireTime.of(push.latest()));
    json.put("tries", end.tries());
    json.put("outcome", end.outcome());
    end.status().ifPresent(it -> json.put("status", it));
    if (!end.reason().isEmpty()) {
      json.put("reason", end.reason());
    }
    json.put("apnsTopic", push.topic());
    json.put("bundleId", end.app());
    json.put("pushType", PUSH_TYPE);
    json.put("priority", PRIORITY);
    push.invite().expiresAt().ifPresent(it -> json.put("expiresAt", WireTime.of(it)));
    json.put("environment", end.pushed());
    json.put("tokenDigest", end.digest());
    switch (push.token()) {
      case PushedToken.Unasked() -> {}
      case PushedToken.Registered(VoipToken token) -> json.put("token", token.hex());
      case PushedToken.NotKnown(String why) -> json.put("tokenNotShown", why);
    }
  }
}
