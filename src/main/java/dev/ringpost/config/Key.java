package dev.ringpost.config;

import dev.ringpost.config.declaration.Default;
import dev.ringpost.config.declaration.Doc;
import dev.ringpost.config.declaration.Matches;
import dev.ringpost.config.declaration.Range;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One key: what it is called, what it may hold and what it means. */
final class Key implements Schema.Member {

  /** A single value, a list of them, or a map with names of the operator's choice. */
  enum Form {
    ONE,
    LIST,
    MAP
  }

  /** The fault of a value, and what to do about it. */
  record Flaw(String wrong, String fix) {}

  /** Stands for the number of any element in a path. */
  static final String ANY = "[*]";

  /** What a name in a map may be. */
  static final String MAP_NAMES = "[A-Za-z0-9._-]+";

  private final String path;
  private final Class<?> container;
  private final Form form;
  private final ValueType<?> type;
  private final Optional<String> byDefault;
  private final Doc doc;
  private final Optional<Range> within;
  private final Optional<Matches> shape;
  private final Pattern paths;
  private final Pattern variables;

  private Key(
      String path,
      Class<?> container,
      ValueType<?> type,
      Optional<String> byDefault,
      Doc doc,
      Optional<Range> within,
      Optional<Matches> shape) {
    this.form = form(container);
    this.path = form == Form.MAP ? path + "." : path;
    this.container = container;
    this.type = type;
    this.byDefault = byDefault;
    this.doc = doc;
    this.within = within;
    this.shape = shape;
    this.paths = Pattern.compile(spelled(Pattern::quote, "\\[\\d{1,4}]") + tail());
    this.variables = Pattern.compile(spelled(Key::variableName, "_(\\d{1,4})_") + rest(form));
  }

  /**
   * The key that a record component declares.
   *
   * @param path {@code [*]} stands for any number
   */
  static Key declared(String path, RecordComponent component, ValueType<?> type) {
    Optional<String> byDefault =
        Optional.ofNullable(component.getAnnotation(Default.class)).map(Default::value);
    Key key =
        new Key(
            path,
            component.getType(),
            type,
            byDefault,
            component.getAnnotation(Doc.class),
            Optional.ofNullable(component.getAnnotation(Range.class)),
            Optional.ofNullable(component.getAnnotation(Matches.class)));
    boolean canBeEmpty = key.form != Form.ONE || key.container == Optional.class;
    if (byDefault.isEmpty() && !canBeEmpty) {
      throw new IllegalStateException(path + " has no default and is not optional");
    }
    return key;
  }

  private static Form form(Class<?> container) {
    if (container == Map.class) {
      return Form.MAP;
    }
    return container == List.class || container == Set.class ? Form.LIST : Form.ONE;
  }

  private String spelled(Function<String, String> piece, String number) {
    List<String> pieces = Arrays.asList(path.split(Pattern.quote(ANY)));
    return pieces.stream().map(piece).collect(Collectors.joining(number));
  }

  private static String variableName(String piece) {
    return piece.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
  }

  private String tail() {
    return switch (form) {
      case ONE -> "";
      case LIST -> "(\\[\\d{1,4}])?";
      case MAP -> MAP_NAMES;
    };
  }

  private static String rest(Form form) {
    return form == Form.MAP ? "(.+)" : "";
  }

  /** The key in the file's spelling, with {@code [*]} for any number; a map's ends with a dot. */
  @Override
  public String path() {
    return path;
  }

  @Override
  public Class<?> container() {
    return container;
  }

  Form form() {
    return form;
  }

  /** What its values become. */
  Class<?> valueClass() {
    return type.type();
  }

  /** A text that has no flaw as its value. */
  Object parsed(String text) {
    return type.parse().apply(text).orElseThrow();
  }

  /** The elements of a list that is not written. */
  List<String> defaultElements() {
    return byDefault.map(it -> List.of(it.split(","))).orElse(List.of());
  }

  Optional<String> byDefault() {
    return byDefault;
  }

  Doc doc() {
    return doc;
  }

  Optional<Range> within() {
    return within;
  }

  Optional<Matches> shape() {
    return shape;
  }

  /** A pattern that every text of its type matches. */
  String pattern() {
    return type.pattern();
  }

  /** The variable of the environment that sets this key, for the first element of a list. */
  String variable() {
    return EnvironmentSource.PREFIX + spelled(Key::variableName, "_0_");
  }

  /** Whether this key, or one of its elements, has this path. */
  boolean matches(String concrete) {
    return paths.matcher(concrete).matches();
  }

  /** Whether a path leads into this key, though it takes a single value or a list of them. */
  boolean isAround(String concrete) {
    return form == Form.MAP
        ? concrete.startsWith(path)
        : Pattern.compile(paths.pattern() + "[.\\[].*").matcher(concrete).matches();
  }

  /** The path that a variable of the environment sets, if it is one of this key's. */
  Optional<String> pathOf(String variable) {
    if (!variable.startsWith(EnvironmentSource.PREFIX)) {
      return Optional.empty();
    }
    Matcher name = variables.matcher(variable.substring(EnvironmentSource.PREFIX.length()));
    if (!name.matches()) {
      return Optional.empty();
    }
    if (form == Form.MAP) {
      return Optional.of(path + name.group(1).toLowerCase(Locale.ROOT).replace('_', '.'));
    }
    return Optional.of(
        name.groupCount() == 0
            ? path
            : path.replace(ANY, "[" + Integer.parseInt(name.group(1)) + "]"));
  }

  /** What is wrong with a text as this key's value. */
  Optional<Flaw> flaw(String text) {
    Optional<?> value = type.parse().apply(text);
    String quoted = quoted(text);
    if (value.isEmpty()) {
      return Optional.of(new Flaw(quoted + " is not " + type.called(), "write " + type.write()));
    }
    if (within.isPresent() && !isWithin(value.get(), within.get())) {
      return Optional.of(
          new Flaw(
              quoted + " is out of bounds",
              "write " + within.get().min() + " to " + within.get().max()));
    }
    if (shape.isPresent() && !Pattern.matches(shape.get().value(), text)) {
      return Optional.of(new Flaw(quoted + " is not valid", "write " + wanted()));
    }
    return Optional.empty();
  }

  /** What was written, but for what stands where a file's name belongs: it may be a secret. */
  private String quoted(String text) {
    return type.type() == Path.class && !Problems.isPem(text)
        ? "what is written"
        : Problems.quote(text);
  }

  /** Completes the sentence "write …". */
  String wanted() {
    return shape.map(Matches::words).orElse(type.write());
  }

  private boolean isWithin(Object value, Range bounds) {
    long size = size(value);
    return size >= bound(bounds.min()) && size <= bound(bounds.max());
  }

  private long bound(String text) {
    return size(type.parse().apply(text).orElseThrow());
  }

  private static long size(Object value) {
    return switch (value) {
      case Integer number -> number;
      case Duration duration -> duration.toMillis();
      default -> throw new IllegalStateException("only numbers and durations have bounds");
    };
  }
}
