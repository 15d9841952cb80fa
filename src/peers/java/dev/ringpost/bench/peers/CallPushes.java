package dev.ringpost.bench.peers;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.bench.ApnsAddress;
import io.netty.channel.nio.NioEventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The part that all peers share: it reads an invite, looks its callee's phones up, and pushes to
 * each. Safe for many threads.
 *
 * <p>One long-lived client for each server, as <a
 * href="https://github.com/jchambers/pushy/wiki/Best-practices">Pushy's wiki</a> advises, with the
 * connections and the event loop that the worker has.
 */
final class CallPushes implements AutoCloseable {

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private record Caller(String uri, String name) {}

  private record Invite(
      String callId,
      String callee,
      Caller caller,
      String media,
      String invitedAt,
      int ringSeconds) {}

  private record Call(
      String id,
      String uuid,
      Caller caller,
      boolean video,
      String invitedAt,
      String expiresAt,
      String sentAt) {}

  private record Payload(Map<String, String> aps, Call call) {}

  private final Phones phones;
  private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
  private final ApnsClient production;
  private final ApnsClient sandbox;

  CallPushes(Phones phones, ApnsAddress apns) throws Exception {
    this.phones = phones;
    this.production = apns.client(false).setEventLoopGroup(loops).build();
    this.sandbox = apns.client(true).setEventLoopGroup(loops).build();
  }

  /** Rings all phones of an invite; fails if one of them refuses, so that the invite is retried. */
  CompletableFuture<Void> ring(String value) {
    Invite invite;
    try {
      invite = JSON.readValue(value, Invite.class);
    } catch (JsonProcessingException e) {
      return CompletableFuture.failedFuture(e);
    }
    Instant expires = Instant.parse(invite.invitedAt()).plusSeconds(invite.ringSeconds());
    String payload = payload(invite, expires);
    return CompletableFuture.allOf(
        phones.of(invite.callee()).stream()
            .map(phone -> push(phone, payload, expires))
            .toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<Void> push(Phones.Phone phone, String payload, Instant expires) {
    var push =
        new SimpleApnsPushNotification(
            phone.token(),
            phone.bundleId() + ".voip",
            payload,
            expires,
            DeliveryPriority.IMMEDIATE,
            PushType.VOIP,
            null,
            UUID.randomUUID());
    return (phone.environment().equals("sandbox") ? sandbox : production)
        .sendNotification(push)
        .thenAccept(CallPushes::check);
  }

  private static void check(PushNotificationResponse<SimpleApnsPushNotification> response) {
    if (!response.isAccepted()) {
      throw new IllegalStateException(response.getRejectionReason().orElse("no reason"));
    }
  }

  private static String payload(Invite invite, Instant expires) {
    var call =
        new Call(
            invite.callId(),
            UUID.nameUUIDFromBytes(invite.callId().getBytes(StandardCharsets.UTF_8)).toString(),
            invite.caller(),
            invite.media().equals("video"),
            invite.invitedAt(),
            expires.toString(),
            Instant.now().toString());
    try {
      return JSON.writeValueAsString(new Payload(Map.of(), call));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    production.close().join();
    sandbox.close().join();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
