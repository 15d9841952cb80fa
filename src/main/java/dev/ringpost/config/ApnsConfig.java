package dev.ringpost.config;

import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Expiration;
import dev.ringpost.apns.path.ApnsSettings.Proxy.Kind;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.call.Environment;
import dev.ringpost.config.declaration.Default;
import dev.ringpost.config.declaration.Doc;
import dev.ringpost.config.declaration.Matches;
import dev.ringpost.config.declaration.Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The keys of {@code apns}: how Apple is reached. */
public record ApnsConfig(
    @Doc("Connections to APNs per credential and environment.")
        @Default("2")
        @Range(min = "1", max = "" + ApnsSettings.MAX_CONNECTIONS)
        int connections,
    @Doc(
            "Pushes without an answer per connection; never more than the limit that APNs"
                + " announces, which is 1000 today.")
        @Default("900")
        @Range(min = "1", max = "" + ApnsSettings.MAX_IN_FLIGHT)
        int maxInFlightPerConnection,
    @Doc(
            "The longest time until a connection to APNs stands: DNS, TCP, a proxy's tunnel, TLS"
                + " and the first SETTINGS together. TCP to one address gets a quarter of it; the"
                + " next try begins with the next address.")
        @Default("3s")
        @Range(min = "100ms", max = "60s")
        Duration connectTimeout,
    @Doc("How long a connection is silent before it is asked for a sign of life.")
        @Default("15s")
        @Range(min = "1s", max = "1h")
        Duration idlePing,
    @Doc(
            "What APNs does with a push that it cannot deliver at once: `deadline` keeps it until"
                + " the call's deadline, `zero` drops it.")
        @Default("deadline")
        Expiration expiration,
    Production production,
    Sandbox sandbox,
    Hedge hedge,
    Canary canary,
    Proxy proxy,
    DeliveryMetrics deliveryMetrics,
    @Doc(
            "PEM file of the certificates that sign the servers above; for test servers. Without it"
                + " Java's own trust store counts, as Apple's servers need.")
        Optional<Path> trustedCertificates) {

  /** The server of an environment. */
  public Endpoint endpoint(Environment environment) {
    return switch (environment) {
      case PRODUCTION -> new Endpoint(production.host(), production.port());
      case SANDBOX -> new Endpoint(sandbox.host(), sandbox.port());
    };
  }

  /** APNs' production server. */
  public record Production(
      @Doc("APNs for apps from the App Store and TestFlight.")
          @Default("api.push.apple.com")
          @Matches(value = Matches.HOST, words = Matches.HOST_WORDS)
          String host,
      @Doc("443, or 2197 where a firewall closes 443 to all but the web.")
          @Default("443")
          @Range(min = "1", max = "65535")
          int port) {}

  /** APNs' sandbox server. */
  public record Sandbox(
      @Doc("APNs for apps that Xcode installed.")
          @Default("api.sandbox.push.apple.com")
          @Matches(value = Matches.HOST, words = Matches.HOST_WORDS)
          String host,
      @Doc("As for production.") @Default("443") @Range(min = "1", max = "65535") int port) {}

  /** The rule by which a push without an answer is sent once more, and the bound on such pushes. */
  public record Hedge(
      @Doc(
              "How long a push waits for its answer before it is sent once more on another"
                  + " connection, with the same ids; the first answer counts. Off without it.")
          @Range(min = "50ms", max = "60s")
          Optional<Duration> after,
      @Doc("Bound on pushes that are sent once more, in percent of all.")
          @Default("5")
          @Range(min = "1", max = "100")
          int maxPercent) {

    /** As the engine takes it; empty if no push is sent once more. */
    public Optional<ApnsSettings.Hedge> settings() {
      return after.map(it -> new ApnsSettings.Hedge(it, maxPercent));
    }
  }

  /** The settings of the canary, which proves routes by a push to a token that no phone has. */
  public record Canary(
      @Doc(
              "Whether each credential is proven by a push to a token that no phone has, on a"
                  + " connection of its own: at start, and when a route may be back after trouble.")
          @Default("true")
          boolean enabled,
      @Doc("Whether /readyz waits until every credential is proven so; needs `enabled`.")
          @Default("false")
          boolean ready) {

    /** As the engine takes it. */
    public ApnsSettings.Canary settings() {
      if (!enabled) {
        return ApnsSettings.Canary.OFF;
      }
      return ready ? ApnsSettings.Canary.DECIDES_READY : ApnsSettings.Canary.SHOWN;
    }
  }

  /** The proxy between Ringpost and APNs, if there is one. */
  public record Proxy(
      @Doc("How the proxy is spoken to: `http` (CONNECT) or `socks5`.") @Default("http") Kind kind,
      @Doc("The proxy on the way to APNs. Without it there is none.")
          @Matches(value = Matches.HOST, words = Matches.HOST_WORDS)
          Optional<String> host,
      @Doc("Its port.") @Default("3128") @Range(min = "1", max = "65535") int port,
      @Doc("The name that the proxy knows Ringpost by, if it asks; needs `password-file`.")
          Optional<String> username,
      @Doc(
              "A file that holds the password for the proxy; read again for each connection. One"
                  + " line end at its end does not count. `socks5` has room for 255 bytes of ASCII"
                  + " in name and password.")
          Optional<Path> passwordFile) {

    /** The proxy, its login with it; empty if there is none. */
    public Optional<ApnsSettings.Proxy> settings() {
      return host.map(it -> new ApnsSettings.Proxy(kind, it, port, login()));
    }

    private Optional<ProxyCredentials> login() {
      return passwordFile.map(file -> new ProxyCredentials(username.orElse(""), file));
    }
  }

  /** The keys of {@code ringpost apple}; a worker reads when the tokens end, and no more. */
  public record DeliveryMetrics(
      @Doc(
              "A folder with a file for each app, named as its bundle id. Its first line is the"
                  + " app's token for Apple's data export, its second the day on which the token"
                  + " ends, such as `2027-05-01`. A worker that sees the folder tells when the"
                  + " tokens end.")
          Optional<Path> tokenFolder,
      @Doc("The team of the apps that have a certificate; those with a key have one there.")
          @Matches(
              value = Matches.APPLE_ID,
              words = "the 10 characters A-Z and 0-9 that Apple shows as the team id")
          Optional<String> teamId,
      @Doc("Where Apple's data export is; another address is for tests.")
          @Default("https://api.icloud.apple.com")
          @Matches(
              value = "https://[^\\s/?#@]{1,255}|http://(localhost|127\\.0\\.0\\.1):[0-9]{1,5}",
              words = "an address of HTTPS without a path, such as https://api.icloud.apple.com")
          String url) {}
}
