package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.path.ApnsPath;
import dev.ringpost.apns.path.ConnectAttempt;
import dev.ringpost.apns.path.OneShotClient;
import dev.ringpost.apns.wire.FrameInterceptor;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** A factory of Pushy clients for one route, each for one connection. Safe for many threads. */
final class ApnsClients {

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
  Credential credential() {
    return credential;
  }

  /** Clients are built with this credential from now on; those that there are keep theirs. */
  void use(Credential next) {
    credential = next;
  }

  /** APNs called the provider token expired. */
  void tokenExpired() {
    credential.providerToken().ifPresent(token -> token.expired(clock.instant()));
  }

  /** A new attempt to connect; its time begins to run. */
  ConnectAttempt attempt() {
    return path.attempt();
  }

  /**
   * A new client, not connected; asks DNS first, so not on the loop.
   *
   * @throws IOException if there is no address, or no TLS
   */
  ApnsClient build(ConnectAttempt attempt, FrameInterceptor.Listener listener) throws IOException {
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
