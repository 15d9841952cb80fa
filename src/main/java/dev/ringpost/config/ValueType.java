package dev.ringpost.config;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Secret;
import dev.ringpost.config.RingpostConfig.Server;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type of values, with how text becomes one.
 *
 * @param type the type of the record component
 * @param called completes "… is not"
 * @param write completes "write …"
 * @param pattern what every such text matches, in Java and in JavaScript
 * @param parse gives nothing for text that is no such value
 */
record ValueType<T>(
    Class<T> type,
    String called,
    String write,
    String pattern,
    Function<String, Optional<T>> parse) {

  /** A text of at least one character; a key without a value is not written. */
  private static final String ANY = "[\\s\\S]+";

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");
  private static final Pattern DURATION = Pattern.compile("(-?[0-9]{1,9})(ms|s|m|h)");
  private static final Pattern SERVER =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+\\]|[A-Za-z0-9._-]+):([0-9]{1,5})");
  private static final Pattern BUNDLE_ID =
      Pattern.compile("(?!.*\\.voip$)[A-Za-z0-9.-]{1," + BundleId.MAX_LENGTH + "}");

  /**
   * How text becomes a value of a type.
   *
   * @param folder relative paths are relative to it
   */
  static ValueType<?> of(Class<?> type, Path folder) {
    if (type.isEnum()) {
      return choice(type);
    }
    return plain(folder).stream().filter(it -> it.type() == type).findFirst().orElseThrow();
  }

  private static List<ValueType<?>> plain(Path folder) {
    return List.of(
        new ValueType<>(String.class, "a text", "a text", ANY, Optional::of),
        new ValueType<>(
            Secret.class, "a text", "a text", ANY, text -> Optional.of(new Secret(text))),
        new ValueType<>(
            AppConfig.Tree.class,
            "a word or an object",
            "a word or an object",
            ANY,
            text -> Optional.of(new AppConfig.Tree(text))),
        new ValueType<>(
            int.class, "a whole number", "digits only", NUMBER.pattern(), ValueType::number),
        new ValueType<>(
            boolean.class, "true or false", "true or false", "true|false", ValueType::truth),
        new ValueType<>(
            Duration.class,
            "a duration",
            "a whole number and a unit: 500ms, 10s, 2m or 1h",
            DURATION.pattern(),
            ValueType::duration),
        new ValueType<>(
            Path.class,
            "a file name",
            "the name of a file that holds it",
            ANY,
            text -> path(folder, text)),
        new ValueType<>(
            Server.class,
            "a server",
            "host:port, such as kafka.example.com:9092",
            SERVER.pattern(),
            ValueType::server),
        new ValueType<>(
            BundleId.class,
            "a bundle id",
            "letters, digits, dots and hyphens without .voip at the end, such as com.example.phone",
            BUNDLE_ID.pattern(),
            text -> Optional.of(text).filter(BUNDLE_ID.asMatchPredicate()).map(BundleId::new)));
  }

  private static <E> ValueType<E> choice(Class<E> type) {
    List<E> all = List.of(type.getEnumConstants());
    String words = String.join(", ", words(type));
    return new ValueType<>(
        type,
        "one of " + words,
        "one of " + words,
        String.join("|", words(type)),
        text -> all.stream().filter(value -> word(value).equals(text)).findFirst());
  }

  /** The values of an enum as the file spells them. */
  static List<String> words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants()).map(ValueType::word).toList();
  }

  private static String word(Object value) {
    return ((Enum<?>) value).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Optional<Integer> number(String text) {
    return Optional.of(text).filter(NUMBER.asMatchPredicate()).map(Integer::valueOf);
  }

  private static Optional<Boolean> truth(String text) {
    return switch (text) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Optional<Duration> duration(String text) {
    Matcher parts = DURATION.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(parts.group(1));
    return Optional.of(
        switch (parts.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          default -> Duration.ofHours(amount);
        });
  }

  private static Optional<Path> path(Path folder, String text) {
    if (text.isBlank() || Problems.isPem(text)) {
      return Optional.empty();
    }
    try {
      return Optional.of(folder.resolve(text).normalize());
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private static Optional<Server> server(String text) {
    Matcher parts = SERVER.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(parts.group(2));
    return port < 1 || port > 65535
        ? Optional.empty()
        : Optional.of(new Server(parts.group(1), port));
  }
}
