package dev.ringpost.apns.diagnosis;

import dev.ringpost.apns.credentials.Causes;
import dev.ringpost.apns.path.ApnsPath;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ApnsSettings.Proxy;
import dev.ringpost.apns.path.NameResolver;
import dev.ringpost.call.findings.Finding;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
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
 * A walk of the way to APNs, step by step: name, TCP, proxy, TLS, with a clock in hand, and says in
 * words where it ends: by the names, addresses, proxy, trust and times of the {@link ApnsPath} that
 * pushes go. It opens a connection of its own, closes it and pushes nothing: Pushy does these steps
 * too, but tells neither their times nor whose certificate it saw. For one use, on one thread.
 */
final class ApnsPathCheck {

  /** Bound on the addresses that are tried. */
  private static final int MAX_ADDRESSES = 4;

  private static final double NANOS_PER_MILLI = 1_000_000;

  /** The outcome of the check; {@code trouble} is null if the way is free. */
  record Result(List<String> lines, @Nullable Finding trouble) {}

  private final ApnsPath path;
  private final ApnsSettings.Endpoint server;
  private final Optional<Proxy> proxy;
  private final Instant now;
  private final List<String> lines = new ArrayList<>();
  private final long beganNanos = System.nanoTime();

  /**
   * @param now what this machine's clock says, for certificates
   */
  ApnsPathCheck(ApnsPath path, Instant now) {
    this.path = path;
    this.server = path.server();
    this.proxy = path.proxy();
    this.now = now;
  }

  Result run() throws InterruptedException {
    return new Result(lines, go());
  }

  private @Nullable Finding go() throws InterruptedException {
    long began = System.nanoTime();
    List<InetSocketAddress> addresses;
    try {
      addresses = path.addresses().inOrder(left());
    } catch (NameResolver.SilentResolverException e) {
      return Finding.failed(
          "",
          "DNS is silent: " + e.getMessage() + ".",
          "See that the name servers and search domains of this machine or container answer.");
    } catch (UnknownHostException _) {
      return Finding.failed(
          "",
          "No address is known for " + called(path.addresses().host()) + ".",
          "Check the name, and the DNS server of this machine or container.");
    }
    line(
        "DNS",
        began,
        addresses.getFirst().getAddress().getHostAddress()
            + more(addresses.size() - 1)
            + proxy.map(_ -> ", the proxy").orElse(""));
    return connect(addresses);
  }

  /** What is left of the time that a worker has for a connection, at least a millisecond. */
  private Duration left() {
    Duration left = path.connectTimeout().minusNanos(System.nanoTime() - beganNanos);
    return left.isPositive() ? left.plusMillis(1) : Duration.ofMillis(1);
  }

  private boolean isOver() {
    return System.nanoTime() - beganNanos > path.connectTimeout().toNanos();
  }

  private String called(String host) {
    return proxy.map(_ -> "the proxy ").orElse("") + host;
  }

  private static String more(int others) {
    return others == 0 ? "" : " and " + others + " more";
  }

  private @Nullable Finding connect(List<InetSocketAddress> addresses) {
    IOException last = null;
    for (InetSocketAddress address :
        addresses.subList(0, Math.min(addresses.size(), MAX_ADDRESSES))) {
      long began = System.nanoTime();
      String where = address.getAddress().getHostAddress() + " port " + address.getPort();
      Duration patience = left().compareTo(path.tcpTimeout()) < 0 ? left() : path.tcpTimeout();
      try (var tcp = new Socket()) {
        tcp.connect(address, (int) patience.toMillis());
        line("TCP", began, where);
        return through(tcp);
      } catch (IOException e) {
        path.addresses().failed(address, e);
        line("TCP", began, where + ": " + Causes.innermost(e));
        last = e;
      }
      if (isOver()) {
        break;
      }
    }
    return noConnection(last);
  }

  private Finding noConnection(@Nullable IOException last) {
    String where = proxy.map(it -> "The " + it).orElse(server.host() + " port " + server.port());
    String todo =
        proxy.isPresent()
            ? "See that host and port are the proxy's, that it runs, and that no firewall closes"
                + " the way to it."
            : "See that no firewall closes the way; port 2197 serves as well where 443 is closed.";
    return switch (last) {
      case SocketTimeoutException _ -> Finding.failed("", where + " does not answer.", todo);
      case NoRouteToHostException _ -> Finding.failed("", where + " cannot be reached.", todo);
      case ConnectException _ -> Finding.failed("", where + " refuses connections.", todo);
      case null, default ->
          Finding.failed(
              "",
              where
                  + " cannot be reached: "
                  + (last == null ? "no address" : Causes.innermost(last))
                  + ".",
              todo);
    };
  }

  private @Nullable Finding through(Socket tcp) throws IOException {
    if (proxy.isEmpty()) {
      return secure(tcp);
    }
    long began = System.nanoTime();
    tcp.setSoTimeout((int) left().toMillis());
    Optional<Finding> closed = new ProxyTunnel(proxy.get(), path.password(), server).open(tcp);
    if (closed.isPresent()) {
      return closed.get();
    }
    line("proxy", began, "the way to " + server.host() + " port " + server.port() + " is open");
    return secure(tcp);
  }

  private @Nullable Finding secure(Socket tcp) {
    long began = System.nanoTime();
    RecordingTrustManager seen = new RecordingTrustManager(authorities());
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {seen}, null);
      try (var tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(tcp, server.tlsName(), server.port(), true)) {
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"h2"});
        tls.setSSLParameters(parameters);
        tls.setSoTimeout((int) left().toMillis());
        tls.startHandshake();
        if (isOver()) {
          throw new SocketTimeoutException("TLS was too slow");
        }
        line("TLS", began, tls.getSession().getProtocol() + ", " + seen.words());
        return null;
      }
    } catch (IOException e) {
      var trouble =
          new TlsDiagnosis(server, seen.chain(), seen.isRefused(), !path.trusted().isEmpty(), now);
      if (trouble.demandsClientCertificate(e)) {
        // what comes next shows one, if there is one
        line("TLS", began, seen.words() + ", which demands one of the client");
        return null;
      }
      return trouble.explain(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has TLS", e);
    }
  }

  private X509ExtendedTrustManager authorities() {
    try {
      KeyStore store = null;
      if (!path.trusted().isEmpty()) {
        store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < path.trusted().size(); i++) {
          store.setCertificateEntry("trusted-" + i, path.trusted().get(i));
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
