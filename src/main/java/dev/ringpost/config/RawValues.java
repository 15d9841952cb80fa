package dev.ringpost.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values by their path, such as {@code apps[0].key.file}, as they were written. For one thread. */
final class RawValues {

  private static final Pattern APP = Pattern.compile("apps\\[(\\d+)].*");

  /**
   * One value as it was written.
   *
   * @param text empty if the key stood there without a value
   * @param where the line or the variable that set it
   * @param order grows with the place in the file, then over the variables
   */
  record Value(String text, String where, int order) {

    /** A value for which no line exists. */
    static final Value NONE = new Value("", "", Problems.LAST);

    /** Another text at the same place. */
    Value with(String other) {
      return new Value(other, where, order);
    }
  }

  private final Map<String, Value> values = new LinkedHashMap<>();

  /** Sets a value; false if the path already had one, which then stays. */
  boolean putNew(String path, Value setting) {
    return values.putIfAbsent(path, setting) == null;
  }

  /** Sets a value, also over another one or over the elements of a list. */
  void replace(String path, Value setting) {
    values.keySet().removeIf(other -> other.startsWith(path + "["));
    values.put(path, setting);
  }

  void forEach(BiConsumer<String, Value> action) {
    values.forEach(action);
  }

  /** The text at a path. */
  Optional<String> text(String path) {
    return Optional.ofNullable(values.get(path)).map(Value::text);
  }

  /** The texts of a list's elements, by their numbers. */
  List<String> elements(String path) {
    SortedMap<Integer, String> elements = new TreeMap<>();
    forEach(
        (name, value) -> {
          if (name.startsWith(path + "[")) {
            String number = name.substring(path.length() + 1, name.length() - 1);
            elements.put(Integer.valueOf(number), value.text());
          }
        });
    return List.copyOf(elements.values());
  }

  /** These values without those at a path or below it. */
  RawValues without(String path) {
    RawValues others = new RawValues();
    forEach(
        (name, value) -> {
          if (!isIn(path, name)) {
            others.putNew(name, value);
          }
        });
    return others;
  }

  /** What was written at a path, else at the nearest place around it or the first thing in it. */
  Value near(String path) {
    for (String around = path; !around.isEmpty(); around = parent(around)) {
      String here = around;
      Optional<Value> found =
          values.entrySet().stream()
              .filter(entry -> isIn(here, entry.getKey()))
              .map(Map.Entry::getValue)
              .findFirst();
      if (found.isPresent()) {
        return here.equals(path) ? found.get() : new Value("", "", found.get().order());
      }
    }
    return Value.NONE;
  }

  /** Whether anything was written at a path or below it. */
  boolean has(String path) {
    return values.keySet().stream().anyMatch(key -> isIn(path, key));
  }

  /** The numbers of the apps that have a value, in their order. */
  SortedSet<Integer> appNumbers() {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String path : values.keySet()) {
      Matcher app = APP.matcher(path);
      if (app.matches()) {
        numbers.add(Integer.valueOf(app.group(1)));
      }
    }
    return numbers;
  }

  private static boolean isIn(String group, String path) {
    return path.startsWith(group)
        && (path.length() == group.length()
            || path.charAt(group.length()) == '.'
            || path.charAt(group.length()) == '[');
  }

  private static String parent(String path) {
    int end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    return end < 0 ? "" : path.substring(0, end);
  }
}
