package dev.ringpost.config;

import dev.ringpost.config.Key.Form;
import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of {@link ConfigKeys}, as SmallRye names them. */
final class Schema {

  private static final Pattern NUMBER = Pattern.compile("\\[\\d{1,4}]");

  private final List<Key> keys;

  private Schema(List<Key> keys) {
    this.keys = keys;
  }

  /** Reads the tree. */
  static Schema of(List<ValueType<?>> types) {
    List<Key> keys = new ArrayList<>();
    ConfigMappings.getProperties(ConfigClass.configClass(ConfigKeys.class))
        .forEach(
            (name, property) -> {
              if (!name.endsWith("[*]")) { // A list comes a second time, by its elements.
                keys.add(key(name, property, types));
              }
            });
    keys.sort(Comparator.comparing(Key::path));
    return new Schema(List.copyOf(keys));
  }

  private static Key key(String name, Property property, List<ValueType<?>> types) {
    Method method = property.getMethod();
    Form form = form(method.getGenericReturnType());
    Class<?> leaf = leaf(method.getGenericReturnType());
    String path = name.substring(ConfigKeys.ROOT.length() + 1);
    return new Key(
        form == Form.MAP ? path.substring(0, path.length() - 1) : path,
        form,
        types.stream().filter(type -> type.type() == leaf).findFirst().orElseThrow(),
        property.hasDefaultValue() ? Optional.of(property.getDefaultValue()) : Optional.empty(),
        method.getAnnotation(Doc.class),
        Optional.ofNullable(method.getAnnotation(Range.class)),
        Optional.ofNullable(method.getAnnotation(Matches.class)));
  }

  private static Form form(Type type) {
    if (!(type instanceof ParameterizedType generic)) {
      return Form.ONE;
    }
    if (generic.getRawType() == Map.class) {
      return Form.MAP;
    }
    return generic.getRawType() == List.class
        ? Form.LIST
        : form(generic.getActualTypeArguments()[0]);
  }

  private static Class<?> leaf(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return leaf(arguments[arguments.length - 1]);
    }
    if (type == int.class) {
      return Integer.class;
    }
    return type == boolean.class ? Boolean.class : (Class<?>) type;
  }

  /** All keys, by name. */
  List<Key> keys() {
    return keys;
  }

  /** The key that a path in the file belongs to. */
  Optional<Key> keyOf(String path) {
    return keys.stream().filter(key -> key.matches(path)).findFirst();
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
