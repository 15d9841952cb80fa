package dev.ringpost.config;

import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.config.Schema.Group;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The builder of the records from values that are known to be sound; what has none gets its
 * default. It always succeeds: a required key that is missing leaves an empty list or an empty
 * optional.
 */
final class RecordBuilder {

  private final RawValues sound;

  private RecordBuilder(RawValues sound) {
    this.sound = sound;
  }

  /**
   * The whole configuration.
   *
   * @param file the file it was read from
   */
  static RingpostConfig build(Schema schema, RawValues sound, Path file) {
    return (RingpostConfig)
        new RecordBuilder(sound).group(schema.root(), "", List.of(file, Credentials.NONE));
  }

  /**
   * @param number what stands for {@code [*]} in the paths of its keys
   * @param before what stands before its keys in the record
   */
  private Object group(Group group, String number, List<Object> before) {
    List<Object> values = new ArrayList<>(before);
    for (Schema.Member member : group.members()) {
      values.add(
          switch (member) {
            case Key key -> value(key, concrete(key.path(), number));
            case Group inner -> inner(inner, number);
          });
    }
    return construct(group.type(), values);
  }

  private Object inner(Group group, String number) {
    return switch (group.presence()) {
      case ALWAYS -> group(group, number, List.of());
      case OPTIONAL ->
          Optional.of(concrete(group.path(), number))
              .filter(sound::has)
              .map(_ -> group(group, number, List.of()));
      case LIST ->
          sound.appNumbers().stream().map(it -> group(group, "[" + it + "]", List.of())).toList();
    };
  }

  private static String concrete(String path, String number) {
    return path.replace(Key.ANY, number);
  }

  private Object value(Key key, String path) {
    return switch (key.form()) {
      case MAP -> map(key, path);
      case LIST -> {
        List<?> values = list(key, path);
        yield key.container() == Set.class ? new LinkedHashSet<>(values) : values;
      }
      case ONE -> {
        Optional<?> value = sound.text(path).or(key::byDefault).map(key::parsed);
        yield key.container() == Optional.class ? value : value.orElseThrow();
      }
    };
  }

  private List<?> list(Key key, String path) {
    List<String> elements = sound.elements(path);
    return (elements.isEmpty() ? key.defaultElements() : elements)
        .stream().map(key::parsed).toList();
  }

  private Map<String, ?> map(Key key, String path) {
    Map<String, Object> map = new LinkedHashMap<>();
    sound.forEach(
        (name, value) -> {
          if (name.startsWith(path)) {
            map.put(name.substring(path.length()), key.parsed(value.text()));
          }
        });
    return map;
  }

  private static Object construct(Class<?> type, List<Object> values) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot fill " + type.getSimpleName(), e);
    }
  }
}
