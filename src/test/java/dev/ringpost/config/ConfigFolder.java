package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ProviderIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A folder as an operator has it: a configuration file and beside it the files that it names, all
 * of them made here.
 */
final class ConfigFolder {

  static final String PASSPHRASE = "open sesame";
  static final String DESK = "com.example.desk";

  /** The shortest configuration that is valid. */
  static final String SMALLEST =
      """
      kafka:
        bootstrap-servers: kafka:9092
      apps:
        - bundle-ids: com.example.phone
          key:
            file: phone.p8
            key-id: ABC123DEFG
            team-id: TEAM123456
      """;

  private static final Pattern DOTTED = Pattern.compile("^[a-z]+\\.", Pattern.MULTILINE);

  private final Path folder;

  ConfigFolder(Path folder) {
    this.folder = folder;
    write("phone.p8", pem("PRIVATE KEY", ellipticKey("secp256r1")));
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  ConfigFolder write(String name, String text) {
    return write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  ConfigFolder write(String name, byte[] bytes) {
    try {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.write(folder.resolve(name), bytes);
      return this;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  RingpostConfig load(String yaml) {
    return load(yaml, Map.of());
  }

  RingpostConfig load(String yaml, Map<String, String> environment) {
    try {
      return tryToLoad(yaml, environment, InstantSource.system());
    } catch (InvalidConfigException e) {
      throw new AssertionError("valid, but: " + e.getMessage(), e);
    }
  }

  /** The problems of a configuration, one line each. */
  List<String> problems(String yaml) {
    return problems(yaml, Map.of());
  }

  List<String> problems(String yaml, Map<String, String> environment) {
    return problems(yaml, environment, InstantSource.system());
  }

  List<String> problems(String yaml, Map<String, String> environment, InstantSource clock) {
    try {
      tryToLoad(yaml, environment, clock);
      return List.of();
    } catch (InvalidConfigException e) {
      return e.problems().stream().map(Problem::toString).toList();
    }
  }

  private RingpostConfig tryToLoad(
      String yaml, Map<String, String> environment, InstantSource clock)
      throws InvalidConfigException {
    write("ringpost.yaml", yaml);
    RingpostConfig config = ConfigLoader.load(folder.resolve("ringpost.yaml"), environment, clock);
    // What variables set, and keys with a dot, are unknown to the schema for editors.
    if (environment.isEmpty() && !DOTTED.matcher(yaml).find()) {
      assertThat(FileSchema.flaws(yaml)).as("what an editor says of " + yaml).isEmpty();
    }
    return config;
  }

  static byte[] ellipticKey(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair().getPrivate().getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String pem(String kind, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }

  /**
   * Adds {@code name.p12} of an app {@link #DESK} with a passphrase, {@code name.key} with the
   * private key alone and without one, and {@code name.pem} with the certificate of who signed it.
   */
  ConfigFolder certificate(String name, String passphrase) {
    return certificate(name, passphrase, InstantSource.system());
  }

  /** The same, made at another time. */
  ConfigFolder certificate(String name, String passphrase, InstantSource clock) {
    try {
      LocalCredentials local = LocalCredentials.in(folder, clock);
      ProviderIdentity identity = local.identity(DESK);
      LocalCredentials.writePkcs12(folder.resolve(name + ".p12"), identity, passphrase);
      Files.move(
          local.trustedCertificates(),
          folder.resolve(name + ".pem"),
          StandardCopyOption.REPLACE_EXISTING);
      return write(name + ".key", pem("PRIVATE KEY", identity.key().getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
