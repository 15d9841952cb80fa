package dev.ringpost.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.CallId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The call servers of a simulated run: they invite, and tell what becomes of calls, also that
 * phones ring.
 */
final class SimulatedCalls {

  private final World world;
  private final Facts facts;
  private final SimulatedKafka kafka;
  private final int users;
  private final Consumer<Signal> signals;

  /**
   * @param users how many are called, from the first on
   * @param signals is told of each signal that is written
   */
  SimulatedCalls(
      World world, Facts facts, SimulatedKafka kafka, int users, Consumer<Signal> signals) {
    this.world = world;
    this.facts = facts;
    this.kafka = kafka;
    this.users = users;
    this.signals = signals;
  }

  /** Somebody calls now, and others until so many milliseconds of the run are over. */
  void call(int until) {
    var call = new CallId("call-" + world.nanoTime());
    String user = "user" + world.between(0, users - 1);
    int rings = world.between(2, 30);
    invite(call, user, rings);
    if (world.happens(15)) {
      facts.met(Mishap.REPEATED_INVITE);
      world.in(world.between(0, 2_000), () -> invite(call, user, rings));
    }
    end(call);
    if (world.happens(20)) {
      // Its app is awake, and was told over a socket of its own.
      world.in(
          world.between(50, 5_000),
          () -> tell(call, Optional.empty(), SignalType.RINGING, Optional.of("phone0")));
    }
    if (world.nanoTime() < Duration.ofMillis(until).toNanos()) {
      world.in(world.between(20, 500), () -> call(until));
    }
  }

  /** Somebody takes it, and it is over some time later; its caller gives up; or nobody tells. */
  private void end(CallId call) {
    if (world.happens(40)) {
      int taken = world.between(50, 10_000);
      world.in(taken, () -> tell(call, SignalType.ANSWERED));
      world.in(taken + world.between(0, 3_000), () -> tell(call, SignalType.ENDED));
    } else if (world.happens(30)) {
      world.in(world.between(50, 10_000), () -> tell(call, SignalType.CANCELLED));
    }
  }

  private void invite(CallId call, String user, int rings) {
    if (kafka.isAway()) {
      world.in(300, () -> invite(call, user, rings));
      return;
    }
    boolean unreadable = world.happens(3);
    if (unreadable) {
      facts.met(Mishap.UNREADABLE_INVITE);
    }
    String value =
        unreadable
            ? "{\"callee\":\"" + user + "\"}"
            : ("{\"callId\":\"%s\",\"callee\":\"%s\",\"caller\":{\"uri\":\"sip:bob@example.com\"},"
                    + "\"ringSeconds\":%d}")
                .formatted(call.value(), user, rings);
    var partition =
        new TopicPartition(Fleet.INVITES, world.between(0, Fleet.INVITE_PARTITIONS - 1));
    Place place =
        kafka.append(partition, user.getBytes(UTF_8), value.getBytes(UTF_8), new RecordHeaders());
    Instant appended = Instant.ofEpochMilli(world.now().toEpochMilli());
    facts.invited(
        new Origin(Fleet.INVITES, partition.partition(), place.offset(), appended),
        appended.plusSeconds(rings));
  }

  /** A phone has a push: mostly it tells soon that it rings, now and then late, or not at all. */
  void wake(SimulatedPhone phone, CallId call) {
    if (!world.happens(60)) {
      return;
    }
    int after = world.happens(15) ? world.between(3_000, 8_000) : world.between(100, 2_000);
    world.in(
        after,
        () -> {
          if (phone.beginsToRing(call)) {
            tell(call, Optional.of(phone.user), SignalType.RINGING, Optional.of(phone.device));
          }
        });
  }

  private void tell(CallId call, SignalType type) {
    tell(call, Optional.empty(), type, Optional.empty());
  }

  private void tell(
      CallId call, Optional<String> callee, SignalType type, Optional<String> device) {
    var signal =
        new Signal(
            call,
            callee.map(UserId::new),
            type,
            device.map(DeviceId::new),
            Instant.ofEpochMilli(world.now().toEpochMilli()));
    facts.signalled(signal);
    signals.accept(signal);
  }

  /** A signal as its server writes it. */
  static byte[] written(Signal signal) {
    String callee = signal.callee().map(it -> ",\"callee\":\"" + it.value() + "\"").orElse("");
    String device = signal.device().map(it -> ",\"deviceId\":\"" + it.value() + "\"").orElse("");
    return "{\"callId\":\"%s\",\"type\":\"%s\",\"at\":\"%s\"%s%s}"
        .formatted(signal.call().value(), signal.type().wire(), signal.at(), callee, device)
        .getBytes(UTF_8);
  }
}
