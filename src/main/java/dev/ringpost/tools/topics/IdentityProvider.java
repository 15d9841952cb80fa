package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.tools.topics.IdentityProvider.Answer.Away;
import dev.ringpost.tools.topics.IdentityProvider.Answer.Refused;
import dev.ringpost.tools.topics.IdentityProvider.Answer.Token;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.internals.BrokerSecurityConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;
import org.apache.kafka.common.security.oauthbearer.internals.secured.UnretryableException;
import org.apache.kafka.common.utils.Utils;

/**
 * The identity provider that gives Kafka's clients their token for SASL/OAUTHBEARER. It is asked
 * the way the clients ask it, through their own callback handler: their login drops the cause of a
 * failure, so that one that is away looks like a wrong password. Safe for many threads.
 */
public final class IdentityProvider {

  /** The answer to a request for a token. */
  public sealed interface Answer {

    /** A token that the provider gave; it is not kept. */
    record Token() implements Answer {}

    /**
     * An outage: the provider cannot be asked, or has a trouble of its own. Later it may give a
     * token.
     *
     * @param words which provider, and why, without a secret
     */
    record Away(String words) implements Answer {}

    /**
     * A refusal: the provider gives no token, or cannot be asked with these settings.
     *
     * @param words as Kafka's client says it; empty if a secret were in them
     */
    record Refused(String words) implements Answer {}
  }

  /** Within it a question is asked again, in milliseconds; most often once. */
  private static final long AGAIN_MILLIS = 100;

  private static final Set<String> URLS =
      Set.of(
          SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL,
          SaslConfigs.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL);

  private static final Set<String> FILES =
      Set.of(
          SaslConfigs.SASL_OAUTHBEARER_ASSERTION_FILE,
          SaslConfigs.SASL_OAUTHBEARER_ASSERTION_TEMPLATE_FILE,
          SaslConfigs.SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_FILE);

  /** As Kafka's client gives them to a callback handler: what it parsed, and what it knows not. */
  private final Map<String, Object> settings;

  private final Class<?> handler;

  private IdentityProvider(Map<String, Object> settings, Class<?> handler) {
    this.settings = settings;
    this.handler = handler;
  }

  /**
   * The provider of a configuration; empty where no callback handler asks one for a token, and
   * where Kafka's client refuses its settings.
   */
  public static Optional<IdentityProvider> of(Kafka kafka) {
    try {
      return of(new AdminClientConfig(kafka.clientProperties()));
    } catch (KafkaException _) {
      return Optional.empty();
    }
  }

  private static Optional<IdentityProvider> of(AdminClientConfig parsed) {
    Map<String, Object> settings = new HashMap<>(parsed.originals());
    settings.putAll(parsed.values());
    boolean sasl =
        parsed
            .getString(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
            .toUpperCase(Locale.ROOT)
            .startsWith("SASL");
    boolean bearer =
        OAuthBearerLoginModule.OAUTHBEARER_MECHANISM.equals(
            parsed.getString(SaslConfigs.SASL_MECHANISM));
    return Optional.<Class<?>>ofNullable(
            parsed.getClass(SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS))
        .filter(_ -> sasl && bearer)
        .map(handler -> new IdentityProvider(bounded(settings), handler));
  }

  private static Map<String, Object> bounded(Map<String, Object> settings) {
    settings.put(SaslConfigs.SASL_LOGIN_RETRY_BACKOFF_MS, AGAIN_MILLIS);
    settings.put(SaslConfigs.SASL_LOGIN_RETRY_BACKOFF_MAX_MS, AGAIN_MILLIS);
    return settings;
  }

  /**
   * Lets Kafka's clients of this process use the URLs and files that the configuration names. They
   * refuse all that a system property does not list; whoever writes this configuration starts the
   * process too, and shall write each but once. What the property lists already stays.
   */
  public void allow() {
    allow(
        BrokerSecurityConfigs.ALLOWED_SASL_OAUTHBEARER_URLS_CONFIG,
        URLS.stream().flatMap(name -> text(name).stream()));
    allow(
        BrokerSecurityConfigs.ALLOWED_SASL_OAUTHBEARER_FILES_CONFIG,
        FILES.stream()
            .flatMap(name -> text(name).stream())
            .map(name -> Path.of(name).toAbsolutePath().toString()));
  }

  private static void allow(String property, Stream<String> named) {
    synchronized (IdentityProvider.class) {
      Set<String> all = new TreeSet<>();
      Stream.of(System.getProperty(property, "").split(",")).map(String::trim).forEach(all::add);
      named.forEach(all::add);
      all.remove("");
      if (!all.isEmpty()) {
        System.setProperty(property, String.join(",", all));
      }
    }
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(settings.get(name)).map(Object::toString).map(String::trim);
  }

  /** Asks for a token, which is thrown away. Takes as long as the provider's time-outs allow. */
  public Answer ask() {
    List<AppConfigurationEntry> logins;
    try {
      logins = JaasContext.loadClientContext(settings).configurationEntries();
    } catch (KafkaException | IllegalArgumentException _) {
      // its words may hold a part of a secret
      return new Refused("sasl.jaas.config cannot be read");
    }
    AuthenticateCallbackHandler client = (AuthenticateCallbackHandler) Utils.newInstance(handler);
    var token = new OAuthBearerTokenCallback();
    try {
      client.configure(settings, OAuthBearerLoginModule.OAUTHBEARER_MECHANISM, logins);
      client.handle(new Callback[] {token});
      return token.errorCode() == null
          ? new Token()
          : refused(
              Objects.requireNonNullElse(token.errorDescription(), token.errorCode()), logins);
    } catch (IOException | UnsupportedCallbackException | RuntimeException e) {
      return isAway(e)
          ? new Away(this + " did not answer: " + FailureWords.of(e))
          : refused(FailureWords.of(e), logins);
    } finally {
      client.close();
    }
  }

  /** Secrets are options of a login, what Kafka knows as a password, and what it does not know. */
  private Refused refused(String words, List<AppConfigurationEntry> logins) {
    Stream<?> ofLogins = logins.stream().flatMap(login -> login.getOptions().values().stream());
    Stream<?> ofSettings =
        settings.entrySet().stream()
            .filter(setting -> !AdminClientConfig.configNames().contains(setting.getKey()))
            .map(Map.Entry::getValue);
    Stream<String> passwords =
        settings.values().stream()
            .filter(Password.class::isInstance)
            .map(password -> ((Password) password).value());
    boolean secret =
        Stream.of(ofLogins, ofSettings, passwords)
            .flatMap(values -> values)
            .map(String::valueOf)
            .anyMatch(value -> !value.isBlank() && words.contains(value));
    return new Refused(secret ? "" : words);
  }

  /**
   * Whether nothing was heard of a provider, or an answer that Kafka's client thinks worth another
   * try, such as 503: it has a plain exception for those. Neither TLS that fails nor an answer that
   * holds no token gets better by waiting.
   */
  private static boolean isAway(Throwable failure) {
    boolean away = false;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnretryableException) {
        return false;
      }
      away |=
          at instanceof SocketException
              || at instanceof SocketTimeoutException
              || at instanceof UnknownHostException
              || at.getClass() == IOException.class;
    }
    return away;
  }

  /** "the identity provider" and its address, without what may be secret in it. */
  @Override
  public String toString() {
    return "the identity provider"
        + text(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL)
            .flatMap(IdentityProvider::address)
            .map(" at "::concat)
            .orElse("");
  }

  private static Optional<String> address(String url) {
    try {
      URI uri = URI.create(url);
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      return Optional.ofNullable(uri.getHost())
          .map(host -> uri.getScheme() + "://" + host + port + uri.getPath());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
