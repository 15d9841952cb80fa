package dev.ringpost.apns;

import com.eatthepath.pushy.apns.proxy.HttpProxyHandlerFactory;
import com.eatthepath.pushy.apns.proxy.ProxyHandlerFactory;
import com.eatthepath.pushy.apns.proxy.Socks5ProxyHandlerFactory;
import dev.ringpost.apns.ApnsSettings.Proxy;
import dev.ringpost.call.Secret;
import java.net.InetSocketAddress;

/**
 * Leads Pushy's clients through a proxy. The password is read anew for each client, so that it can
 * be exchanged while we run; while its file cannot be used, the last one counts. Safe for many
 * threads.
 */
final class ProxyDoor {

  private final Proxy proxy;
  private volatile Secret password = new Secret("");

  ProxyDoor(Proxy proxy) {
    this.proxy = proxy;
  }

  /** For one client. The proxy's name is resolved here; APNs' own is then left to the proxy. */
  ProxyHandlerFactory open() {
    var address = new InetSocketAddress(proxy.host(), proxy.port());
    if (proxy.login().isEmpty()) {
      return switch (proxy.kind()) {
        case HTTP -> new HttpProxyHandlerFactory(address);
        case SOCKS5 -> new Socks5ProxyHandlerFactory(address);
      };
    }
    ProxyLoginSettings login = proxy.login().get();
    login.password(proxy.kind()).ifPresent(read -> password = read);
    return switch (proxy.kind()) {
      case HTTP -> new HttpProxyHandlerFactory(address, login.username(), password.reveal());
      case SOCKS5 -> new Socks5ProxyHandlerFactory(address, login.username(), password.reveal());
    };
  }
}
