package dev.ringpost.config;

/**
 * One value as it was written.
 *
 * @param text empty if the key stood there without a value
 * @param where the line or the variable that set it
 * @param order grows with the place in the file, then over the variables
 */
record RawValue(String text, String where, int order) {

  /** A value for which no line exists. */
  static final RawValue NONE = new RawValue("", "", Problems.LAST);

  /** Another text at the same place. */
  RawValue with(String other) {
    return new RawValue(other, where, order);
  }
}
