package dev.ringpost.simulation;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Outbox;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.events.InvalidationJson;
import dev.ringpost.events.RetryHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A worker's outputs in a simulated run: each record is stored a moment later, or once the brokers
 * are back, and not at all if the worker dies before. Retries and invalidations have the form that
 * the worker itself gives them.
 */
final class SimulatedOutbox implements Outbox {

  private static final long AGAIN_MILLIS = 200;

  private final World world;
  private final Facts facts;
  private final SimulatedKafka kafka;
  private final SimulatedWorker worker;
  private final Function<Arrival, Place> places;
  private final Fleet fleet;

  SimulatedOutbox(
      World world,
      Facts facts,
      SimulatedKafka kafka,
      SimulatedWorker worker,
      Function<Arrival, Place> places,
      Fleet fleet) {
    this.world = world;
    this.facts = facts;
    this.kafka = kafka;
    this.worker = worker;
    this.places = places;
    this.fleet = fleet;
  }

  @Override
  public CompletableFuture<Void> store(Decision decision) {
    Envelope envelope = decision.arrival().envelope();
    List<CompletableFuture<Void>> parts = new ArrayList<>();
    switch (decision.disposition()) {
      case Disposition.Final _, Disposition.DeadLetter _ ->
          parts.add(written(() -> facts.told(envelope.origin())));
      case Disposition.Retry retry -> {
        parts.add(written(() -> {}));
        parts.add(written(() -> append(decision, retry)));
      }
      case Disposition.Abandoned() -> {
        return new CompletableFuture<>();
      }
    }
    for (TokenInvalidation dead : decision.invalidations()) {
      String key = new DeviceKey(dead.user(), dead.device().id()).wire();
      parts.add(written(() -> fleet.invalidated(key, InvalidationJson.of(dead))));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> facts.stored(Facts.Task.of(decision.arrival())));
  }

  private CompletableFuture<Void> written(Runnable appended) {
    var stored = new CompletableFuture<Void>();
    write(appended, stored, world.between(1, 15));
    return stored;
  }

  private void write(Runnable appended, CompletableFuture<Void> stored, long in) {
    worker.later(
        in,
        () -> {
          if (kafka.isAway()) {
            write(appended, stored, AGAIN_MILLIS);
          } else {
            appended.run();
            stored.complete(null);
          }
        });
  }

  private void append(Decision decision, Disposition.Retry retry) {
    Envelope envelope = decision.arrival().envelope();
    var headers = new RecordHeaders();
    for (RecordHeader header : RetryHeaders.of(envelope, retry)) {
      headers.add(header.key(), header.value());
    }
    var partition =
        new TopicPartition(Fleet.RETRIES + Math.min(retry.when().retry(), Fleet.LADDER.size()), 0);
    Set<DeviceId> accepted =
        decision.report().pushes().stream()
            .filter(push -> push.outcome() instanceof PushOutcome.Accepted)
            .map(PushReport::device)
            .map(device -> device.id())
            .collect(Collectors.toSet());
    Place retried = kafka.append(partition, envelope.key(), envelope.value(), headers);
    facts.retried(places.apply(decision.arrival()), retried, accepted);
  }
}
