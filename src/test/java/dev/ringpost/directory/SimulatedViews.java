package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.CallStates;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.TokenDirectory;
import dev.ringpost.delivery.missed.AlertDirectory;
import dev.ringpost.delivery.missed.CallFates;
import dev.ringpost.delivery.missed.MissedCallSettings;
import dev.ringpost.directory.table.CompactTable;
import dev.ringpost.directory.table.DeviceTable;
import dev.ringpost.directory.table.OneOwnerTable;
import dev.ringpost.directory.table.Packer;
import dev.ringpost.events.Invalidation;
import dev.ringpost.events.InvalidationCodec;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** One worker's own views of registrations, dead tokens and signals, opened for a simulation. */
public final class SimulatedViews implements TokenDirectory, AlertDirectory {

  private static final DirectoryMeters METERS =
      new DirectoryMeters(new Telemetry(new SimpleMeterRegistry()));
  private static final Duration MEMORY = Duration.ofMinutes(2);
  private static final Duration ANSWERS_KEPT = MEMORY.plus(MissedCallSettings.LATEST);
  private static final int MAX_ANSWERS = 1 << 12;

  private final TopicView<Device> tokens;
  private final TopicView<Invalidation> invalidations;
  private final AnsweredCalls answers;
  private final CallSignals calls;

  /** Views that have read nothing. */
  public SimulatedViews(InstantSource clock, LongSupplier nanoTime) {
    this.tokens = view(new OneOwnerTable(), new TokenCodec(), new DevicePacker(), nanoTime);
    this.invalidations =
        view(new CompactTable(), new InvalidationCodec(), new InvalidationPacker(), nanoTime);
    this.answers = new AnsweredCalls(MAX_ANSWERS, ANSWERS_KEPT, clock, nanoTime);
    this.calls =
        new CallSignals(
            MEMORY,
            Optional.of(answers),
            new UnusableRecords("signals", METERS, nanoTime),
            METERS,
            clock,
            nanoTime);
  }

  private static <T> TopicView<T> view(
      DeviceTable table, ViewRecord.ValueCodec<T> codec, Packer<T> packer, LongSupplier nanoTime) {
    return new TopicView<>(
        table,
        codec,
        packer,
        new UnusableRecords("view", METERS, nanoTime),
        MEMORY,
        () -> DeviceTable.ALL_TIME,
        nanoTime.getAsLong());
  }

  /** Reads a record of {@code voip-tokens}. */
  public void readToken(String key, byte[] value, Instant appended) {
    tokens.apply(record(key, value, appended));
  }

  /** Reads a record of {@code voip-token-invalidations}. */
  public void readInvalidation(String key, byte[] value, Instant appended) {
    invalidations.apply(record(key, value, appended));
  }

  /** Reads a record of {@code call-signals}. */
  public void readSignal(byte[] value, Instant appended) {
    calls.apply(record("call", value, appended));
  }

  public CallStates calls() {
    return calls;
  }

  /**
   * What became of calls, as {@link Directory#fates} says it.
   *
   * @param signalsBehind the time since all signals were read
   */
  public CallFates fates(Supplier<Duration> signalsBehind) {
    return invite -> {
      boolean read = signalsBehind.get().compareTo(MissedCallSettings.GRACE) <= 0;
      CallFates.Fate fate = answers.of(invite);
      return switch (fate) {
        case ANSWERED, DECLINED, FORGOTTEN, BEHIND -> fate;
        case UNANSWERED, UNTOLD -> read ? fate : CallFates.Fate.BEHIND;
      };
    };
  }

  /** Whether a call is over for everybody. */
  public boolean isOver(CallInvite invite) {
    return answers.isOver(invite);
  }

  @Override
  public DeviceLookup lookup(UserId user) {
    return lookup(user, DeviceKey.Kind.VOIP);
  }

  @Override
  public DeviceLookup alerts(UserId user) {
    return lookup(user, DeviceKey.Kind.ALERT);
  }

  private DeviceLookup lookup(UserId user, DeviceKey.Kind kind) {
    return LiveDevices.among(tokens.of(user, kind), invalidations.of(user, kind).shown(), 0, false);
  }

  private static ConsumerRecord<byte[], byte[]> record(String key, byte[] value, Instant appended) {
    return new ConsumerRecord<>(
        "view",
        0,
        0,
        appended.toEpochMilli(),
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        key.getBytes(UTF_8),
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
