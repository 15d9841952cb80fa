package dev.ringpost;

import dev.ringpost.apns.ApnsPushSender;
import dev.ringpost.directory.Directory;
import dev.ringpost.intake.InviteConsumer;
import dev.ringpost.outbox.KafkaOutbox;
import dev.ringpost.outbox.RefusedOutput;
import dev.ringpost.telemetry.KafkaContact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rooms of a worker that have loops, and what they say of its health. */
record Rooms(
    Directory directory,
    KafkaOutbox outbox,
    ApnsPushSender sender,
    InviteConsumer intake,
    InviteConsumer retries,
    Optional<InviteConsumer> missedCalls,
    KafkaContact contact) {

  /** Bound on a loop's turn before it counts as stuck: well above each of their own bounds. */
  static final Duration STUCK_AFTER = Duration.ofSeconds(30);

  /** What keeps the worker from ringing phones, one line each; empty if it is ready. */
  List<String> notReady() {
    List<String> reasons = new ArrayList<>(directory.notLoaded());
    if (!intake.joined() || !retries.joined()) {
      reasons.add("a group has not assigned the worker its partitions yet");
    }
    reasons.addAll(sender.unproven());
    return reasons;
  }

  /**
   * A Kafka that is away, and outputs that it refuses. The worker is ready all the same: a
   * Deployment removes those first that are not, and these still ring what they have read.
   */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    contact.note().ifPresent(notes::add);
    outbox.refused().stream().map(RefusedOutput::toString).forEach(notes::add);
    if (missedCalls.filter(it -> !it.joined()).isPresent()) {
      notes.add("the group of missed calls has not assigned the worker its partitions yet");
    }
    if (outbox.isFull()) {
      notes.add("no invites are read, for too much waits to be written to Kafka");
    }
    return notes;
  }

  /**
   * The loops that do not turn, one line each.
   *
   * @param started whether the consumers were started
   */
  List<String> stuck(boolean started) {
    List<String> loops = new ArrayList<>();
    if (started) {
      addIfStuck(loops, "the consumer of invites", intake.sinceTurn());
      addIfStuck(loops, "the consumer of retries", retries.sinceTurn());
      missedCalls.ifPresent(
          it -> addIfStuck(loops, "the consumer of missed calls", it.sinceTurn()));
    }
    addIfStuck(loops, "a view's follower", directory.sinceTurn());
    if (!outbox.alive()) {
      loops.add("a thread of the outbox has ended");
    }
    return loops;
  }

  private static void addIfStuck(List<String> loops, String loop, Duration sinceTurn) {
    if (sinceTurn.compareTo(STUCK_AFTER) > 0) {
      loops.add(loop + " has not turned for " + sinceTurn.toSeconds() + " s");
    }
  }
}
