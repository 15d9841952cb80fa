package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.KafkaClientWatch;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The teller of final verdicts to a URL. All gateways share one consumer group, so that each
 * verdict is told by one of them, at least once; a repeat has the same id. A verdict that the
 * receiver does not accept in all tries is dropped, counted and logged.
 */
final class Webhooks implements AutoCloseable {

  /** Bound on the verdicts that are told at once. */
  static final int MAX_AT_ONCE = 32;

  /** Bound on one try. */
  static final Duration TRY = Duration.ofSeconds(3);

  /** The first wait between two tries; it doubles. */
  static final Duration FIRST_WAIT = Duration.ofMillis(500);

  /** Bound on the tries that may be configured: all of them fit between two polls. */
  static final int MAX_ATTEMPTS = 5;

  /** Bound on closing. */
  static final Duration CLOSE_BOUND = Duration.ofSeconds(4);

  private static final Duration POLL = Duration.ofMillis(500);

  /** Bound on a commit; without it the next owner would tell all of it again. */
  private static final Duration COMMIT = Duration.ofSeconds(2);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Webhooks.class);

  private final Consumer<byte[], byte[]> consumer;
  private final KafkaClientWatch watch;
  private final GatewaySettings.Webhook settings;
  private final String topic;
  private final ToldReader reader;
  private final WebhookKey key;
  private final GatewayMeters meters;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TRY)
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread;

  private Webhooks(
      Consumer<byte[], byte[]> consumer,
      GatewaySettings all,
      GatewaySettings.Webhook settings,
      WebhookKey key,
      GatewayMeters meters,
      InstantSource clock) {
    this.clock = clock;
    this.consumer = consumer;
    this.watch = meters.watch(consumer);
    this.settings = settings;
    this.topic = all.topics().results();
    this.reader = new ToldReader(all.topics().invites());
    this.key = key;
    this.meters = meters;
    this.thread = Thread.ofPlatform().name("webhooks").unstarted(this::run);
  }

  /** Begins to tell. */
  static Webhooks start(
      GatewaySettings all,
      GatewaySettings.Webhook settings,
      WebhookKey key,
      GatewayMeters meters,
      InstantSource clock) {
    var webhooks =
        new Webhooks(
            new KafkaConsumer<>(properties(all, settings)), all, settings, key, meters, clock);
    webhooks.thread.start();
    return webhooks;
  }

  /** What the consumer is made with. */
  static Map<String, Object> properties(GatewaySettings all, GatewaySettings.Webhook settings) {
    Map<String, Object> properties = new HashMap<>(all.kafka());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
    properties.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, "ringpost-gateway-webhooks");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_AT_ONCE);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  private void run() {
    consumer.subscribe(List.of(topic));
    boolean uncommitted = false;
    while (closing.getCount() > 0) {
      try {
        if (uncommitted) {
          // before a poll, which may join the group anew and read what was told once more
          consumer.commitSync(COMMIT);
          uncommitted = false;
        }
        List<Told> verdicts = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          reader.read(record.value()).filter(Told::last).ifPresent(verdicts::add);
        }
        if (!verdicts.isEmpty() && !tellAll(verdicts)) {
          break;
        }
        uncommitted = !verdicts.isEmpty();
      } catch (CommitFailedException e) {
        uncommitted = false;
        log.atWarn().log("some verdicts may be told to the webhook again: {}", e.toString());
      } catch (KafkaException e) {
        log.atWarn().log("verdicts cannot be read for the webhook: {}", e.toString());
        pause(RETRY);
      }
    }
    if (uncommitted) {
      commitAtTheEnd();
    }
    watch.close();
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
  }

  private void commitAtTheEnd() {
    try {
      consumer.commitSync(COMMIT);
    } catch (KafkaException e) {
      log.atWarn().log("some verdicts may be told to the webhook again: {}", e.toString());
    }
  }

  /** Whether all were told or dropped; if not, the gateway leaves and another one tells them. */
  private boolean tellAll(List<Told> verdicts) {
    List<Future<Boolean>> ends =
        verdicts.stream().map(it -> senders.submit(() -> tell(it))).toList();
    boolean all = true;
    for (Future<Boolean> end : ends) {
      try {
        all &= end.get();
      } catch (ExecutionException e) {
        log.atError().setCause(e).log("a verdict was not told to the webhook, by a fault");
        meters.webhook(GatewayMeters.Webhook.DROPPED);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return all;
  }

  private boolean tell(Told told) {
    byte[] body = told.json().getBytes(UTF_8);
    Duration wait = FIRST_WAIT;
    String why = "";
    for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
      Optional<String> refusal = refusal(told, body);
      if (refusal.isEmpty()) {
        meters.webhook(GatewayMeters.Webhook.TOLD);
        return true;
      }
      why = refusal.get();
      if (attempt < settings.attempts()) {
        meters.webhook(GatewayMeters.Webhook.TRIED_AGAIN);
        if (pause(wait)) {
          return false;
        }
        wait = wait.multipliedBy(2);
      }
    }
    meters.webhook(GatewayMeters.Webhook.DROPPED);
    log.atError()
        .addKeyValue("callId", told.call().value())
        .log("a verdict is dropped: the webhook did not accept it, {}", why);
    return true;
  }

  /** Why a try failed; empty if it did not. */
  private Optional<String> refusal(Told told, byte[] body) {
    Told.Place place = told.invite();
    HttpRequest request =
        HttpRequest.newBuilder(settings.url())
            .timeout(TRY)
            .header("Content-Type", "application/json")
            .header("Ringpost-Id", "invite-" + place.partition() + "-" + place.offset())
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

  /** Waits; true if the gateway leaves. */
  private boolean pause(Duration time) {
    try {
      return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(CLOSE_BOUND);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    senders.shutdownNow();
    http.shutdownNow();
  }
}
