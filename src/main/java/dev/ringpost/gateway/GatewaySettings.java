package dev.ringpost.gateway;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.events.RingSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the gateway.
 *
 * @param host the address that is opened
 * @param port its port; 0 for any free one
 * @param bearerFile a file of bearer tokens, one per line; any client may call without it
 * @param tls the certificate of the server; clear text without it
 * @param topics what is written and read
 * @param ring how invites are read
 * @param maxWait bound on the wait that a client may ask for
 * @param maxWaiting bound on clients that wait at once, streams among them
 * @param rememberedCalls bound on the calls whose verdicts are remembered
 * @param storeWithin bound on the time that Kafka has to store a record
 * @param webhook where final verdicts are told, if anywhere
 * @param kafka properties of the Kafka clients; values may be passwords
 */
public record GatewaySettings(
    String host,
    int port,
    Optional<Path> bearerFile,
    Optional<Tls> tls,
    Topics topics,
    RingSettings ring,
    Duration maxWait,
    int maxWaiting,
    int rememberedCalls,
    Duration storeWithin,
    Optional<Webhook> webhook,
    Map<String, Object> kafka) {

  /**
   * Bound on the longest wait and the time to store together: so long a client may have to be
   * answered when the gateway leaves.
   */
  public static final Duration LONGEST_ANSWER = Duration.ofSeconds(18);

  /** The topics that a gateway uses. */
  public record Topics(String invites, String tokens, String signals, String results) {}

  /**
   * The server's side of TLS.
   *
   * @param keyStore a PKCS#12 file with the certificate and its key
   * @param passwordFile a file that holds its password
   * @param clientAuthorities a PEM file of the authorities whose certificates a client must have
   */
  public record Tls(Path keyStore, Path passwordFile, Optional<Path> clientAuthorities) {}

  /**
   * The receiver of final verdicts.
   *
   * @param url where they are posted
   * @param secretFile a file that holds the key of the signature
   * @param group the consumer group that gateways share for it
   * @param attempts bound on the tries of one verdict
   */
  public record Webhook(URI url, Path secretFile, String group, int attempts) {}

  public GatewaySettings {
    kafka = Map.copyOf(kafka);
    InvalidSettingsException.require(
        maxWait.plus(storeWithin).compareTo(LONGEST_ANSWER) <= 0,
        "gateway.max-wait",
        "must be, with gateway.store-within, at most "
            + LONGEST_ANSWER.toSeconds()
            + "s: a gateway that leaves answers its clients first");
    InvalidSettingsException.require(
        maxWaiting <= rememberedCalls,
        "gateway.remembered-calls",
        "must be at least gateway.max-waiting: a call that is waited for is remembered");
    boolean guarded = bearerFile.isPresent() || tls.flatMap(Tls::clientAuthorities).isPresent();
    if (!guarded && !isLoopback(host)) {
      throw new InvalidSettingsException(
          List.of(
              Finding.failed(
                  "gateway.host",
                  "would let anybody who reaches it ring any phone",
                  "write gateway.bearer-tokens-file or gateway.tls.client-authorities-file,"
                      + " or listen on 127.0.0.1")));
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }

  /** The names of the client properties only: values may be passwords. */
  @Override
  public String toString() {
    return "GatewaySettings["
        + host
        + ":"
        + port
        + ", topics="
        + topics
        + ", maxWait="
        + maxWait
        + ", maxWaiting="
        + maxWaiting
        + ", rememberedCalls="
        + rememberedCalls
        + ", kafka="
        + kafka.keySet()
        + "]";
  }
}
