package dev.ringpost;

import dev.ringpost.call.Arrival;
import dev.ringpost.delivery.InvitePipeline;
import dev.ringpost.directory.Directory;
import dev.ringpost.intake.ArrivalHandler;
import dev.ringpost.outbox.KafkaOutbox;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The delivery of what both consumers read; it lets them rest while too much waits to be written,
 * and for a moment where what was told of calls has not been read.
 */
record PacedDelivery(InvitePipeline pipeline, KafkaOutbox outbox, Directory directory)
    implements ArrivalHandler {

  @Override
  public CompletableFuture<Void> handle(Arrival arrival, Arrival.Claim claim, Runnable decided) {
    return pipeline.deliver(arrival, claim, decided);
  }

  @Override
  public boolean isFull() {
    return outbox.mustRest();
  }

  @Override
  public Duration signalsBehind() {
    return directory.signalsBehind();
  }
}
