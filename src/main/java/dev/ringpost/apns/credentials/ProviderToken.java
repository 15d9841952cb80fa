package dev.ringpost.apns.credentials;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import com.eatthepath.pushy.apns.auth.AuthenticationToken;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The provider token of a key, one for all connections of the process. Pushy signs one for each
 * connection, so a route that reconnects again and again would show APNs a new one each time; Apple
 * wants one to be kept for 20 to 60 minutes. Safe for many threads.
 */
public final class ProviderToken {

  public static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");

  /** How long one is used: Apple takes none that is older than an hour. */
  static final Duration LIFE = Duration.ofMinutes(50);

  /** One that APNs calls expired is signed anew unless it is younger: then a clock is wrong. */
  static final Duration YOUNG = Duration.ofMinutes(20);

  private final ApnsSigningKey key;

  @GuardedBy("this")
  private @Nullable AuthenticationToken token;

  ProviderToken(ApnsSigningKey key) {
    this.key = key;
  }

  /** The value of the header {@code authorization}; secret. */
  public synchronized CharSequence header(Instant now) {
    AuthenticationToken current = token;
    if (current == null || isOlderThan(current, LIFE, now)) {
      current = new AuthenticationToken(key, now);
      token = current;
    }
    return current.getAuthorizationHeader();
  }

  /** APNs called it expired. */
  public synchronized void expired(Instant now) {
    if (token != null && isOlderThan(token, YOUNG, now)) {
      token = null;
    }
  }

  private static boolean isOlderThan(AuthenticationToken signed, Duration age, Instant now) {
    // also if the clock was set back
    return Duration.between(signed.getIssuedAt(), now).abs().compareTo(age) > 0;
  }
}
