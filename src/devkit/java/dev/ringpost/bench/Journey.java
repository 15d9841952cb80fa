package dev.ringpost.bench;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The steps that every style of the journey takes: decode, look up, build, send, decide. Who calls
 * them, and on which thread, is the style.
 */
final class Journey {

  /** An invite as the topic has it. */
  record Invite(
      String callId, UUID callUuid, String callee, Caller caller, String media, String invitedAt) {}

  record Caller(String uri, String name) {}

  record Device(String id, String token) {}

  /** The payload that the phone gets. */
  record Payload(Map<String, String> aps, Call call) {}

  record Call(
      String id,
      UUID uuid,
      Caller caller,
      boolean video,
      String invitedAt,
      long expiresAt,
      String device) {}

  /** One device's outcome. */
  record Report(Device device, boolean accepted) {}

  private static final int USERS = 1000;
  private static final int MAX_DEVICES = 3;
  private static final JsonMapper JSON = new JsonMapper();

  private final ApnsClient client;
  private final Instant deadline = Instant.parse("2030-01-01T00:00:30Z");
  private final Map<String, List<Device>> directory = new HashMap<>();
  private final List<byte[]> records = new ArrayList<>();

  Journey(ApnsClient client) {
    this.client = client;
    for (int user = 0; user < USERS; user++) {
      List<Device> devices = new ArrayList<>();
      for (int device = 0; device <= user % MAX_DEVICES; device++) {
        devices.add(new Device("phone-" + device, "%032x%032x".formatted(user, device)));
      }
      directory.put("user-" + user, List.copyOf(devices));
      records.add(record(user));
    }
  }

  private static byte[] record(int user) {
    var invite =
        new Invite(
            "a84b4c76e66710-%d@pbx.example.com".formatted(user),
            new UUID(7, user),
            "user-" + user,
            new Caller("sip:bob@example.com;transport=tls", "Bob Babbage, Department of Engines"),
            "audio",
            "2026-11-24T10:00:00.000Z");
    try {
      return JSON.writeValueAsBytes(invite);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The record at an offset of an endless partition. */
  byte[] recordAt(int offset) {
    return records.get(offset % USERS);
  }

  /** How many devices the record at an offset rings. */
  static int devicesAt(int offset) {
    return offset % USERS % MAX_DEVICES + 1;
  }

  Invite decode(byte[] value) {
    try {
      return JSON.readValue(value, Invite.class);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  List<Device> lookup(Invite invite) {
    return directory.getOrDefault(invite.callee(), List.of());
  }

  CompletableFuture<PushNotificationResponse<SimpleApnsPushNotification>> ring(
      Invite invite, Device device) {
    var call =
        new Call(
            invite.callId(),
            invite.callUuid(),
            invite.caller(),
            invite.media().equals("video"),
            invite.invitedAt(),
            deadline.toEpochMilli(),
            device.id());
    try {
      String payload = JSON.writeValueAsString(new Payload(Map.of(), call));
      return send(device.token(), payload, invite.callUuid());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hands a push to Pushy, with nothing of ours in its way. */
  CompletableFuture<PushNotificationResponse<SimpleApnsPushNotification>> send(
      String token, String payload, UUID id) {
    return client.sendNotification(
        new SimpleApnsPushNotification(
            token,
            ApnsAddress.topic(),
            payload,
            deadline,
            DeliveryPriority.IMMEDIATE,
            PushType.VOIP,
            null,
            id));
  }

  static Report report(
      Device device,
      @Nullable PushNotificationResponse<SimpleApnsPushNotification> response,
      @Nullable Throwable failure) {
    return new Report(device, failure == null && response != null && response.isAccepted());
  }

  /** Whether the invite is settled well: the verdict in small. */
  static boolean decide(List<Report> reports) {
    return reports.stream().allMatch(Report::accepted);
  }
}
