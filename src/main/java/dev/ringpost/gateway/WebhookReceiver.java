package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.telemetry.GatewayMeters;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The receiver of verdicts, by HTTP. A verdict that it does not accept in all tries is dropped,
 * counted and logged. Safe for many threads.
 */
final class WebhookReceiver implements AutoCloseable {

  /** Bound on the tries at once, whatever waits. */
  static final int MAX_AT_ONCE = 32;

  /** Bound on one try, to the end of its answer. */
  static final Duration TRY = Duration.ofSeconds(3);

  /** The first wait between two tries; it doubles. */
  static final Duration FIRST_WAIT = Duration.ofMillis(500);

  private static final Logger log = LoggerFactory.getLogger(WebhookReceiver.class);

  private final GatewaySettings.Webhook settings;
  private final WebhookKey key;
  private final GatewayMeters meters;
  private final InstantSource clock;

  /** One for each try, in the order of asking: who waits to try again holds none. */
  private final Semaphore turns = new Semaphore(MAX_AT_ONCE, true);

  private final ExecutorService tries = Executors.newVirtualThreadPerTaskExecutor();

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TRY)
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  WebhookReceiver(
      GatewaySettings.Webhook settings, WebhookKey key, GatewayMeters meters, InstantSource clock) {
    this.settings = settings;
    this.key = key;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * Tells a verdict, in as many tries as there may be.
   *
   * @param leaving open until the gateway leaves: then nothing is tried again
   * @return whether it was told or dropped; if not, another gateway tells it
   */
  boolean tell(Told told, CountDownLatch leaving) {
    try {
      return isDone(told, leaving);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (RuntimeException | Error e) {
      log.atError().setCause(e).log("a verdict was not told to the webhook, by a fault");
      meters.webhook(GatewayMeters.Webhook.DROPPED);
      return true;
    }
  }

  private boolean isDone(Told told, CountDownLatch leaving) throws InterruptedException {
    Duration wait = FIRST_WAIT;
    Optional<String> refusal = refusal(told);
    for (int tries = 1; refusal.isPresent() && tries < settings.attempts(); tries++) {
      meters.webhook(GatewayMeters.Webhook.TRIED_AGAIN);
      if (leaving.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
      wait = wait.multipliedBy(2);
      refusal = refusal(told);
    }
    if (refusal.isEmpty()) {
      meters.webhook(GatewayMeters.Webhook.TOLD);
    } else {
      meters.webhook(GatewayMeters.Webhook.DROPPED);
      log.atError()
          .addKeyValue("callId", told.call().value())
          .log("a verdict is dropped: the webhook did not accept it, {}", refusal.get());
    }
    return true;
  }

  /** Tells a verdict once, within {@link #TRY}; why it failed, empty if it did not. */
  Optional<String> refusal(Told told) throws InterruptedException {
    turns.acquire();
    try {
      HttpRequest request = request(told);
      return answer(tries.submit(() -> http.send(request, HttpResponse.BodyHandlers.discarding())));
    } finally {
      turns.release();
    }
  }

  private HttpRequest request(Told told) {
    byte[] body = told.json().getBytes(UTF_8);
    return HttpRequest.newBuilder(settings.url())
        .header("Content-Type", "application/json")
        .header("Ringpost-Id", id(told))
        .header("Ringpost-Signature", key.signature(clock.instant(), body))
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  /**
   * The time-out of the request itself would end with the headers of the answer. The client's own
   * future comes by the pool that all of the JVM shares, in which others may stand still.
   */
  private static Optional<String> answer(Future<HttpResponse<Void>> asked)
      throws InterruptedException {
    try {
      int status = asked.get(TRY.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      return status >= 200 && status < 300 ? Optional.empty() : Optional.of("status " + status);
    } catch (TimeoutException _) {
      return Optional.of("no whole answer within " + TRY.toSeconds() + " s");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return Optional.of((cause == null ? e : cause).getClass().getSimpleName());
    } finally {
      asked.cancel(true);
    }
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    tries.shutdownNow();
    http.shutdownNow();
  }

  /** A second verdict is no repeat of the first one. */
  private static String id(Told told) {
    Told.Place place = told.invite();
    String invite = "invite-" + place.partition() + "-" + place.offset();
    return told.isSecond() ? invite + "-" + told.verdict() : invite;
  }
}
