package dev.ringpost.config;

import dev.ringpost.config.Key.Form;
import java.util.List;
import java.util.stream.Stream;

/**
 * A judge of what was written, value by value and all of it, before any record is filled. What
 * passes here {@link RecordBuilder} turns into records without an error.
 */
final class KeyValidator {

  private final Schema schema;
  private final RawValues written;
  private final Problems problems;
  private final RawValues sound = new RawValues();

  private KeyValidator(Schema schema, RawValues written, Problems problems) {
    this.schema = schema;
    this.written = written;
    this.problems = problems;
  }

  /** The settings that are known, of the right type and within their bounds. */
  static RawValues sift(Schema schema, RawValues written, Problems problems) {
    KeyValidator sieve = new KeyValidator(schema, written, problems);
    written.forEach(sieve::setting);
    sieve.requirements();
    return sieve.sound;
  }

  private void setting(String path, RawValues.Value setting) {
    schema
        .keyOf(path)
        .ifPresentOrElse(key -> known(key, path, setting), () -> unknown(path, setting));
  }

  private void known(Key key, String path, RawValues.Value setting) {
    if (key.form() == Form.MAP) {
      sound.putNew(path, setting);
    } else if (setting.text().isBlank()) {
      problems.add(path, setting, "has no value", "write one, or remove it");
    } else if (key.form() == Form.LIST && !path.endsWith("]")) {
      String[] elements = setting.text().split(",", -1);
      for (int i = 0; i < elements.length; i++) {
        value(key, path + "[" + i + "]", setting.with(elements[i].strip()));
      }
    } else {
      value(key, path, setting);
    }
  }

  private void value(Key key, String path, RawValues.Value setting) {
    key.flaw(setting.text())
        .ifPresentOrElse(
            flaw -> problems.add(path, setting, flaw.wrong(), flaw.fix()),
            () -> sound.putNew(path, setting));
  }

  private void unknown(String path, RawValues.Value setting) {
    List<String> names = schema.namesUnder(path);
    boolean emptyGroup = !names.isEmpty() && setting.text().isEmpty();
    if (emptyGroup) {
      return; // All keys of a group are commented out.
    }
    if (!names.isEmpty()) {
      problems.add(
          path,
          setting,
          "has keys of its own, not a value",
          "write under it " + String.join(", ", names));
    } else if (schema.isInsideOfKey(path)) {
      problems.add(
          path, setting, "lies inside of a key that has one value", "write that value itself");
    } else {
      problems.add(Problems.plain(path), setting, "unknown key", schema.nearestKey(path));
    }
  }

  private void requirements() {
    for (Key key : schema.keys()) {
      if (key.doc().required()) {
        places(key.path()).filter(path -> !written.has(path)).forEach(path -> missing(key, path));
      }
    }
  }

  private void missing(Key key, String path) {
    problems.add(path, written.near(path), "is missing", "write " + key.wanted());
  }

  private Stream<String> places(String path) {
    if (!path.contains("[*]")) {
      String parent = path.substring(0, Math.max(0, path.lastIndexOf('.')));
      return Stream.of(path).filter(_ -> !schema.isOptionalGroup(parent) || written.has(parent));
    }
    return written.appNumbers().stream()
        .map(number -> path.replace("[*]", "[" + number + "]"))
        .filter(place -> written.has(place.substring(0, place.lastIndexOf('.'))));
  }
}
