package dev.ringpost.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Outbox;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.delivery.missed.InvalidationOutbox;
import dev.ringpost.delivery.missed.MissableCall;
import dev.ringpost.delivery.rings.RingOutbox;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.events.FlawedInviteException;
import dev.ringpost.events.HeaderName;
import dev.ringpost.events.RetryNote;
import dev.ringpost.outbox.OutboxSettings;
import dev.ringpost.outbox.ResultFormat;
import dev.ringpost.outbox.SimulatedOutbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A worker's outputs in a simulated run: its own outbox, turned whenever something waits, over
 * simulated producers. What the brokers have is read back from the bytes.
 */
final class SimulatedOutputs implements Outbox, RingOutbox, InvalidationOutbox {

  /** How long a thread of the outbox needs to be awake, in milliseconds, at most. */
  private static final int AWAKE_MILLIS = 3;

  /** How often it is looked at what is not stored, in milliseconds. */
  private static final int LOOK_MILLIS = 20;

  private static final String RESULTS = "call-push-results";
  private static final String DEAD_LETTERS = "call-invites.dlq";
  private static final String INVALIDATIONS = "voip-token-invalidations";
  private static final OutboxSettings SETTINGS =
      new OutboxSettings(
          RESULTS,
          DEAD_LETTERS,
          INVALIDATIONS,
          IntStream.rangeClosed(1, Fleet.LADDER.size())
              .mapToObj(retry -> Fleet.RETRIES + retry)
              .toList(),
          Optional.of(Fleet.MISSED_CALLS),
          CalleeAs.PLAIN,
          ResultFormat.JSON,
          Map.of("bootstrap.servers", "localhost:1"));
  private static final Set<String> SECOND_VERDICTS =
      Set.of(RingVerdict.Rang.WIRE, new RingVerdict.Silent().wire());
  private static final JsonMapper JSON = new JsonMapper();

  /** The record that a retry follows, and the devices that were accepted by then. */
  private record Before(Place place, Set<DeviceId> accepted) {}

  private final Facts facts;
  private final SimulatedKafka kafka;
  private final World world;
  private final SimulatedWorker worker;
  private final Function<Arrival, Place> places;
  private final Fleet fleet;
  private final SimulatedOutbox outbox;
  private final Map<Facts.Task, Before> befores = new HashMap<>();
  private boolean turning;

  /**
   * @param own the machine's wall clock
   */
  SimulatedOutputs(
      World world,
      Facts facts,
      SimulatedKafka kafka,
      SimulatedWorker worker,
      InstantSource own,
      Function<Arrival, Place> places,
      Fleet fleet) {
    this.world = world;
    this.facts = facts;
    this.kafka = kafka;
    this.worker = worker;
    this.places = places;
    this.fleet = fleet;
    this.outbox =
        new SimulatedOutbox(
            SETTINGS,
            own,
            world::nanoTime,
            () -> new SimulatedProducer(world, facts, kafka, worker, this::appended));
    outbox.told(world.now());
  }

  /** The worker's clock, which the brokers set right. */
  InstantSource clock() {
    return outbox.clock();
  }

  @Override
  public CompletableFuture<Void> store(Decision decision) {
    Arrival arrival = decision.arrival();
    if (decision.disposition() instanceof Disposition.Retry retry) {
      Origin origin = arrival.envelope().origin();
      befores.put(
          new Facts.Task(origin, retry.next().number(), retry.next().devices()),
          new Before(places.apply(arrival), accepted(decision)));
    }
    boolean mayBeMissed = MissableCall.of(decision).isPresent();
    CompletableFuture<Void> stored =
        outbox
            .store(decision)
            .thenRun(
                () -> {
                  facts.stored(Facts.Task.of(arrival));
                  if (mayBeMissed) {
                    facts.missed().mustBeKept(arrival.envelope().origin());
                  }
                });
    awake();
    return stored;
  }

  @Override
  public void tell(RingReport report) {
    outbox.tell(report);
    awake();
  }

  @Override
  public CompletableFuture<Boolean> store(TokenInvalidation dead) {
    CompletableFuture<Boolean> stored = outbox.store(dead);
    awake();
    return stored;
  }

  private void awake() {
    if (!turning) {
      turning = true;
      worker.later(world.between(0, AWAKE_MILLIS), this::turn);
    }
  }

  private static Set<DeviceId> accepted(Decision decision) {
    return decision.report().pushes().stream()
        .filter(push -> push.outcome() instanceof PushOutcome.Accepted)
        .map(PushReport::device)
        .map(device -> device.id())
        .collect(Collectors.toSet());
  }

  private void turn() {
    turning = outbox.turn();
    if (turning) {
      worker.later(LOOK_MILLIS, this::turn);
    }
  }

  /** Ends the outbox of a run that is over. */
  void end() {
    outbox.end();
  }

  private void appended(ProducerRecord<byte[], byte[]> record) {
    switch (record.topic()) {
      case RESULTS -> result(record.value());
      case DEAD_LETTERS -> deadLetter(record);
      case Fleet.MISSED_CALLS -> missedCall(record);
      case INVALIDATIONS -> fleet.invalidated(new String(record.key(), UTF_8), record.value());
      default -> retry(record);
    }
  }

  private void result(byte[] value) {
    try {
      JsonNode result = JSON.readTree(value);
      JsonNode invite = result.path("invite");
      var place =
          new Place(
              new TopicPartition(invite.path("topic").asText(), invite.path("partition").asInt()),
              invite.path("offset").asLong());
      int attempt = result.path("attempt").asInt();
      if (SECOND_VERDICTS.contains(result.path("verdict").asText())) {
        facts.secondVerdictStored(place, attempt);
      } else {
        facts.resultStored(place, attempt, result.path("final").asBoolean());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deadLetter(ProducerRecord<byte[], byte[]> record) {
    facts.deadLetterStored(
        new Place(
            new TopicPartition(
                text(record, HeaderName.ORIGIN_TOPIC),
                Integer.parseInt(text(record, HeaderName.ORIGIN_PARTITION))),
            Long.parseLong(text(record, HeaderName.ORIGIN_OFFSET))));
  }

  private static String text(ProducerRecord<byte[], byte[]> record, HeaderName name) {
    return new String(record.headers().lastHeader(name.key()).value(), UTF_8);
  }

  /** The partition on which all records of a call that may be missed stand. */
  static TopicPartition missedCalls(CallId call) {
    return missedCalls(call.value().getBytes(UTF_8));
  }

  private static TopicPartition missedCalls(byte[] key) {
    int partition = Math.floorMod(Arrays.hashCode(key), Fleet.MISSED_CALL_PARTITIONS);
    return new TopicPartition(Fleet.MISSED_CALLS, partition);
  }

  private void missedCall(ProducerRecord<byte[], byte[]> record) {
    Place place =
        kafka.append(
            missedCalls(record.key()),
            record.key(),
            record.value(),
            new RecordHeaders(record.headers()));
    facts.missed().kept(place, note(record).origin());
  }

  private static RetryNote note(ProducerRecord<byte[], byte[]> record) {
    List<RecordHeader> headers =
        Arrays.stream(record.headers().toArray())
            .map(header -> new RecordHeader(header.key(), header.value()))
            .toList();
    try {
      return RetryNote.read(headers);
    } catch (FlawedInviteException e) {
      throw new IllegalStateException("a retry that cannot be read", e);
    }
  }

  private void retry(ProducerRecord<byte[], byte[]> record) {
    RetryNote note = note(record);
    Before before =
        Objects.requireNonNull(
            befores.get(new Facts.Task(note.origin(), note.attempt(), note.devices())));
    Place retried =
        kafka.append(
            new TopicPartition(record.topic(), 0),
            record.key(),
            record.value(),
            new RecordHeaders(record.headers()));
    facts.retried(
        before.place(), retried, new Facts.Tried(note.origin(), note.attempt()), before.accepted());
  }
}
