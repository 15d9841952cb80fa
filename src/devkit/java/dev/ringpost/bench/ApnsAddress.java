package dev.ringpost.bench;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.ringpost.testing.apns.LocalApns;
import java.nio.file.Path;

/**
 * The address of the local APNs, and what it takes to be let in.
 *
 * @param folder holds the key and the certificate of the servers' CA
 */
public record ApnsAddress(int productionPort, int sandboxPort, Path folder) {

  static final String KEY_ID = "BENCHKEY01";
  static final String TEAM_ID = "BENCHTEAM1";

  private static final int CONNECTIONS = 2;

  /** The address in a line, as {@link #parse} reads it. */
  String line() {
    return productionPort + " " + sandboxPort + " " + folder;
  }

  /** Reads what {@link #line} wrote. */
  public static ApnsAddress parse(String line) {
    String[] words = line.split(" ", 3);
    return new ApnsAddress(
        Integer.parseInt(words[0]), Integer.parseInt(words[1]), Path.of(words[2]));
  }

  Path trustedCertificates() {
    return folder.resolve("local-apns-ca.pem");
  }

  Path key() {
    return folder.resolve("key.p8");
  }

  /** The topic of the pushes. */
  public static String topic() {
    return Callees.APP.voipTopic();
  }

  /** A client of one of the servers, with as many connections as the worker has. */
  public ApnsClientBuilder client(boolean sandbox) throws Exception {
    return new ApnsClientBuilder()
        .setApnsServer(LocalApns.HOST, sandbox ? sandboxPort : productionPort)
        .setTrustedServerCertificateChain(trustedCertificates().toFile())
        .setSigningKey(ApnsSigningKey.loadFromPkcs8File(key().toFile(), TEAM_ID, KEY_ID))
        .setConcurrentConnections(CONNECTIONS);
  }

  /** The worker's settings that reach these servers, in YAML. */
  String yaml() {
    return """
    apns:
      production: {host: %1$s, port: %2$d}
      sandbox: {host: %1$s, port: %3$d}
      trusted-certificates: %4$s
    apps:
      - bundle-ids: [%5$s]
        key: {file: %6$s, key-id: %7$s, team-id: %8$s}
    """
        .formatted(
            LocalApns.HOST,
            productionPort,
            sandboxPort,
            trustedCertificates(),
            Callees.APP,
            key(),
            KEY_ID,
            TEAM_ID);
  }
}
