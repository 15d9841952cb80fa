package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.InviteListener;
import dev.ringpost.telemetry.GatewayMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code POST /v1/invites}: publishes an invite and answers with its verdict, if that comes in
 * time. It reads the invite as the worker will, so that what nobody could ring is refused here.
 * Safe for many threads.
 */
final class InviteEndpoint {

  /** How long it waits for a client that does not say. */
  static final Duration DEFAULT_WAIT = Duration.ofMillis(1500);

  /** Bound on an idempotency key, in characters. */
  static final int MAX_KEY_LENGTH = 256;

  /** Headers of the request that the record carries on. */
  private static final List<String> CARRIED = List.of("traceparent", "tracestate");

  /** The reader of a client's {@code wait}: {@code 1500ms}, {@code 2s} or {@code 0}. */
  private static final class WaitTime {

    private static final String WORDS = "a number with ms or s, such as 1500ms, or 0";

    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(ms|s)|0");

    private WaitTime() {}

    /** The time; empty if the text has another form. */
    private static Optional<Duration> parse(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        return Optional.empty();
      }
      if (form.group(1) == null) {
        return Optional.of(Duration.ZERO);
      }
      long number = Long.parseLong(form.group(1));
      return Optional.of(
          form.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number));
    }
  }

  private final GatewaySettings settings;
  private final InviteDecoder decoder;
  private final EventWriter writer;
  private final CallMemory memory;
  private final Posts posts;
  private final Semaphore places;
  private final GatewayMeters meters;
  private final InstantSource clock;

  /**
   * @param places one for each client that may wait
   */
  InviteEndpoint(
      GatewaySettings settings,
      EventWriter writer,
      CallMemory memory,
      Semaphore places,
      GatewayMeters meters,
      InstantSource clock) {
    this.settings = settings;
    this.decoder = new InviteDecoder(settings.ring(), InviteListener.UNHEARD);
    this.writer = writer;
    this.memory = memory;
    this.posts = new Posts(settings.rememberedCalls());
    this.places = places;
    this.meters = meters;
    this.clock = clock;
  }

  HttpAnswer post(HttpCall call) throws InterruptedException {
    Optional<Duration> wait =
        WaitTime.parse(call.query().getOrDefault("wait", DEFAULT_WAIT.toMillis() + "ms"));
    if (wait.isEmpty() || wait.get().compareTo(settings.maxWait()) > 0) {
      return HttpAnswer.problem(
          400,
          "invalid_wait",
          "wait must be " + WaitTime.WORDS + ", at most " + settings.maxWait().toMillis() + "ms");
    }
    String key = call.header("idempotency-key").orElse("");
    if (key.length() > MAX_KEY_LENGTH) {
      return HttpAnswer.problem(
          400,
          "invalid_idempotency_key",
          "the header Idempotency-Key must have at most " + MAX_KEY_LENGTH + " characters");
    }
    Origin nowhere = new Origin(settings.topics().invites(), 0, 0, clock.instant());
    List<RecordHeader> headers = carried(call);
    return switch (decoder.decode(
        new Envelope(nowhere, null, call.body(), headers), clock.instant())) {
      case Arrival.Malformed(_, var flaw, _) ->
          HttpAnswer.problem(400, flaw.reason().code(), flaw.detail());
      case Arrival.Invited(_, var attempt) -> {
        if (!places.tryAcquire()) {
          yield HttpAnswer.noPlace("post the same invite again");
        }
        try {
          yield publish(attempt.invite(), key, call.body(), headers, wait.get());
        } finally {
          places.release();
        }
      }
    };
  }

  private HttpAnswer publish(
      CallInvite invite, String key, byte[] body, List<RecordHeader> headers, Duration wait)
      throws InterruptedException {
    long began = System.nanoTime();
    var identity = new Posts.Identity(invite.callId(), invite.callee(), key);
    return switch (posts.claim(identity, body)) {
      case Posts.Claim.Other() ->
          HttpAnswer.problem(
              422,
              "other_invite",
              "this callId, callee and Idempotency-Key were posted with another body; a new attempt"
                  + " needs an Idempotency-Key of its own");
      case Posts.Claim.First(var end) -> {
        Written written = new Written.NotStored("the gateway was interrupted");
        try {
          written =
              writer.write(
                  settings.topics().invites(),
                  invite.callee().value().getBytes(UTF_8),
                  body,
                  headers);
        } finally {
          if (written instanceof Written.NotStored) {
            posts.forget(identity);
          }
          end.complete(written);
        }
        yield answer(invite, written, wait, began);
      }
      case Posts.Claim.Repeat(var end) -> answer(invite, firstEnd(end), wait, began);
    };
  }

  private Written firstEnd(CompletableFuture<Written> end) throws InterruptedException {
    try {
      return end.get(2 * settings.storeWithin().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException _) {
      return new Written.NotStored("the same invite is being stored still");
    }
  }

  private HttpAnswer answer(CallInvite invite, Written written, Duration wait, long began)
      throws InterruptedException {
    return switch (written) {
      case Written.NotStored(String why) ->
          HttpAnswer.problem(
                  503,
                  "not_stored",
                  "Kafka is not known to have the invite ("
                      + why
                      + "); post the same one again: it rings once")
              .with("Retry-After", "1");
      case Written.Stored(int partition, long offset) -> {
        var place = new Told.Place(partition, offset);
        long end = System.nanoTime() + wait.toNanos();
        Optional<Told> verdict = await(memory.verdict(invite.callId(), place), invite, end);
        if (verdict.isEmpty()) {
          yield pending(invite, place);
        }
        HttpAnswer answer = told(verdict.get(), invite, end);
        meters.verdict(Duration.ofNanos(System.nanoTime() - began));
        yield answer;
      }
    };
  }

  /** What was asked of the memory, if it comes before an end by the monotonic clock. */
  private Optional<Told> await(CompletableFuture<Told> asked, CallInvite invite, long end)
      throws InterruptedException {
    try {
      return Optional.of(asked.get(end - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException | ExecutionException _) {
      return Optional.empty();
    } finally {
      memory.giveUp(invite.callId(), asked);
    }
  }

  /**
   * A repeat that another gateway published has the verdict that it repeats, once that comes. A
   * worker calls it a duplicate at once, while the first may be under way.
   */
  private HttpAnswer told(Told told, CallInvite invite, long end) throws InterruptedException {
    if (told.isDuplicate()) {
      Optional<Told> first = await(memory.repeated(told), invite, end);
      if (first.isPresent()) {
        return HttpAnswer.json(200, first.get().json()).with("Ringpost-Repeats", "true");
      }
    }
    return HttpAnswer.json(200, told.json());
  }

  private HttpAnswer pending(CallInvite invite, Told.Place place) {
    Map<String, Object> stands = new LinkedHashMap<>();
    stands.put("topic", settings.topics().invites());
    stands.put("partition", place.partition());
    stands.put("offset", place.offset());
    Map<String, Object> pending = new LinkedHashMap<>();
    pending.put("callId", invite.callId().value());
    pending.put("callUuid", invite.callUuid().toString());
    pending.put("invite", stands);
    pending.put("pending", true);
    return HttpAnswer.json(202, HttpAnswer.text(pending))
        .with("Location", CallEndpoint.path(invite.callId()));
  }

  private static List<RecordHeader> carried(HttpCall call) {
    List<RecordHeader> headers = new ArrayList<>(call.eventHeaders());
    for (String name : CARRIED) {
      call.header(name)
          .ifPresent(value -> headers.add(new RecordHeader(name, value.getBytes(UTF_8))));
    }
    return headers;
  }
}
