package dev.ringpost.apns.path;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Proxy;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Secret;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The one way to a server of APNs, for the connections of a worker, its canaries, the trial of a
 * credential, {@code ringpost push} and {@code ringpost check}: the same names, the same order of
 * addresses, the same proxy, trust, ALPN and times. Safe for many threads.
 */
public final class ApnsPath {

  /** How long pushes that wait for an answer may hold up the closing of the connection. */
  public static final Duration GRACE = Duration.ofSeconds(1);

  private final Endpoint server;
  private final Optional<Proxy> proxy;
  private final List<X509Certificate> trusted;
  private final Duration connectTimeout;
  private final ServerAddresses addresses;
  private final boolean readsAgain;
  private volatile Secret password;

  /**
   * A path whose proxy's password does not change.
   *
   * @param proxy what leads to the server, if anything does: it then resolves the server's name
   * @param password for the proxy, if it asks for one
   * @param trusted instead of the runtime's authorities, if there are any
   * @param connectTimeout for DNS, TCP, a proxy's tunnel, TLS and the first SETTINGS together
   */
  public ApnsPath(
      Endpoint server,
      Optional<Proxy> proxy,
      Optional<Secret> password,
      List<X509Certificate> trusted,
      Duration connectTimeout,
      NameResolver names) {
    this(server, proxy, password, trusted, connectTimeout, names, false);
  }

  private ApnsPath(
      Endpoint server,
      Optional<Proxy> proxy,
      Optional<Secret> password,
      List<X509Certificate> trusted,
      Duration connectTimeout,
      NameResolver names,
      boolean readsAgain) {
    this.server = server;
    this.password = password.orElse(new Secret(""));
    this.readsAgain = readsAgain;
    this.proxy = proxy;
    this.trusted = trusted;
    this.connectTimeout = connectTimeout;
    this.addresses =
        new ServerAddresses(
            proxy.map(Proxy::host).orElse(server.host()),
            proxy.map(Proxy::port).orElse(server.port()),
            names);
  }

  /** The way of a worker, which goes on with a new password for the proxy as its file has one. */
  public static ApnsPath of(
      ApnsSettings settings, Environment environment, Credentials read, NameResolver names) {
    return new ApnsPath(
        settings.endpoint(environment),
        settings.proxy(),
        read.proxyPassword(),
        read.trusted(),
        settings.connectTimeout(),
        names,
        true);
  }

  /** Pushy prints tokens, keys and payloads at TRACE. */
  public static void requireSilentPushy() {
    if (LoggerFactory.getLogger("com.eatthepath.pushy.apns.ApnsClientHandler").isTraceEnabled()) {
      throw new IllegalStateException(
          "the logger com.eatthepath.pushy prints tokens and keys at TRACE; set it to DEBUG or"
              + " higher");
    }
  }

  public Endpoint server() {
    return server;
  }

  public Optional<Proxy> proxy() {
    return proxy;
  }

  public List<X509Certificate> trusted() {
    return trusted;
  }

  /** For DNS, TCP, a proxy's tunnel, TLS and the first SETTINGS together. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /**
   * For TCP to one address. By default shorter than a kernel waits before it asks a second time (1
   * s, RFC 6298, then ever longer), so that APNs is not asked more rarely the longer it is away.
   */
  public Duration tcpTimeout() {
    return connectTimeout.dividedBy(4);
  }

  /** Of the server, or of the proxy that leads to it. */
  public ServerAddresses addresses() {
    return addresses;
  }

  /** A new attempt; its time begins to run. */
  public ConnectAttempt attempt() {
    return new ConnectAttempt(this);
  }

  /** What builds a client that connects by an attempt, which has been resolved. */
  public ApnsClientBuilder client(
      ConnectAttempt attempt, Credential credential, EventLoopGroup loops) {
    ApnsClientBuilder client =
        new ApnsClientBuilder()
            .setApnsServer(server.tlsName(), server.port())
            .setEventLoopGroup(loops)
            .setConcurrentConnections(1)
            .setUseAlpn(true)
            .setProxyHandlerFactory(attempt)
            .setGracefulShutdownTimeout(GRACE);
    if (!trusted.isEmpty()) {
      client.setTrustedServerCertificateChain(trusted.toArray(X509Certificate[]::new));
    }
    credential.authenticate(client);
    return client;
  }

  /**
   * Reads the proxy's password again on a worker's path, so that it can be exchanged while we run;
   * while its file cannot be used, the last one counts. Not on the loop.
   */
  void readPassword() {
    if (readsAgain) {
      proxy
          .flatMap(it -> it.login().flatMap(login -> login.read(it.kind()).password()))
          .ifPresent(read -> password = read);
    }
  }

  /** For the proxy; empty if it asks for none. */
  public Secret password() {
    return password;
  }

  /** What has the proxy open the tunnel, if there is a proxy. */
  Optional<ProxyHandler> proxyHandler(InetSocketAddress at, Duration timeout) {
    Optional<ProxyHandler> handler =
        proxy.map(
            it ->
                it.login().isPresent()
                    ? named(it.kind(), it.login().get().username(), at)
                    : unnamed(it.kind(), at));
    handler.ifPresent(it -> it.setConnectTimeoutMillis(timeout.toMillis()));
    return handler;
  }

  private static ProxyHandler unnamed(Proxy.Kind kind, InetSocketAddress at) {
    return switch (kind) {
      case HTTP -> new HttpProxyHandler(at);
      case SOCKS5 -> new Socks5ProxyHandler(at);
    };
  }

  private ProxyHandler named(Proxy.Kind kind, String username, InetSocketAddress at) {
    return switch (kind) {
      case HTTP -> new HttpProxyHandler(at, username, password.reveal());
      case SOCKS5 -> new Socks5ProxyHandler(at, username, password.reveal());
    };
  }
}
