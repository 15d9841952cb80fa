package dev.ringpost.config;

import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ApnsSettings.Proxy.Kind;
import dev.ringpost.config.RingpostConfig.ApnsExpiration;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The keys of {@code apns}, a branch of {@link ConfigKeys}. */
interface ApnsKeys {

  @Doc("Connections to APNs per credential and environment.")
  @WithDefault("2")
  @Range(min = "1", max = "" + ApnsSettings.MAX_CONNECTIONS)
  int connections();

  @Doc(
      "Pushes without an answer per connection; never more than the limit that APNs announces,"
          + " which is 1000 today.")
  @WithDefault("900")
  @Range(min = "1", max = "10000")
  int maxInFlightPerConnection();

  @Doc(
      "The longest time until a connection to APNs stands: DNS, TCP, a proxy's tunnel, TLS and the"
          + " first SETTINGS together. TCP to one address gets a quarter of it; the next try begins"
          + " with the next address.")
  @WithDefault("3s")
  @Range(min = "100ms", max = "60s")
  Duration connectTimeout();

  @Doc("How long a connection is silent before it is asked for a sign of life.")
  @WithDefault("15s")
  @Range(min = "1s", max = "1h")
  Duration idlePing();

  @Doc(
      "What APNs does with a push that it cannot deliver at once: `deadline` keeps it until the"
          + " call's deadline, `zero` drops it.")
  @WithDefault("deadline")
  ApnsExpiration expiration();

  Hedge hedge();

  Canary canary();

  Proxy proxy();

  Production production();

  Sandbox sandbox();

  @Doc(
      "PEM file of the certificates that sign the servers above; for test servers. Without it"
          + " Java's own trust store counts, as Apple's servers need.")
  Optional<Path> trustedCertificates();

  interface Hedge {
    @Doc(
        "How long a push waits for its answer before it is sent once more on another connection,"
            + " with the same ids; the first answer counts. Off without it.")
    @Range(min = "50ms", max = "60s")
    Optional<Duration> after();

    @Doc("Bound on pushes that are sent once more, in per cent of all.")
    @WithDefault("5")
    @Range(min = "1", max = "100")
    int maxPercent();
  }

  interface Canary {
    @Doc(
        "Whether each credential is proven by a push to a token that no phone has, on a connection"
            + " of its own: at start, and when a route may be back after trouble.")
    @WithDefault("true")
    boolean enabled();

    @Doc("Whether /readyz waits until every credential is proven so; needs `enabled`.")
    @WithDefault("false")
    boolean ready();
  }

  interface Proxy {
    @Doc("How the proxy is spoken to: `http` (CONNECT) or `socks5`.")
    @WithDefault("http")
    Kind kind();

    @Doc("The proxy on the way to APNs. Without it there is none.")
    @Matches(value = ConfigKeys.HOST, words = ConfigKeys.HOST_WORDS)
    Optional<String> host();

    @Doc("Its port.")
    @WithDefault("3128")
    @Range(min = "1", max = "65535")
    int port();

    @Doc("The name that the proxy knows Ringpost by, if it asks; needs `password-file`.")
    Optional<String> username();

    @Doc(
        "A file that holds the password for the proxy; read anew for each connection. One line end"
            + " at its end does not count. `socks5` has room for 255 bytes of ASCII in name and"
            + " password.")
    Optional<Path> passwordFile();
  }

  interface Production {
    @Doc("APNs for apps from the App Store and TestFlight.")
    @WithDefault("api.push.apple.com")
    @Matches(value = ConfigKeys.HOST, words = ConfigKeys.HOST_WORDS)
    String host();

    @Doc("443, or 2197 where a firewall closes 443 to all but the web.")
    @WithDefault("443")
    @Range(min = "1", max = "65535")
    int port();
  }

  interface Sandbox {
    @Doc("APNs for apps that Xcode installed.")
    @WithDefault("api.sandbox.push.apple.com")
    @Matches(value = ConfigKeys.HOST, words = ConfigKeys.HOST_WORDS)
    String host();

    @Doc("As for production.")
    @WithDefault("443")
    @Range(min = "1", max = "65535")
    int port();
  }
}
