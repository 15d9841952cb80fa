package dev.ringpost.config;

import dev.ringpost.call.findings.DidYouMean;
import dev.ringpost.config.declaration.Doc;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The keys that {@link RingpostConfig} declares, read from its records by reflection. */
final class Schema {

  /** A key, or a group of them. */
  sealed interface Member permits Key, Group {

    /** The place in the file's spelling, with {@code [*]} for any number. */
    String path();

    /** What the record has this member in: itself, or an optional, a list, a map of it. */
    Class<?> container();
  }

  /** The presence of a group's record: always, only if something of it is written, or as a list. */
  enum Presence {
    ALWAYS,
    OPTIONAL,
    LIST
  }

  /**
   * A record of keys.
   *
   * @param path ends with {@code [*]} for a list of groups; empty for the whole file
   * @param members in the order of the record
   */
  record Group(String path, Class<?> type, Presence presence, List<Member> members)
      implements Member {

    @Override
    public Class<?> container() {
      return switch (presence) {
        case ALWAYS -> type;
        case OPTIONAL -> Optional.class;
        case LIST -> List.class;
      };
    }
  }

  /** The components that the loader itself fills. */
  private static final Set<String> LOADED = Set.of("file", "credentials");

  private static final Pattern NUMBER = Pattern.compile("\\[\\d{1,4}]");

  private final Group root;
  private final List<Key> keys;

  private Schema(Group root) {
    this.root = root;
    this.keys = keys(root).sorted(Comparator.comparing(Key::path)).toList();
  }

  /**
   * Reads the records.
   *
   * @param folder relative names of files are relative to it
   */
  static Schema of(Path folder) {
    return new Schema(group("", RingpostConfig.class, Presence.ALWAYS, folder));
  }

  private static Group group(String path, Class<?> type, Presence presence, Path folder) {
    List<Member> members = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (!path.isEmpty() || !LOADED.contains(component.getName())) {
        members.add(member(path.isEmpty() ? "" : path + ".", component, folder));
      }
    }
    return new Group(path, type, presence, List.copyOf(members));
  }

  private static Member member(String prefix, RecordComponent component, Path folder) {
    Class<?> container = component.getType();
    Class<?> leaf = leaf(component.getGenericType());
    Doc doc = component.getAnnotation(Doc.class);
    if (doc != null) {
      return Key.declared(prefix + name(component, doc), component, ValueType.of(leaf, folder));
    }
    if (!leaf.isRecord()) {
      throw new IllegalStateException(prefix + component.getName() + " has no @Doc");
    }
    String path = prefix + hyphenated(component.getName());
    if (container == List.class) {
      return group(path + Key.ANY, leaf, Presence.LIST, folder);
    }
    return group(
        path, leaf, container == Optional.class ? Presence.OPTIONAL : Presence.ALWAYS, folder);
  }

  private static String name(RecordComponent component, Doc doc) {
    return doc.name().isEmpty() ? hyphenated(component.getName()) : doc.name();
  }

  private static String hyphenated(String name) {
    return name.replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
  }

  private static Class<?> leaf(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return leaf(arguments[arguments.length - 1]);
    }
    return (Class<?>) type;
  }

  private static Stream<Key> keys(Member member) {
    return switch (member) {
      case Key key -> Stream.of(key);
      case Group group -> group.members().stream().flatMap(Schema::keys);
    };
  }

  /** Whether a path is that of a group which is there only if something of it is written. */
  boolean isOptionalGroup(String path) {
    return groups(root)
        .anyMatch(group -> group.presence() == Presence.OPTIONAL && group.path().equals(path));
  }

  private static Stream<Group> groups(Member member) {
    return switch (member) {
      case Key _ -> Stream.empty();
      case Group group ->
          Stream.concat(Stream.of(group), group.members().stream().flatMap(Schema::groups));
    };
  }

  /** The whole file. */
  Group root() {
    return root;
  }

  /** All keys, by name. */
  List<Key> keys() {
    return keys;
  }

  /** The key that a path in the file belongs to. */
  Optional<Key> keyOf(String path) {
    return keys.stream().filter(key -> key.matches(path)).findFirst();
  }

  /** Whether a path is that of a key whose value may be a tree of its own. */
  boolean isTree(String path) {
    return keyOf(path).filter(key -> key.valueClass() == AppConfig.Tree.class).isPresent();
  }

  /** The path that a variable of the environment sets. */
  Optional<String> pathOf(String variable) {
    return keys.stream().map(key -> key.pathOf(variable)).flatMap(Optional::stream).findFirst();
  }

  /** The names that may follow a path which is no key itself; empty if it is no group either. */
  List<String> namesUnder(String path) {
    String group = general(path);
    return keys.stream()
        .map(Key::path)
        .filter(key -> key.startsWith(group + ".") || key.startsWith(group + "[*]."))
        .map(key -> key.substring(key.indexOf('.', group.length()) + 1).split("[.\\[]", 2)[0])
        .distinct()
        .toList();
  }

  /** Whether a path leads into a key that takes a single value. */
  boolean isInsideOfKey(String path) {
    return keys.stream().anyMatch(key -> key.isAround(path));
  }

  /** What to do about a key that does not exist. */
  String nearestKey(String path) {
    Matcher number = NUMBER.matcher(path);
    String element = number.find() ? number.group() : "[0]";
    return DidYouMean.nearest(general(path), keys.stream().map(Key::path))
        .map(key -> "did you mean " + key.replace("[*]", element) + "?")
        .orElse("remove it");
  }

  /** What to do about a variable that sets nothing. */
  String nearestVariable(String name) {
    return DidYouMean.nearest(name, keys.stream().map(Key::variable))
        .map(variable -> "did you mean " + variable + "?")
        .orElse("unset it");
  }

  private static String general(String path) {
    return NUMBER.matcher(path).replaceAll("[*]");
  }
}
