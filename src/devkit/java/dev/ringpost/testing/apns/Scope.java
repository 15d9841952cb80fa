package dev.ringpost.testing.apns;

import dev.ringpost.call.VoipToken;

/** The scope of a fault: what it is about. */
public sealed interface Scope {

  /** The scope of everything, what comes later too. */
  record All() implements Scope {}

  /**
   * The pushes of one device.
   *
   * @param token in lower-case hex
   */
  record OfToken(String token) implements Scope {}

  /**
   * One connection, which may still have to come.
   *
   * @param number as in {@link ConnectionView}
   */
  record OfConnection(int number) implements Scope {}

  static Scope all() {
    return new All();
  }

  static Scope token(VoipToken token) {
    return new OfToken(token.hex());
  }

  static Scope connection(int number) {
    return new OfConnection(number);
  }

  /** Whether a push of a token on a connection is meant. */
  default boolean coversPush(String token, int connection) {
    return switch (this) {
      case All _ -> true;
      case OfToken of -> of.token().equals(token);
      case OfConnection of -> of.number() == connection;
    };
  }

  /** Whether a connection is meant as a whole; one that has no number yet has 0. */
  default boolean coversConnection(int connection) {
    return switch (this) {
      case All _ -> true;
      case OfToken _ -> false;
      case OfConnection of -> of.number() == connection;
    };
  }
}
