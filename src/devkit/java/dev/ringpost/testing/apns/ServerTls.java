package dev.ringpost.testing.apns;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The server's end of TLS: HTTP/2 by ALPN or without, client certificates if they are shown. */
final class ServerTls {

  private ServerTls() {}

  static SslContext context(LocalCredentials credentials) {
    CertificateAuthority.Issued server = credentials.server();
    try {
      return SslContextBuilder.forServer(server.key(), server.certificate())
          .sslProvider(SslProvider.JDK)
          .trustManager(credentials.authority())
          .clientAuth(ClientAuth.OPTIONAL)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("the local APNs has no TLS", e);
    }
  }

  /** The topics of the certificate that the client showed; empty if it showed none. */
  static Set<String> clientTopics(SslHandler tls) {
    try {
      var leaf = (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
      return CertificateAuthority.topicsOf(leaf);
    } catch (SSLPeerUnverifiedException e) {
      return Set.of();
    }
  }
}
