package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.Optional;

/** The receiver of verdicts, by HTTP. Safe for many threads. */
final class WebhookReceiver implements AutoCloseable {

  private final URI url;
  private final WebhookKey key;
  private final InstantSource clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Webhooks.TRY)
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  WebhookReceiver(URI url, WebhookKey key, InstantSource clock) {
    this.url = url;
    this.key = key;
    this.clock = clock;
  }

  /** Tells a verdict once, within {@link Webhooks#TRY}; why it failed, empty if it did not. */
  Optional<String> refusal(Told told) {
    byte[] body = told.json().getBytes(UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(Webhooks.TRY)
            .header("Content-Type", "application/json")
            .header("Ringpost-Id", id(told))
            .header("Ringpost-Signature", key.signature(clock.instant(), body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status >= 200 && status < 300 ? Optional.empty() : Optional.of("status " + status);
    } catch (IOException e) {
      return Optional.of(e.getClass().getSimpleName());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    http.shutdownNow();
  }

  /** A second verdict is no repeat of the first one. */
  private static String id(Told told) {
    Told.Place place = told.invite();
    String invite = "invite-" + place.partition() + "-" + place.offset();
    return told.isSecond() ? invite + "-" + told.verdict() : invite;
  }
}
