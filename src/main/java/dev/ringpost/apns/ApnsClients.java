package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import io.netty.channel.EventLoopGroup;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** Builds the Pushy clients of one route, each for one connection. Safe for many threads. */
final class ApnsClients {

  private final ApnsSettings settings;
  private final ApnsSettings.Endpoint endpoint;
  private final Credential credential;
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

  /** A new client, not connected. Takes some milliseconds. */
  ApnsClient build(ConnectionWatch watch) throws SSLException {
    ApnsClientBuilder client =
        new ApnsClientBuilder()
            .setApnsServer(endpoint.host(), endpoint.port())
            .setEventLoopGroup(loops)
            .setConcurrentConnections(1)
            .setConnectionTimeout(settings.connectTimeout())
            .setIdlePingInterval(settings.idlePing())
            .setGracefulShutdownTimeout(Link.GRACE)
            .setFrameLogger(watch);
    if (!trusted.isEmpty()) {
      client.setTrustedServerCertificateChain(trusted.toArray(X509Certificate[]::new));
    }
    credential.authenticate(client);
    return client.build();
  }
}
