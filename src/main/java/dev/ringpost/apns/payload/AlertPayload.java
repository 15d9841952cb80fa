package dev.ringpost.apns.payload;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Caller;
import dev.ringpost.call.Device;
import dev.ringpost.call.Media;
import dev.ringpost.call.WireTime;

/**
 * The writer of the notification of a missed call. The caller is named only where the payload of a
 * call would name them. Safe for many threads.
 */
public final class AlertPayload {

  /** Apple's bound on the payload of a push that is not VoIP, in bytes. */
  public static final int MAX_BYTES = 4096;

  /** The object's name where the app's calls have a shape of their own. */
  private static final String CALL = "call";

  private static final JsonMapper JSON = new JsonMapper();

  private final AlertSettings words;
  private final CallerShown shown;
  private final String key;

  public AlertPayload(AlertSettings words, PayloadSettings calls) {
    this.words = words;
    this.shown = calls.caller();
    this.key =
        switch (calls.shape()) {
          case PayloadShape.Own(String own) -> own;
          case PayloadShape.Template _ -> CALL;
        };
  }

  /** The notification as JSON, whatever its size. */
  public String render(CallInvite missed, Device device) {
    boolean named = shown == CallerShown.FULL && device.sealTo().isEmpty();
    ObjectNode payload = JSON.createObjectNode();
    ObjectNode aps = payload.putObject(VoipPayload.APS);
    ObjectNode alert = aps.putObject("alert");
    words.titleLocKey().ifPresent(title -> alert.put("title-loc-key", title));
    alert.put("loc-key", named ? words.locKey() : words.locKeyNoCaller());
    if (named) {
      Caller caller = missed.caller();
      alert.putArray("loc-args").add(caller.name().orElse(caller.uri()));
    }
    words.sound().ifPresent(sound -> aps.put("sound", sound));
    call(payload.putObject(key), missed, named);
    return payload.toString();
  }

  private static void call(ObjectNode call, CallInvite missed, boolean named) {
    call.put("id", missed.callId().value());
    call.put("uuid", missed.callUuid().toString());
    if (named) {
      ObjectNode caller = call.putObject("caller").put("uri", missed.caller().uri());
      missed.caller().name().ifPresent(name -> caller.put("name", name));
    }
    call.put("video", missed.media() == Media.VIDEO);
    call.put("invitedAt", WireTime.of(missed.invitedAt()));
  }
}
