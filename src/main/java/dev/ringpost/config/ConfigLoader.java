package dev.ringpost.config;

import dev.ringpost.apns.credentials.SmallFile;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig.App;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the configuration: one YAML file, over it the {@code RINGPOST_…} variables of the
 * environment. Values are taken as they stand; {@code ${…}} has no meaning to Ringpost, so that a
 * password may hold it and Kafka's own configuration providers get to see it. Strict: everything
 * that is unknown, unreadable, impossible or missing is a problem, and all problems come at once.
 */
public final class ConfigLoader {

  private static final int ABOVE_BUILT_IN = 500;

  private ConfigLoader() {}

  /**
   * Reads and judges a configuration, the files that it names included.
   *
   * @param file relative paths in it are relative to its folder
   * @param environment all variables; only those that begin with {@code RINGPOST_} count
   * @throws InvalidConfigException if anything at all is wrong
   */
  public static RingpostConfig load(Path file, Map<String, String> environment)
      throws InvalidConfigException {
    return load(file, environment, true);
  }

  /**
   * Reads and judges a configuration without Apple's part of it: no app need be there, nor any file
   * of a credential. What is written must still be right.
   */
  public static RingpostConfig loadWithoutApple(Path file, Map<String, String> environment)
      throws InvalidConfigException {
    return load(file, environment, false);
  }

  private static RingpostConfig load(Path file, Map<String, String> environment, boolean apple)
      throws InvalidConfigException {
    Path absolute = file.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    List<ValueType<?>> types = ValueType.all(parent == null ? absolute : parent);
    Schema schema = Schema.of(types);
    Problems problems = new Problems(file);
    RawValues written = new RawValues();

    YamlSource.read(text(file), written, problems);
    EnvironmentSource.read(environment, schema, written, problems);
    RawValues sound = KeyValidator.sift(schema, written, problems);
    ConfigKeys tree = map(sound, types);

    Rules.check(tree, written, problems);
    List<App> apps = apple ? apple(tree, sound, written, problems) : List.of();
    problems.throwIfAny();
    return Assembly.assemble(file, tree, apps);
  }

  private static List<App> apple(
      ConfigKeys tree, RawValues sound, RawValues written, Problems problems) {
    var files = new CredentialFiles(written, problems);
    tree.apns().trustedCertificates().ifPresent(files::trustedCertificates);
    files.proxyLogin(tree.apns().proxy());
    return AppRules.read(tree, sound, written, problems);
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
    return new InvalidConfigException(file, List.of(new Problem("", "", wrong, fix)));
  }

  private static ConfigKeys map(RawValues sound, List<ValueType<?>> types) {
    Map<String, String> values = new HashMap<>();
    sound.forEach((path, value) -> values.put(ConfigKeys.ROOT + "." + path, value.text()));
    // Without SmallRye's default interceptors and sources: no expressions, no profiles, no system
    // properties.
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder()
            .withSources(new PropertiesConfigSource(values, "configuration", ABOVE_BUILT_IN))
            .withMapping(ConfigKeys.class);
    types.forEach(type -> convert(builder, type));
    return builder.build().getConfigMapping(ConfigKeys.class);
  }

  private static <T> void convert(SmallRyeConfigBuilder builder, ValueType<T> type) {
    builder.withConverter(
        type.type(), ABOVE_BUILT_IN, text -> type.parse().apply(text).orElse(null));
  }
}
