package dev.ringpost;

import dev.ringpost.apns.ApnsPushSender;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallInvite;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.delivery.TokenFuse;
import dev.ringpost.delivery.missed.MissedCalls;
import dev.ringpost.directory.Directory;
import dev.ringpost.intake.ArrivalHandler;
import dev.ringpost.intake.InviteConsumer;
import dev.ringpost.outbox.BrokerClock;
import dev.ringpost.outbox.KafkaOutbox;
import dev.ringpost.telemetry.DeliveryMeters;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The part of a worker that tells missed calls: a consumer of its own, and what handles it. */
final class MissedCallTelling implements AutoCloseable {

  /** The thread and the consumer that are closed, if missed calls are told. */
  private record Running(MissedCallThread thread, InviteConsumer consumer) {}

  private final Optional<Running> running;

  private MissedCallTelling(Optional<Running> running) {
    this.running = running;
  }

  /** The calls of one consumer; it rests while too much waits to be written. */
  private record Handler(MissedCalls calls, KafkaOutbox outbox, Directory directory)
      implements ArrivalHandler {

    @Override
    public CompletableFuture<Void> handle(Arrival arrival, Arrival.Claim claim, Runnable decided) {
      return calls.handle(arrival, claim::held, decided);
    }

    @Override
    public boolean isFull() {
      return outbox.isFull();
    }

    @Override
    public boolean isOver(CallInvite call) {
      return directory.isOver(call);
    }
  }

  /** What tells missed calls, not started; it does nothing if that is not asked for. */
  static MissedCallTelling of(
      RingpostConfig config,
      Directory directory,
      KafkaOutbox outbox,
      ApnsPushSender sender,
      DeliveryMeters meters,
      BrokerClock clock,
      Telemetry telemetry) {
    if (!config.missedCall().enabled()) {
      return new MissedCallTelling(Optional.empty());
    }
    var settings = new RoomSettings(config);
    var thread = new MissedCallThread();
    var calls =
        new MissedCalls(
            directory.fates(),
            directory,
            sender,
            outbox,
            meters,
            new TokenFuse(settings.delivery().fuse()),
            settings.missedCalls(),
            clock,
            System::nanoTime,
            thread);
    var intake = settings.missedCallIntake();
    var consumer =
        new InviteConsumer(
            intake,
            new Handler(calls, outbox, directory),
            () -> sender.cutShort(InviteConsumer.LEAVE_WAIT),
            clock,
            new IntakeMeters(telemetry, intake.source().word()));
    return new MissedCallTelling(Optional.of(new Running(thread, consumer)));
  }

  /** What reads the calls, if they are told. */
  Optional<InviteConsumer> consumer() {
    return running.map(Running::consumer);
  }

  @Override
  public void close() {
    running.ifPresent(
        it -> {
          it.consumer().close();
          it.thread().close();
        });
  }
}
