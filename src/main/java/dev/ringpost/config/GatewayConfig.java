package dev.ringpost.config;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.config.declaration.Default;
import dev.ringpost.config.declaration.Doc;
import dev.ringpost.config.declaration.Matches;
import dev.ringpost.config.declaration.Range;
import dev.ringpost.gateway.GatewaySettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys of {@code gateway}, which {@code ringpost gateway} reads and a worker does not. */
public record GatewayConfig(
    @Doc("The address that the gateway opens; another than loopback needs tokens or `tls`.")
        @Default("127.0.0.1")
        @Matches(value = Matches.HOST, words = Matches.HOST_WORDS)
        String host,
    @Doc("Its port; 0 binds any free one and logs which.")
        @Default("8090")
        @Range(min = "0", max = "65535")
        int port,
    @Doc(
            "A file of bearer tokens, one per line; a client must have one of them. Read at start."
                + " Several let one be exchanged for another.")
        Optional<Path> bearerTokensFile,
    @Doc("The longest wait for a verdict that a client may ask for.")
        @Default("10s")
        @Range(min = "100ms", max = "20s")
        Duration maxWait,
    @Doc("Clients that wait at once, on streams of events too; others get status 429.")
        @Default("4000")
        @Range(min = "1", max = "100000")
        int maxWaiting,
    @Doc("Calls whose verdicts are remembered, at one to two kilobytes each.")
        @Default("20000")
        @Range(min = "100", max = "10000000")
        int rememberedCalls,
    @Doc("How long Kafka has to store a record; then the client gets status 503.")
        @Default("3s")
        @Range(min = "100ms", max = "20s")
        Duration storeWithin,
    Optional<Tls> tls,
    Optional<Webhook> webhook) {

  /** The server's side of TLS. */
  public record Tls(
      @Doc(value = "A PKCS#12 file with the certificate and its key.", required = true)
          Optional<Path> keyStoreFile,
      @Doc(value = "A file that holds its password.", required = true) Optional<Path> passwordFile,
      @Doc("PEM file of the authorities whose certificates a client must have (mTLS).")
          Optional<Path> clientAuthoritiesFile) {

    private Optional<GatewaySettings.Tls> settings() {
      return keyStoreFile.flatMap(
          store ->
              passwordFile.map(
                  password -> new GatewaySettings.Tls(store, password, clientAuthoritiesFile)));
    }
  }

  private static final String HOST = "letters, digits, dashes and dots, and no underscore";

  /** The receiver of final verdicts. */
  public record Webhook(
      @Doc(value = "Where each final verdict is posted.", required = true)
          @Matches(
              value = "https?://[^\\s/?#]+[^\\s]*",
              words = "a URL, such as https://calls.example.com/verdicts")
          Optional<String> url,
      @Doc(
              value = "A file that holds the key of the signature, 32 characters or more.",
              required = true)
          Optional<Path> secretFile,
      @Doc("The consumer group of the gateways, so that one of them tells each verdict.")
          @Default("ringpost.webhook")
          @Matches(value = Matches.GROUP, words = Matches.GROUP_WORDS)
          String group,
      @Doc("Tries of one verdict, 3 s each at most; then it is dropped, counted and logged.")
          @Default("3")
          @Range(min = "1", max = "5")
          int attempts) {

    private Optional<GatewaySettings.Webhook> settings() {
      return url.flatMap(
          to ->
              secretFile.map(
                  secret -> new GatewaySettings.Webhook(uri(to), secret, group, attempts)));
    }

    /** A host that {@link URI} does not know as one, such as with an underscore, reads as none. */
    private static URI uri(String url) {
      try {
        var uri = new URI(url);
        InvalidSettingsException.require(
            uri.getHost() != null, "gateway.webhook.url", "has no host that Java accepts: " + HOST);
        return uri;
      } catch (URISyntaxException e) {
        throw new InvalidSettingsException(
            List.of(
                Finding.failed(
                    "gateway.webhook.url",
                    "is no URL: " + e.getReason() + " at character " + (e.getIndex() + 1),
                    "write it as RFC 3986 has it, such as https://calls.example.com/verdicts")));
      }
    }
  }

  /** As the gateway takes it, with what other keys say. */
  GatewaySettings settings(RingpostConfig all) {
    return new GatewaySettings(
        host,
        port,
        bearerTokensFile,
        tls.flatMap(Tls::settings),
        new GatewaySettings.Topics(
            all.topics().invites(),
            all.topics().tokens(),
            all.topics().signals(),
            all.topics().results()),
        new RoomSettings(all).ring(),
        maxWait,
        maxWaiting,
        rememberedCalls,
        storeWithin,
        webhook.flatMap(Webhook::settings),
        all.kafka().clientProperties());
  }
}
