package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.ringpost.apns.TestPush.End;
import dev.ringpost.apns.TestPush.Order;
import dev.ringpost.delivery.Answer;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.Why;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Sends one push on a connection of its own and waits for the answer. For one use. */
final class SinglePush {

  /** Bound on the connection and the answer. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  /** How it ended. */
  sealed interface Ending permits Answered, Failed {}

  /**
   * APNs answered.
   *
   * @param time from the writing of the push
   * @param goneSince comes with 410 only
   * @param uniqueId comes from the sandbox only
   */
  record Answered(
      Answer answer, Duration time, Optional<Instant> goneSince, Optional<UUID> uniqueId)
      implements Ending {}

  /** It did not. */
  record Failed(End end, String what, String todo) implements Ending {}

  private final Order order;
  private final String payload;
  private final @Nullable Instant expiration;
  private final InstantSource clock;

  /**
   * @param expiration what {@code apns-expiration} says, null for 0
   */
  SinglePush(Order order, String payload, @Nullable Instant expiration, InstantSource clock) {
    this.order = order;
    this.payload = payload;
    this.expiration = expiration;
    this.clock = clock;
  }

  Ending send(Credential credential, List<X509Certificate> trusted) {
    var loops = new NioEventLoopGroup(1, new DefaultThreadFactory("push", true));
    try {
      ApnsClientBuilder builder =
          new ApnsClientBuilder()
              .setApnsServer(order.server().host(), order.server().port())
              .setEventLoopGroup(loops)
              .setUseAlpn(true)
              .setConnectionTimeout(WireCheck.STEP_MAX)
              .setGracefulShutdownTimeout(CLOSE_MAX);
      if (!trusted.isEmpty()) {
        builder.setTrustedServerCertificateChain(trusted.toArray(X509Certificate[]::new));
      }
      order.proxy().ifPresent(proxy -> builder.setProxyHandlerFactory(new ProxyDoor(proxy).open()));
      credential.authenticate(builder);
      return send(builder.build());
    } catch (SSLException e) {
      return new Failed(
          End.UNUSABLE, "No TLS client can be made: " + e.getMessage() + ".", "Report it.");
    } finally {
      var _ = loops.shutdownGracefully(0, CLOSE_MAX.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private Ending send(ApnsClient client) {
    var push = new TimedPush();
    try {
      PushNotificationResponse<TimedPush> response =
          client.sendNotification(push).copy().get(ANSWER_MAX.toNanos(), TimeUnit.NANOSECONDS);
      return new Answered(
          new Answer(response.getStatusCode(), response.getRejectionReason().orElse("")),
          Duration.ofNanos(System.nanoTime() - push.writtenNanos),
          response.getTokenInvalidationTimestamp(),
          response.getApnsUniqueId());
    } catch (TimeoutException _) {
      return new Failed(
          End.TRY_LATER,
          "APNs did not answer within " + ANSWER_MAX.toSeconds() + " s.",
          "Try again. The phone may have rung all the same.");
    } catch (ExecutionException e) {
      return failed(e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Failed(End.TRY_LATER, "Interrupted.", "Try again.");
    } finally {
      var _ = client.close();
    }
  }

  private static Failed failed(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HeldBack) {
        return new Failed(
            End.TRY_LATER,
            "The push expired before it could be written.",
            "Give it more time with --expires.");
      }
      if (cause instanceof ProxyConnectException) {
        return new Failed(
            End.UNREACHABLE,
            "The proxy did not let the push through: " + cause.getMessage() + ".",
            "Try again, and see what the proxy's own log says.");
      }
      if (TlsTrouble.blamesClientCertificate(cause)) {
        return new Failed(
            End.CREDENTIAL,
            "APNs ended TLS once it had seen the certificate: " + cause.getMessage() + ".",
            "Use a VoIP Services Certificate that is neither revoked nor expired.");
      }
    }
    return new Failed(
        End.TRY_LATER,
        "The connection ended without an answer: " + failure + ".",
        "Try again. If it stays so, something on the way cuts HTTP/2: let this machine reach APNs"
            + " directly.");
  }

  /** Notes when it is written, and is not written once it has expired. */
  private final class TimedPush implements VoipPush {

    private volatile long writtenNanos;

    @Override
    public String getToken() {
      if (expiration != null && !clock.instant().isBefore(expiration)) {
        throw new HeldBack(new NotSent(Why.LATE));
      }
      writtenNanos = System.nanoTime();
      return order.token().hex();
    }

    @Override
    public String getPayload() {
      return payload;
    }

    @Override
    public @Nullable Instant getExpiration() {
      return expiration;
    }

    @Override
    public String getTopic() {
      return order.app().voipTopic();
    }

    @Override
    public UUID getApnsId() {
      return order.apnsId();
    }
  }
}
