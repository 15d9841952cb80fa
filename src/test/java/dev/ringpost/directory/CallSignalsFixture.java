package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Caller;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Deadline;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Media;
import dev.ringpost.call.UserId;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.SettableClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** The view of signals on a clock that is set, with what its tests say to it. */
final class CallSignalsFixture {

  static final Instant INVITED = Instant.parse("2026-11-24T10:00:00.250Z");
  static final Duration KEEP = Duration.ofMinutes(2);
  static final DeviceId PHONE = new DeviceId("phone");
  static final DeviceId TABLET = new DeviceId("tablet");

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final DirectoryMeters meters = new DirectoryMeters(new Telemetry(registry));
  final SettableClock clock = new SettableClock(INVITED);
  final AtomicLong nanoTime = new AtomicLong();
  final CallSignals calls =
      new CallSignals(
          KEEP,
          new UnusableRecords("signals", meters, nanoTime::get),
          meters,
          clock,
          nanoTime::get);

  static CallInvite invite(String call, String callee, Instant invitedAt) {
    var id = new CallId(call);
    return new CallInvite(
        id,
        CallUuid.from(id),
        new UserId(callee),
        Caller.of("sip:bob@example.com", Optional.empty()),
        Media.AUDIO,
        invitedAt,
        new Deadline(invitedAt.plusSeconds(30)),
        Optional.empty(),
        Set.of(),
        CustomFields.NONE);
  }

  static CallInvite alice() {
    return invite("call", "alice", INVITED);
  }

  static String signal(String type, String more) {
    return "{\"callId\": \"call\", \"type\": \"" + type + "\"" + more + "}";
  }

  static String ringing(String more) {
    return signal("ringing", ", \"deviceId\": \"phone\"" + more);
  }

  void apply(String value) {
    apply(value, INVITED);
  }

  void apply(String value, Instant timestamp) {
    calls.apply(
        new ConsumerRecord<>(
            "call-signals",
            0,
            0,
            timestamp.toEpochMilli(),
            TimestampType.LOG_APPEND_TIME,
            0,
            0,
            "call".getBytes(UTF_8),
            value.getBytes(UTF_8),
            new RecordHeaders(),
            Optional.empty()));
  }

  void passTo(Instant now) {
    clock.advance(Duration.between(clock.instant(), now));
  }

  Timer ringThrough() {
    return registry.get("ringpost.ring.through").timer();
  }
}
