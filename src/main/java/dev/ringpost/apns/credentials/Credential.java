package dev.ringpost.apns.credentials;

import com.eatthepath.pushy.apns.ApnsClientBuilder;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A credential that was read and is fit for use. Safe for many threads. */
public final class Credential {

  private final String name;
  private final Optional<Instant> expiresAt;
  private final Consumer<ApnsClientBuilder> authentication;
  private final Optional<ProviderToken> providerToken;
  private final Predicate<String> topics;

  /**
   * @param name what it may be called in a log: ids and dates, nothing secret
   * @param expiresAt when Apple takes it no more; keys do not expire
   * @param authentication gives it to a client that is being built
   * @param providerToken what all connections show, if it is a key
   * @param topics whether it may push to a topic of its apps
   */
  Credential(
      String name,
      Optional<Instant> expiresAt,
      Consumer<ApnsClientBuilder> authentication,
      Optional<ProviderToken> providerToken,
      Predicate<String> topics) {
    this.topics = topics;
    this.name = name;
    this.expiresAt = expiresAt;
    this.authentication = authentication;
    this.providerToken = providerToken;
  }

  public Optional<Instant> expiresAt() {
    return expiresAt;
  }

  /** What all connections show, if it is a key. */
  public Optional<ProviderToken> providerToken() {
    return providerToken;
  }

  /** Whether it may push to a topic of its apps, as far as that can be read in it. */
  public boolean mayPushTo(String topic) {
    return topics.test(topic);
  }

  /** Gives the credential to a client that is being built. */
  public void authenticate(ApnsClientBuilder client) {
    authentication.accept(client);
  }

  /** Its name, never what it is made of. */
  @Override
  public String toString() {
    return name;
  }
}
