package dev.ringpost.bench;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;

/** The users who are called. All processes know their phones without being told. */
enum Callees {
  /** One phone each. */
  ONE_PHONE(1, Environment.PRODUCTION),
  /** Two phones each. */
  TWO_PHONES(2, Environment.PRODUCTION),
  /** One phone each; the APNs of their environment keeps when each push arrived. */
  TIMED(1, Environment.SANDBOX);

  /** How many of each kind there are. */
  static final int USERS = 5_000;

  static final BundleId APP = new BundleId("com.example.phone");

  private static final int TOKEN_BYTES = 32;

  private final int phones;
  private final Environment environment;

  Callees(int phones, Environment environment) {
    this.phones = phones;
    this.environment = environment;
  }

  int phones() {
    return phones;
  }

  Environment environment() {
    return environment;
  }

  /** The user that the n-th call is for. */
  String user(int call) {
    return "%s-%d".formatted(name().toLowerCase(Locale.ROOT), call % USERS);
  }

  /** The token of a phone of the user that the n-th call is for. */
  String token(int call, int phone) {
    byte[] token = new byte[TOKEN_BYTES];
    new Random(31L * user(call).hashCode() + phone).nextBytes(token);
    return HexFormat.of().formatHex(token);
  }
}
