package dev.ringpost.testing.clients;

import dev.ringpost.testing.CallPlatform;
import java.util.ArrayList;
import java.util.List;

/**
 * A record on the topic of invites that is no invite, and what the docs promise for it.
 *
 * @param reason of its dead letter
 * @param serverIsTold whether a result says {@code failed}
 */
public record WrongInvite(ForeignRecord record, String reason, boolean serverIsTold) {

  private static final String CALLER = "\"caller\":{\"uri\":\"sip:bob@example.com\"}";

  /** One of each kind, under keys that begin with a name. */
  public static List<WrongInvite> all(String name) {
    List<WrongInvite> wrongs = new ArrayList<>();
    wrongs.add(wrong(name, "cut-off", "{\"callId\":\"%s\",\"callee\":", "not_json", true));
    wrongs.add(wrong(name, "in-a-string", "\"{\\\"callId\\\":\\\"%s\\\"}\"", "not_json", false));
    wrongs.add(wrong(name, "an-array", "[{\"callId\":\"%s\"}]", "not_json", false));
    wrongs.add(wrong(name, "number", "{\"callId\":\"%s\",\"callee\":7}", "invalid_field", true));
    wrongs.add(wrong(name, "nobody", "{\"callId\":\"%s\"," + CALLER + "}", "missing_field", true));
    wrongs.add(
        wrong(
            name,
            "negative",
            "{\"callId\":\"%s\",\"callee\":\"x\"," + CALLER + ",\"ringSeconds\":-3}",
            "invalid_field",
            true));
    wrongs.add(
        wrong(
            name,
            "large",
            "{\"callId\":\"%s\",\"custom\":{\"x\":\"" + "x".repeat(66_000) + "\"}}",
            "invite_too_large",
            true));
    String none = name + "-null";
    wrongs.add(
        new WrongInvite(ForeignRecord.tombstone(CallPlatform.INVITES, none), "empty", false));
    return wrongs;
  }

  private static WrongInvite wrong(
      String name, String which, String value, String reason, boolean serverIsTold) {
    String call = name + "-" + which;
    return new WrongInvite(
        ForeignRecord.of(CallPlatform.INVITES, call, value.replace("%s", call)),
        reason,
        serverIsTold);
  }
}
