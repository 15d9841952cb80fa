package dev.ringpost.apns;

import dev.ringpost.apns.ApnsSettings.Proxy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Goes the way to APNs step by step, name, TCP, proxy, TLS, with a clock in hand, and says in words
 * where it ends. It opens a connection of its own, closes it and pushes nothing: Pushy does these
 * steps too, but tells neither their times nor whose certificate it saw. For one use, on one
 * thread.
 */
final class WireCheck {

  /** Bound on TCP for each address, on each word of a proxy, and on TLS. */
  static final Duration STEP_MAX = Duration.ofSeconds(5);

  /** Bound on the addresses that are tried. */
  private static final int MAX_ADDRESSES = 4;

  private static final double NANOS_PER_MILLI = 1_000_000;

  /** What stopped it and what to do about it. */
  record Trouble(String what, String todo) {}

  /** What came of it; {@code trouble} is null if the way is free. */
  record Result(List<String> lines, @Nullable Trouble trouble) {}

  private final ApnsSettings.Endpoint server;
  private final Optional<Proxy> proxy;
  private final List<X509Certificate> trusted;
  private final Instant now;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param proxy what leads to it, if anything does: it then resolves the server's name
   * @param trusted instead of the runtime's authorities, if there are any
   * @param now what this machine's clock says, for certificates
   */
  WireCheck(
      ApnsSettings.Endpoint server,
      Optional<Proxy> proxy,
      List<X509Certificate> trusted,
      Instant now) {
    this.server = server;
    this.proxy = proxy;
    this.trusted = trusted;
    this.now = now;
  }

  Result run() {
    return new Result(lines, go());
  }

  private @Nullable Trouble go() {
    String host = proxy.map(Proxy::host).orElse(server.host());
    int port = proxy.map(Proxy::port).orElse(server.port());
    long began = System.nanoTime();
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException _) {
      return new Trouble(
          "No address is known for " + called(host) + ".",
          "Check the name, and the DNS server of this machine or container.");
    }
    line(
        "DNS",
        began,
        addresses[0].getHostAddress()
            + more(addresses.length - 1)
            + proxy.map(_ -> ", the proxy").orElse(""));
    return connect(addresses, port);
  }

  private String called(String host) {
    return proxy.map(_ -> "the proxy ").orElse("") + host;
  }

  private static String more(int others) {
    return others == 0 ? "" : " and " + others + " more";
  }

  private @Nullable Trouble connect(InetAddress[] addresses, int port) {
    IOException last = null;
    for (int i = 0; i < Math.min(addresses.length, MAX_ADDRESSES); i++) {
      long began = System.nanoTime();
      try (var tcp = new Socket()) {
        tcp.connect(new InetSocketAddress(addresses[i], port), (int) STEP_MAX.toMillis());
        line("TCP", began, addresses[i].getHostAddress() + " port " + port);
        return through(tcp);
      } catch (IOException e) {
        last = e;
      }
    }
    return noConnection(last);
  }

  private Trouble noConnection(@Nullable IOException last) {
    String where = proxy.map(it -> "The " + it).orElse(server.host() + " port " + server.port());
    String todo =
        proxy.isPresent()
            ? "See that host and port are the proxy's, that it runs, and that no firewall closes"
                + " the way to it."
            : "See that no firewall closes the way; port 2197 serves as well where 443 is closed.";
    return switch (last) {
      case SocketTimeoutException _ -> new Trouble(where + " does not answer.", todo);
      case NoRouteToHostException _ -> new Trouble(where + " cannot be reached.", todo);
      case ConnectException _ -> new Trouble(where + " refuses connections.", todo);
      case null, default -> new Trouble(where + " cannot be reached: " + last + ".", todo);
    };
  }

  private @Nullable Trouble through(Socket tcp) throws IOException {
    if (proxy.isEmpty()) {
      return secure(tcp);
    }
    long began = System.nanoTime();
    tcp.setSoTimeout((int) STEP_MAX.toMillis());
    Optional<Trouble> closed = new ProxyTunnel(proxy.get(), server).open(tcp);
    if (closed.isPresent()) {
      return closed.get();
    }
    line("proxy", began, "the way to " + server.host() + " port " + server.port() + " is open");
    return secure(tcp);
  }

  private @Nullable Trouble secure(Socket tcp) {
    long began = System.nanoTime();
    SeenChain seen = new SeenChain(authorities());
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {seen}, null);
      try (var tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(tcp, server.host(), server.port(), true)) {
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"h2"});
        tls.setSSLParameters(parameters);
        tls.setSoTimeout((int) STEP_MAX.toMillis());
        tls.startHandshake();
        line("TLS", began, tls.getSession().getProtocol() + ", " + seen.words());
        return null;
      }
    } catch (IOException e) {
      return new TlsTrouble(server, seen.chain(), !trusted.isEmpty(), now).explain(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has TLS", e);
    }
  }

  private X509ExtendedTrustManager authorities() {
    try {
      KeyStore store = null;
      if (!trusted.isEmpty()) {
        store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < trusted.size(); i++) {
          store.setCertificateEntry("trusted-" + i, trusted.get(i));
        }
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the certificates to trust cannot be used", e);
    }
  }

  private void line(String step, long beganNanos, String what) {
    lines.add(line(step, Duration.ofNanos(System.nanoTime() - beganNanos), Optional.of(what)));
  }

  /** One step and its time, in columns. */
  static String line(String step, Duration time, Optional<String> what) {
    return "  %-8s%8.1f ms%s"
        .formatted(step, time.toNanos() / NANOS_PER_MILLI, what.map(it -> "  " + it).orElse(""));
  }
}
