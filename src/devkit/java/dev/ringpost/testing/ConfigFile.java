package dev.ringpost.testing;

import dev.ringpost.testing.apns.ClientCertificate;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A writer of a worker's configuration file, as an operator would write it, for a local Kafka and
 * local APNs.
 */
public final class ConfigFile {

  private final StringBuilder yaml = new StringBuilder();

  /** Off, so that the local APNs see the pushes of calls and no others. */
  private boolean canary;

  private String exportTokens = "";

  private ConfigFile() {}

  /** The parts that every configuration has; the topics are made at start. */
  public static ConfigFile of(String bootstrapServers) {
    return of(bootstrapServers, Map.of());
  }

  /** No more than must be said of Kafka; the topics are those of an operator who names none. */
  public static ConfigFile withDefaultTopics(String bootstrapServers) {
    var file = new ConfigFile();
    file.yaml.append("kafka:\n  bootstrap-servers: %s\n".formatted(bootstrapServers));
    return file;
  }

  /** The same, with properties of Kafka's clients. */
  public static ConfigFile of(String bootstrapServers, Map<String, String> properties) {
    ConfigFile file = withDefaultTopics(bootstrapServers);
    if (!properties.isEmpty()) {
      file.yaml.append("  properties:\n");
      properties.forEach(
          (name, value) -> file.yaml.append("    %s: '%s'\n".formatted(name, value)));
    }
    file.yaml.append(
        """
        topics:
          create: true
          replication-factor: 1
          partitions: 6
        """);
    return file;
  }

  /** Has every route proven by a push to nobody, as is the default; to be said before the APNs. */
  public ConfigFile withCanary() {
    canary = true;
    return this;
  }

  /** Names the folder of the tokens for Apple's data export; to be said before the APNs. */
  public ConfigFile withExportTokens(Path folder) {
    exportTokens = "  delivery-metrics:\n    token-folder: %s\n".formatted(folder);
    return this;
  }

  /** The local APNs of both environments. */
  public ConfigFile apns(LocalCredentials credentials, LocalApns production, LocalApns sandbox) {
    return apns(credentials, production.port(), sandbox.port());
  }

  /** Ports on which the local APNs of both environments listen, or nobody. */
  public ConfigFile apns(LocalCredentials credentials, int production, int sandbox) {
    yaml.append(
        """
        apns:
          production:
            host: %s
            port: %d
          sandbox:
            host: %s
            port: %d
          trusted-certificates: %s
          canary:
            enabled: %s
        """
            .formatted(
                LocalApns.HOST,
                production,
                LocalApns.HOST,
                sandbox,
                credentials.trustedCertificates(),
                canary));
    yaml.append(exportTokens);
    return this;
  }

  /** The apps: one with a key, and one with a certificate where there is one. */
  public ConfigFile apps(String bundleId, SigningKey key) {
    yaml.append(
        """
        apps:
          - bundle-ids: [%s]
            key:
              file: %s
              key-id: %s
              team-id: %s
        """
            .formatted(bundleId, key.file(), key.keyId(), key.teamId()));
    return this;
  }

  /** One more app, with a certificate. */
  public ConfigFile andApp(String bundleId, ClientCertificate certificate) {
    yaml.append(
        """
          - bundle-ids: [%s]
            certificate:
              file: %s
              passphrase-file: %s
        """
            .formatted(bundleId, certificate.file(), certificate.passphraseFile()));
    return this;
  }

  /** Any other lines. */
  public ConfigFile with(String lines) {
    yaml.append(lines);
    return this;
  }

  /** Writes the file. */
  public Path write(Path file) {
    try {
      return Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
