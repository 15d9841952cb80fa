package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.path.ApnsPath;
import dev.ringpost.apns.path.ConnectAttempt;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.apns.path.CredentialTrial.Verdict;
import dev.ringpost.apns.path.OneShotClient;
import dev.ringpost.apns.wire.FrameInterceptor;
import dev.ringpost.apns.wire.PushClient;
import dev.ringpost.call.BundleId;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A factory of Pushy clients for one route, each for one connection. Safe for many threads. */
final class ApnsClients implements PushClient.Factory, Canary.Asked {

  private static final Logger log = LoggerFactory.getLogger(ApnsClients.class);

  private final ApnsPath path;
  private final Duration idlePing;
  private final EventLoopGroup loops;
  private final InstantSource clock;
  private volatile Credential credential;

  /**
   * @param idlePing after how long without a word from APNs it is asked whether it is there
   */
  ApnsClients(
      ApnsPath path,
      Duration idlePing,
      Credential credential,
      EventLoopGroup loops,
      InstantSource clock) {
    this.path = path;
    this.idlePing = idlePing;
    this.credential = credential;
    this.loops = loops;
    this.clock = clock;
  }

  /** The credential that clients are built with. */
  @Override
  public Credential credential() {
    return credential;
  }

  /** Clients are built with this credential from now on; those that there are keep theirs. */
  void use(Credential next) {
    credential = next;
  }

  @Override
  public void tokenExpired() {
    credential.providerToken().ifPresent(token -> token.expired(clock.instant()));
  }

  @Override
  public PushClient.Attempt attempt() {
    return new Dialling(path.attempt());
  }

  @Override
  public Verdict trial(BundleId app) throws InterruptedException {
    return CredentialTrial.run(oneShot(), credential, app);
  }

  /** An attempt with a thread of its own, for DNS is asked on it. */
  private final class Dialling implements PushClient.Attempt {

    private final ConnectAttempt attempt;

    Dialling(ConnectAttempt attempt) {
      this.attempt = attempt;
    }

    @Override
    public void begin(FrameInterceptor.Listener connection, PushClient.Taker taker) {
      var _ = Thread.ofVirtual().name("apns-open").start(() -> build(connection, taker));
    }

    private void build(FrameInterceptor.Listener connection, PushClient.Taker taker) {
      try {
        tell(connection, taker);
      } catch (RejectedExecutionException _) {
        log.atDebug().log("closed while a connection was being opened");
      }
    }

    private void tell(FrameInterceptor.Listener connection, PushClient.Taker taker) {
      try {
        taker.built(new Pushys(ApnsClients.this.build(attempt, connection)));
      } catch (IOException e) {
        taker.failed(e);
      }
    }

    @Override
    public @Nullable Throwable failure() {
      return attempt.failure();
    }

    @Override
    public Throwable explained(@Nullable Throwable given) {
      return attempt.explained(given);
    }
  }

  /** Pushy's client. */
  private record Pushys(ApnsClient client) implements PushClient {

    @Override
    public <T extends ApnsPushNotification> CompletableFuture<PushNotificationResponse<T>> send(
        T push) {
      return client.sendNotification(push);
    }

    @Override
    public CompletableFuture<Void> close() {
      return client.close();
    }
  }

  private ApnsClient build(ConnectAttempt attempt, FrameInterceptor.Listener listener)
      throws IOException {
    try {
      attempt.resolve();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
    Credential shown = credential;
    Optional<Supplier<CharSequence>> token =
        shown.providerToken().map(shared -> () -> shared.header(clock.instant()));
    return path.client(attempt, shown, loops)
        .setIdlePingInterval(idlePing)
        .setFrameLogger(new FrameInterceptor(listener, token))
        .build();
  }

  /** What tries credentials, by the same way and the same clock. */
  OneShotClient oneShot() {
    return OneShotClient.on(loops, path, clock);
  }
}
