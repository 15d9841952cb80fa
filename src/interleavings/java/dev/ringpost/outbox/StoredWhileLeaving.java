package dev.ringpost.outbox;

import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;

import dev.ringpost.interleavings.Scenario;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two threads decide, one sends, Kafka's answers, and one fails once, while the worker leaves: each
 * record that was accepted is stored once, and the sender ends.
 */
public final class StoredWhileLeaving implements Scenario {

  private static final int RECORDS = 3;

  @Override
  public void play() throws InterruptedException {
    var queue = new TopicQueue(new OutputHealth(Duration.ofMillis(1), System::nanoTime));
    var flying = new LinkedBlockingQueue<Optional<Outgoing>>();
    var sent = new AtomicInteger();
    var stored = new AtomicInteger();

    Thread sender = Thread.ofPlatform().start(() -> send(queue, flying, sent));
    Thread kafka = Thread.ofPlatform().start(() -> answer(queue, flying, stored));
    together(
        () -> queue.add(record()),
        () -> {
          queue.add(record());
          queue.add(record());
        });
    queue.finish();
    sender.join();
    kafka.join();

    promise(queue.size() == 0, queue.size() + " are not stored");
    promise(stored.get() == RECORDS, "stored " + stored.get());
    promise(sent.get() == RECORDS + 1, "sent " + sent.get());
  }

  private static void send(
      TopicQueue queue, LinkedBlockingQueue<Optional<Outgoing>> flying, AtomicInteger sent) {
    try {
      while (queue.await()) {
        for (Outgoing next = queue.poll(); next != null; next = queue.poll()) {
          sent.incrementAndGet();
          flying.add(Optional.of(next));
        }
      }
      flying.add(Optional.empty());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void answer(
      TopicQueue queue, LinkedBlockingQueue<Optional<Outgoing>> flying, AtomicInteger stored) {
    try {
      boolean fails = true;
      for (var next = flying.take(); next.isPresent(); next = flying.take()) {
        Outgoing record = next.get();
        if (fails) {
          fails = false;
          queue.failed(
              record,
              record.bytes(),
              SendTrouble.OUTAGE,
              new IllegalStateException("planted"),
              Samples.NOW);
        } else {
          queue.stored(record, record.bytes());
          stored.incrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Outgoing record() {
    return new Outgoing(
        Samples.NOW,
        Samples.envelope().origin(),
        "accepted",
        new Outgoing.Body(null, new byte[10], List.of()),
        Optional.empty());
  }
}
