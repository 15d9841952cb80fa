package dev.ringpost.bench;

import dev.ringpost.bench.Journey.Device;
import dev.ringpost.bench.Journey.Invite;
import dev.ringpost.bench.Journey.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * The ways to carry invites through the journey. One thread decodes and admits them in all, as the
 * consumer's thread does, and the bound in flight is the same. What is pushed and accepted is
 * counted by invite.
 */
enum Style {
  BARE("bare Pushy"),
  COMPLETIONS("completions"),
  COMPLETIONS_OFF_LOOP("completions that leave the loop"),
  THREAD_PER_INVITE("a virtual thread per invite"),
  THREAD_PER_DEVICE("and one per device");

  /** Bound in flight; with 1 to 3 devices per invite that is 1000 pushes. */
  private static final int INVITES_IN_FLIGHT = 500;

  private static final int PUSHES_IN_FLIGHT = 1000;

  private final String words;

  Style(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  /**
   * Carries invites, and returns when all are settled.
   *
   * @param settled counts the invites of which every push was accepted; for bare Pushy the pushes
   */
  void drive(Journey journey, int invites, LongAdder settled) {
    switch (this) {
      case BARE -> bare(journey, invites, settled);
      case COMPLETIONS -> completions(journey, invites, settled, Runnable::run);
      case COMPLETIONS_OFF_LOOP -> completionsOffLoop(journey, invites, settled);
      case THREAD_PER_INVITE -> threadPerInvite(journey, invites, settled);
      case THREAD_PER_DEVICE -> threadPerDevice(journey, invites, settled);
    }
  }

  private static void bare(Journey journey, int invites, LongAdder accepted) {
    String token = "0123456789abcdef".repeat(4);
    String payload = "{\"aps\":{},\"call\":{\"id\":\"%s\"}}".formatted("x".repeat(220));
    var room = new Semaphore(PUSHES_IN_FLIGHT);
    for (int offset = 0; offset < invites; offset++) {
      for (int device = 0; device < Journey.devicesAt(offset); device++) {
        room.acquireUninterruptibly();
        var _ =
            journey
                .send(token, payload, new UUID(7, offset))
                .whenComplete(
                    (response, failure) -> {
                      if (failure == null && response.isAccepted()) {
                        accepted.increment();
                      }
                      room.release();
                    });
      }
    }
    room.acquireUninterruptibly(PUSHES_IN_FLIGHT);
  }

  /** As {@link #completions}, but what is decided is not decided on Netty's loop. */
  private static void completionsOffLoop(Journey journey, int invites, LongAdder settled) {
    try (var decider = Executors.newSingleThreadExecutor()) {
      completions(journey, invites, settled, decider);
    }
  }

  private static void completions(
      Journey journey, int invites, LongAdder settled, Executor decider) {
    var room = new Semaphore(INVITES_IN_FLIGHT);
    for (int offset = 0; offset < invites; offset++) {
      room.acquireUninterruptibly();
      Invite invite = journey.decode(journey.recordAt(offset));
      List<CompletableFuture<Report>> pushes = new ArrayList<>();
      for (Device device : journey.lookup(invite)) {
        pushes.add(
            journey
                .ring(invite, device)
                .handle((response, failure) -> Journey.report(device, response, failure)));
      }
      var _ =
          CompletableFuture.allOf(pushes.toArray(CompletableFuture<?>[]::new))
              .whenCompleteAsync(
                  (_, _) -> settle(pushes.stream().map(CompletableFuture::join).toList(), settled),
                  decider)
              .whenComplete((_, _) -> room.release());
    }
    room.acquireUninterruptibly(INVITES_IN_FLIGHT);
  }

  private static void threadPerInvite(Journey journey, int invites, LongAdder settled) {
    var room = new Semaphore(INVITES_IN_FLIGHT);
    for (int offset = 0; offset < invites; offset++) {
      room.acquireUninterruptibly();
      Invite invite = journey.decode(journey.recordAt(offset));
      Thread.startVirtualThread(
          () -> {
            List<CompletableFuture<Report>> pushes = new ArrayList<>();
            for (Device device : journey.lookup(invite)) {
              pushes.add(
                  journey
                      .ring(invite, device)
                      .handle((response, failure) -> Journey.report(device, response, failure)));
            }
            settle(pushes.stream().map(CompletableFuture::join).toList(), settled);
            room.release();
          });
    }
    room.acquireUninterruptibly(INVITES_IN_FLIGHT);
  }

  private static void threadPerDevice(Journey journey, int invites, LongAdder settled) {
    var room = new Semaphore(INVITES_IN_FLIGHT);
    for (int offset = 0; offset < invites; offset++) {
      room.acquireUninterruptibly();
      Invite invite = journey.decode(journey.recordAt(offset));
      Thread.startVirtualThread(
          () -> {
            List<CompletableFuture<Report>> pushes = new ArrayList<>();
            for (Device device : journey.lookup(invite)) {
              var report = new CompletableFuture<Report>();
              pushes.add(report);
              Thread.startVirtualThread(
                  () ->
                      report.complete(
                          journey
                              .ring(invite, device)
                              .handle(
                                  (response, failure) -> Journey.report(device, response, failure))
                              .join()));
            }
            settle(pushes.stream().map(CompletableFuture::join).toList(), settled);
            room.release();
          });
    }
    room.acquireUninterruptibly(INVITES_IN_FLIGHT);
  }

  private static void settle(List<Report> reports, LongAdder settled) {
    if (Journey.decide(reports)) {
      settled.increment();
    }
  }
}
