package dev.ringpost.config.declaration;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The form that a text must have: a pattern for the program, words for people. The pattern must
 * mean the same in JavaScript, whose patterns JSON Schema has.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Matches {

  String TOPIC = "(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}";
  String TOPIC_WORDS = "a topic name: 1 to 249 of a-z, A-Z, 0-9, dot, - and _";

  String GROUP = "[^\\s\\x00-\\x1f\\x7f]{1,249}";
  String GROUP_WORDS = "1 to 249 characters without spaces";

  /** A name or an IPv4 address, or an IPv6 address, which has at least two colons. */
  String HOST = "[A-Za-z0-9._-]{1,255}|(?=[^:]*:[^:]*:)[A-Za-z0-9._:%-]{2,255}";

  String HOST_WORDS =
      "a host name or an address, without scheme and port; the port has a key of its own";

  /** An id that Apple gives to a key or a team. */
  String APPLE_ID = "[A-Z0-9]{10}";

  String KEY_ID_WORDS = "the 10 characters A-Z and 0-9 that Apple shows beside the key";

  String value();

  /** Completes the sentence "write …". */
  String words();
}
