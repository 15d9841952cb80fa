package dev.ringpost.call;

import java.util.Map;

/**
 * The app's own fields of an invite, as plain JSON values ({@code Map}, {@code List}, {@code
 * String}, {@code Number}, {@code Boolean}, null). They go to the phone and nowhere else, and print
 * as their number only: they may hold anything.
 */
public record CustomFields(Map<String, Object> fields) {

  /** Bound on nesting; JSON parsers of apps have bounds too. */
  public static final int MAX_DEPTH = 16;

  public static final CustomFields NONE = new CustomFields(Map.of());

  @Override
  public String toString() {
    return "CustomFields[" + fields.size() + "]";
  }
}
