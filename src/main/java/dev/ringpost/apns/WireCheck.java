package dev.ringpost.apns;

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
 * Goes the way to APNs step by step, name, TCP, TLS, with a clock in hand, and says in words where
 * it ends. It opens a connection of its own, closes it and pushes nothing: Pushy does these steps
 * too, but tells neither their times nor whose certificate it saw. For one use, on one thread.
 */
final class WireCheck {

  /** Bound on TCP for each address, and on TLS. */
  static final Duration STEP_MAX = Duration.ofSeconds(5);

  /** Bound on the addresses that are tried. */
  private static final int MAX_ADDRESSES = 4;

  private static final double NANOS_PER_MILLI = 1_000_000;

  /** What stopped it and what to do about it. */
  record Trouble(String what, String todo) {}

  /** What came of it; {@code trouble} is null if the way is free. */
  record Result(List<String> lines, @Nullable Trouble trouble) {}

  private final ApnsSettings.Endpoint server;
  private final List<X509Certificate> trusted;
  private final Instant now;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param trusted instead of the runtime's authorities, if there are any
   * @param now what this machine's clock says, for certificates
   */
  WireCheck(ApnsSettings.Endpoint server, List<X509Certificate> trusted, Instant now) {
    this.server = server;
    this.trusted = trusted;
    this.now = now;
  }

  Result run() {
    return new Result(lines, go());
  }

  private @Nullable Trouble go() {
    long began = System.nanoTime();
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(server.host());
    } catch (UnknownHostException _) {
      return new Trouble(
          "No address is known for " + server.host() + ".",
          "Check the name, and the DNS server of this machine or container.");
    }
    line("DNS", began, addresses[0].getHostAddress() + more(addresses.length - 1));
    return connect(addresses);
  }

  private static String more(int others) {
    return others == 0 ? "" : " and " + others + " more";
  }

  private @Nullable Trouble connect(InetAddress[] addresses) {
    IOException last = null;
    for (int i = 0; i < Math.min(addresses.length, MAX_ADDRESSES); i++) {
      long began = System.nanoTime();
      try (var tcp = new Socket()) {
        tcp.connect(new InetSocketAddress(addresses[i], server.port()), (int) STEP_MAX.toMillis());
        line("TCP", began, addresses[i].getHostAddress() + " port " + server.port());
        return secure(tcp);
      } catch (IOException e) {
        last = e;
      }
    }
    String where = server.host() + " port " + server.port();
    String firewall =
        "See that no firewall closes the way; port 2197 serves as well where 443 is closed.";
    return switch (last) {
      case SocketTimeoutException _ -> new Trouble(where + " does not answer.", firewall);
      case NoRouteToHostException _ -> new Trouble("There is no way to " + where + ".", firewall);
      case ConnectException _ -> new Trouble(where + " refuses connections.", firewall);
      case null, default -> new Trouble("TCP to " + where + " failed: " + last + ".", firewall);
    };
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
