package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import io.netty.channel.EventLoopGroup;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** Builds the Pushy clients of one route, each for one connection. Safe for many threads. */
final class ApnsClients {

  private final ApnsSettings settings;
  private final ApnsSettings.Endpoint endpoint;
  private volatile Credential credential;
  private final List<X509Certificate> trusted;
  private final EventLoopGroup loops;
  private final InstantSource clock;
  private final Optional<ProxyDoor> door;

  ApnsClients(
      ApnsSettings settings,
      ApnsSettings.Endpoint endpoint,
      Credential credential,
      List<X509Certificate> trusted,
      EventLoopGroup loops,
      InstantSource clock) {
    this.settings = settings;
    this.endpoint = endpoint;
    this.credential = credential;
    this.trusted = trusted;
    this.loops = loops;
    this.clock = clock;
    this.door = settings.proxy().map(ProxyDoor::new);
  }

  /** The credential that clients are built with. */
  Credential credential() {
    return credential;
  }

  /** Clients are built with this credential from now on; those that there are keep theirs. */
  void use(Credential next) {
    credential = next;
  }

  /** A new client, not connected. Takes some milliseconds. */
  ApnsClient build(ConnectionWatch.Listener listener) throws SSLException {
    Credential shown = credential;
    Optional<Supplier<CharSequence>> token =
        shown.providerToken().map(shared -> () -> shared.header(clock.instant()));
    return builder(shown).setFrameLogger(new ConnectionWatch(listener, token)).build();
  }

  /** APNs called the provider token expired. */
  void tokenExpired() {
    credential.providerToken().ifPresent(token -> token.expired(clock.instant()));
  }

  /** A new client to try a credential with that is not in use, not connected. */
  ApnsClient buildTrial(Credential candidate) throws SSLException {
    return builder(candidate).build();
  }

  private ApnsClientBuilder builder(Credential shown) {
    ApnsClientBuilder client =
        new ApnsClientBuilder()
            .setApnsServer(endpoint.host(), endpoint.port())
            .setEventLoopGroup(loops)
            .setConcurrentConnections(1)
            .setUseAlpn(true)
            .setConnectionTimeout(settings.tcpTimeout())
            .setIdlePingInterval(settings.idlePing())
            .setGracefulShutdownTimeout(Link.GRACE);
    if (!trusted.isEmpty()) {
      client.setTrustedServerCertificateChain(trusted.toArray(X509Certificate[]::new));
    }
    door.ifPresent(it -> client.setProxyHandlerFactory(it.open()));
    shown.authenticate(client);
    return client;
  }
}
