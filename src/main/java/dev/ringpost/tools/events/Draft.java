package dev.ringpost.tools.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.WireTime;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.InviteListener;
import dev.ringpost.events.SignalCodec;
import dev.ringpost.events.SignalType;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.events.UnusableRecordException;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.tools.records.RecordWriter;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An event that is written by hand. It was read as a worker reads it before it is published, so
 * that nothing malformed comes from here.
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record Draft(String topic, byte[] key, byte[] value) {

  private static final JsonMapper JSON = new JsonMapper();

  /** The exception where a worker would not accept the event; its message names the field. */
  public static final class MalformedDraftException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedDraftException(String words) {
      super(words);
    }
  }

  /**
   * The content of an invite.
   *
   * @param call its id
   * @param app the only app whose devices ring, if any
   * @param mark the name of a field for the app, which is true, if any
   */
  public record Invite(
      CallId call,
      UserId callee,
      String callerUri,
      Optional<String> callerName,
      boolean video,
      Optional<BundleId> app,
      Duration ring,
      Optional<String> mark) {}

  /** An invite, asked for now. */
  public static Draft invite(RingpostConfig config, Invite invite, Instant now)
      throws MalformedDraftException {
    ObjectNode json = JSON.createObjectNode();
    json.put("callId", invite.call().value());
    json.put("callee", invite.callee().value());
    ObjectNode caller = json.putObject("caller");
    caller.put("uri", invite.callerUri());
    invite.callerName().ifPresent(name -> caller.put("name", name));
    json.put("media", invite.video() ? "video" : "audio");
    invite.app().ifPresent(app -> json.put("app", app.value()));
    json.put("ringSeconds", invite.ring().toMillis() / 1000.0);
    json.put("invitedAt", WireTime.of(now));
    invite.mark().ifPresent(name -> json.putObject("custom").put(name, true));
    var draft =
        new Draft(config.topics().invites(), invite.callee().value().getBytes(UTF_8), bytes(json));
    var decoder = new InviteDecoder(new RoomSettings(config).ring(), InviteListener.UNHEARD);
    var envelope =
        new Envelope(new Origin(draft.topic(), 0, 0, now), draft.key(), draft.value(), List.of());
    if (decoder.decode(envelope, now) instanceof Arrival.Malformed(_, Flaw flaw, _)) {
      throw new MalformedDraftException(flaw.detail());
    }
    return draft;
  }

  /** A signal, of something that happens now. */
  public static Draft signal(
      RingpostConfig config,
      CallId call,
      SignalType type,
      Optional<UserId> callee,
      Optional<DeviceId> device,
      Instant now)
      throws MalformedDraftException {
    ObjectNode json = JSON.createObjectNode();
    json.put("callId", call.value());
    callee.ifPresent(user -> json.put("callee", user.value()));
    json.put("type", type.wire());
    device.ifPresent(id -> json.put("deviceId", id.value()));
    json.put("at", WireTime.of(now));
    byte[] value = bytes(json);
    try {
      var _ = SignalCodec.decode(value, ContentMode.DATA, now);
    } catch (UnusableRecordException e) {
      throw new MalformedDraftException(e.unusable().detail());
    }
    return new Draft(config.topics().signals(), call.value().getBytes(UTF_8), value);
  }

  /** A registration, of now. */
  public static Draft registration(
      RingpostConfig config,
      DeviceKey key,
      VoipToken token,
      BundleId app,
      Environment environment,
      Instant now)
      throws MalformedDraftException {
    ObjectNode json = JSON.createObjectNode();
    json.put("token", token.hex());
    json.put("environment", environment.wire());
    json.put("bundleId", app.value());
    json.put("registeredAt", WireTime.of(now));
    byte[] value = bytes(json);
    return switch (ViewRecord.read(key.bytes(), value, ContentMode.DATA, now, new TokenCodec())) {
      case ViewRecord.Entry<?> _, ViewRecord.Removed<?> _ ->
          new Draft(config.topics().tokens(), key.bytes(), value);
      case ViewRecord.UnusableValue<?>(_, var why) ->
          throw new MalformedDraftException(why.detail());
      case ViewRecord.MalformedKey<?>(var why) -> throw new MalformedDraftException(why.detail());
    };
  }

  /** The removal of a registration. */
  public static Draft removal(RingpostConfig config, DeviceKey key) {
    return new Draft(
        config.topics().tokens(),
        key.bytes(),
        bytes(JSON.createObjectNode().put(ViewRecord.REMOVED, true)));
  }

  /**
   * Publishes it.
   *
   * @return where it stands
   * @throws UnreadableTopicsException if Kafka does not store it in time
   */
  public Origin publish(RingpostConfig config) throws UnreadableTopicsException {
    try (var writer = new RecordWriter(config.kafka().clientProperties())) {
      return writer.write(topic, key, value);
    }
  }

  /** The event's id of its call, as it was made. */
  public String callId() {
    try {
      return JSON.readTree(value).path("callId").asText();
    } catch (IOException e) {
      throw new UncheckedIOException("our own JSON", e);
    }
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(UTF_8);
  }
}
