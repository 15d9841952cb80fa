package dev.ringpost.config;

import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.credentials.SmallFile;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.InvalidConfigException.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The loader of the configuration: one YAML file, over it the {@code RINGPOST_…} variables of the
 * environment. Values are used as they stand; {@code ${…}} has no meaning to Ringpost, so that a
 * password may hold it and Kafka's own configuration providers get to see it. Strict: everything
 * that is unknown, unreadable, impossible or missing is a problem, and all problems come at once.
 */
public final class ConfigLoader {

  private ConfigLoader() {}

  /**
   * Reads and judges a configuration, the files that it names included.
   *
   * @param file relative paths in it are relative to its folder
   * @param environment all variables; only those that begin with {@code RINGPOST_} count
   * @param clock tells whether a certificate is valid
   * @throws InvalidConfigException if anything at all is wrong
   */
  public static RingpostConfig load(Path file, Map<String, String> environment, InstantSource clock)
      throws InvalidConfigException {
    return load(file, environment, true, Optional.of(clock));
  }

  /**
   * Reads and judges a configuration without Apple's part of it: no app need be there, nor any file
   * of a credential. What is written must still be right.
   */
  public static RingpostConfig loadWithoutApple(Path file, Map<String, String> environment)
      throws InvalidConfigException {
    return load(file, environment, false, Optional.empty());
  }

  /**
   * Reads and judges a configuration with its apps, whose names it must say, but without the files
   * of their credentials: nobody is shown to APNs.
   */
  public static RingpostConfig loadWithoutCredentials(Path file, Map<String, String> environment)
      throws InvalidConfigException {
    return load(file, environment, true, Optional.empty());
  }

  /**
   * The configuration in which nothing is written: each key has its default, and a required one is
   * empty. For plans; no worker can start with it.
   */
  public static RingpostConfig defaults() {
    Path nowhere = Path.of("");
    return RecordBuilder.build(Schema.of(nowhere), new RawValues(), nowhere);
  }

  /**
   * @param apps whether the apps are read
   * @param credentials the clock by which their credentials are judged; empty where they are not
   */
  private static RingpostConfig load(
      Path file, Map<String, String> environment, boolean apps, Optional<InstantSource> credentials)
      throws InvalidConfigException {
    Path absolute = file.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Schema schema = Schema.of(parent == null ? absolute : parent);
    Problems problems = new Problems(file);
    RawValues written = new RawValues();

    YamlSource.read(text(file), schema, written, problems);
    EnvironmentSource.read(environment, schema, written, problems);
    RawValues sound = KeyValidator.sift(schema, written, problems);
    RingpostConfig config = RecordBuilder.build(schema, apps ? sound : sound.without("apps"), file);

    Rules.check(config, written, problems);
    Credentials read = Credentials.NONE;
    if (credentials.isPresent()) {
      var files = new CredentialFiles(written, problems, credentials.get().instant());
      var trusted = files.trustedCertificates(config.apns().trustedCertificates());
      var proxyPassword = files.proxyPassword(config.apns().proxy());
      read =
          new Credentials(
              AppRules.check(config, sound.appNumbers(), files, written, problems),
              trusted,
              proxyPassword);
    }
    problems.throwIfAny();
    return config.with(read);
  }

  private static String text(Path file) throws InvalidConfigException {
    return switch (SmallFile.read(file)) {
      case SmallFile.Unread(String wrong, String fix) -> throw alone(file, wrong, fix);
      case SmallFile.Content(byte[] bytes) -> {
        try {
          yield StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
          throw alone(file, "is not in UTF-8", "save it in UTF-8");
        }
      }
    };
  }

  private static InvalidConfigException alone(Path file, String wrong, String fix) {
    return new InvalidConfigException(file, List.of(Problem.of(Finding.failed("", wrong, fix))));
  }
}
