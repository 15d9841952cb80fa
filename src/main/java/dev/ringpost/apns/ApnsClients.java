package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.proxy.HttpProxyHandlerFactory;
import com.eatthepath.pushy.apns.proxy.ProxyHandlerFactory;
import com.eatthepath.pushy.apns.proxy.Socks5ProxyHandlerFactory;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** Builds the Pushy clients of one route, each for one connection. Safe for many threads. */
final class ApnsClients {

  private final ApnsSettings settings;
  private final ApnsSettings.Endpoint endpoint;
  private volatile Credential credential;
  private final List<X509Certificate> trusted;
  private final EventLoopGroup loops;

  ApnsClients(
      ApnsSettings settings,
      ApnsSettings.Endpoint endpoint,
      Credential credential,
      List<X509Certificate> trusted,
      EventLoopGroup loops) {
    this.settings = settings;
    this.endpoint = endpoint;
    this.credential = credential;
    this.trusted = trusted;
    this.loops = loops;
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
  ApnsClient build(ConnectionWatch watch) throws SSLException {
    return builder(credential).setFrameLogger(watch).build();
  }

  /** A new client to try a credential with that is not in use, not connected. */
  ApnsClient buildTrial(Credential candidate) throws SSLException {
    return builder(candidate).build();
  }

  /** The proxy's name is resolved here, for each client; APNs' own is then left to the proxy. */
  private static ProxyHandlerFactory through(ApnsSettings.Proxy proxy) {
    var address = new InetSocketAddress(proxy.host(), proxy.port());
    return switch (proxy.kind()) {
      case HTTP -> new HttpProxyHandlerFactory(address);
      case SOCKS5 -> new Socks5ProxyHandlerFactory(address);
    };
  }

  private ApnsClientBuilder builder(Credential shown) {
    ApnsClientBuilder client =
        new ApnsClientBuilder()
            .setApnsServer(endpoint.host(), endpoint.port())
            .setEventLoopGroup(loops)
            .setConcurrentConnections(1)
            .setConnectionTimeout(settings.tcpTimeout())
            .setIdlePingInterval(settings.idlePing())
            .setGracefulShutdownTimeout(Link.GRACE);
    if (!trusted.isEmpty()) {
      client.setTrustedServerCertificateChain(trusted.toArray(X509Certificate[]::new));
    }
    settings.proxy().ifPresent(proxy -> client.setProxyHandlerFactory(through(proxy)));
    shown.authenticate(client);
    return client;
  }
}
