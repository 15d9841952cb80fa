package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** A credential that was read and is fit for use. Immutable; safe for many threads. */
final class Credential {

  private final String name;
  private final Optional<Instant> expiresAt;
  private final Consumer<ApnsClientBuilder> authentication;

  /**
   * @param name what it may be called in a log: ids and dates, nothing secret
   * @param expiresAt when Apple takes it no more; keys do not expire
   * @param authentication gives it to a client that is being built
   */
  Credential(String name, Optional<Instant> expiresAt, Consumer<ApnsClientBuilder> authentication) {
    this.name = name;
    this.expiresAt = expiresAt;
    this.authentication = authentication;
  }

  Optional<Instant> expiresAt() {
    return expiresAt;
  }

  /** Gives the credential to a client that is being built. */
  void authenticate(ApnsClientBuilder client) {
    authentication.accept(client);
  }

  /** Its name, never what it is made of. */
  @Override
  public String toString() {
    return name;
  }
}
