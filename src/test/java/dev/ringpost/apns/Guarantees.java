package dev.ringpost.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.wire.PushId;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.WriteGuard;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The guarantees that hold in every test with a {@link SenderFixture}, whatever becomes of its
 * connections: every ring has its outcome; nothing reaches APNs late, after its call's end or after
 * its outcome; no token is called dead but on APNs' word; nothing secret is logged. The fixture has
 * it checked when it closes. Safe for many threads.
 */
final class Guarantees {

  /** What a busy machine may put between the writing of a push and the reading of it. */
  private static final Duration ON_THE_WAY = Duration.ofSeconds(1);

  /** A token, a key and a payload are known by fewer letters than they have. */
  private static final int TELLING = 16;

  /**
   * @param apnsId the same for all devices of a callee that have one id, as those of most tests
   */
  private record Name(String apnsId, String token) {}

  private final Map<Name, Orders> orders = new ConcurrentHashMap<>();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final Set<String> secrets = ConcurrentHashMap.newKeySet();
  private final Queue<String> broken = new ConcurrentLinkedQueue<>();
  private volatile InstantSource clock = InstantSource.system();

  Guarantees() {
    secrets.addAll(Set.of("bearer ", "eyJ"));
  }

  /** The clock that deadlines are compared with. */
  void clock(InstantSource clock) {
    this.clock = clock;
  }

  /** A file that must not be logged, a private key's. */
  void secret(Path file) {
    try {
      Files.readString(file, US_ASCII)
          .lines()
          .filter(line -> line.length() >= TELLING && !line.startsWith("-----"))
          .forEach(secrets::add);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Orders a ring, with its guard watched. */
  CompletableFuture<PushReport> order(
      PushRequest request, Function<PushRequest, CompletableFuture<PushReport>> sender) {
    tokens.add(request.device().token().hex());
    secrets.add(request.device().token().hex().substring(0, TELLING));
    UUID apnsId = PushId.of(request.attempt().invite(), request.device());
    var name = new Name(apnsId.toString(), request.device().token().hex());
    Orders order = orders.computeIfAbsent(name, _ -> new Orders());
    CompletableFuture<PushReport> report = sender.apply(order.ordered(request));
    order.reports.add(report);
    return report;
  }

  /** A server has read a push. */
  void arrived(ReceivedPush push) {
    Orders order = orders.get(new Name(push.header("apns-id"), push.token()));
    if (order != null) {
      order.arrived(push);
    } else if (tokens.contains(push.token())) {
      broken.add("a push arrived that nobody ordered");
    }
  }

  /** Fails if one of them did not hold; only once the sender is closed. */
  void check(List<String> log) {
    orders.forEach((name, order) -> order.check("the push " + name));
    for (String line : log) {
      secrets.stream()
          .filter(line::contains)
          .forEach(_ -> broken.add("a secret was logged, or is in a report: " + line));
    }
    assertThat(broken).as("guarantees that were broken").isEmpty();
  }

  /** All orders of one call for one phone, and what arrived of them. */
  private final class Orders {

    final Queue<CompletableFuture<PushReport>> reports = new ConcurrentLinkedQueue<>();
    private final AtomicInteger allowed = new AtomicInteger();
    private final AtomicInteger arrivals = new AtomicInteger();
    private final AtomicLong refusedNanos = new AtomicLong(Long.MAX_VALUE);
    private volatile Instant deadline = Instant.MIN;
    private volatile boolean calledDead;

    synchronized PushRequest ordered(PushRequest request) {
      Instant own = request.attempt().invite().deadline().at();
      deadline = own.isAfter(deadline) ? own : deadline;
      refusedNanos.set(Long.MAX_VALUE);
      WriteGuard watched = () -> asked(request.guard().refusal());
      return new PushRequest(
          request.attempt(), request.device(), watched, request.orderedAt(), request.avoided());
    }

    private Optional<NotSentReason> asked(Optional<NotSentReason> refusal) {
      if (refusal.isEmpty()) {
        allowed.incrementAndGet();
      } else {
        refusedNanos.accumulateAndGet(System.nanoTime(), Math::min);
      }
      return refusal;
    }

    void arrived(ReceivedPush push) {
      String name = "the push " + push.header("apns-id") + " to " + push.token();
      if (arrivals.incrementAndGet() > allowed.get()) {
        broken.add(name + " was written though its guard was not asked, or refused");
      }
      if (clock.instant().isAfter(deadline.plus(ON_THE_WAY))) {
        broken.add(name + " arrived after its deadline");
      }
      long refused = refusedNanos.get();
      if (refused != Long.MAX_VALUE && System.nanoTime() - refused > ON_THE_WAY.toNanos()) {
        broken.add(name + " arrived after its call's end");
      }
      calledDead |=
          switch (push.behaviour()) {
            case Behaviour.Answers answer -> answer.status() == 410;
            case Behaviour.AnswersWith answer -> answer.status().equals(Optional.of("410"));
            case Behaviour.KeepsSilent _, Behaviour.ResetsStream _, Behaviour.FailsConnection _ ->
                false;
          };
    }

    void check(String name) {
      int tries = 0;
      for (CompletableFuture<PushReport> promised : reports) {
        if (!promised.isDone() || promised.isCompletedExceptionally()) {
          broken.add(name + " has no outcome");
          continue;
        }
        PushReport report = promised.join();
        tries += report.tries();
        if (report.writtenAt().filter(at -> !at.isBefore(deadline)).isPresent()) {
          broken.add(name + " was written after its deadline");
        }
        if (report.outcome() instanceof Unregistered && !calledDead) {
          broken.add(name + " forgets a token that APNs did not call dead");
        }
        String text = report.toString();
        if (secrets.stream().anyMatch(text::contains)) {
          broken.add(name + " has a report that shows a secret");
        }
      }
      if (arrivals.get() > tries) {
        broken.add(name + " arrived " + arrivals + " times, and " + tries + " tries were told of");
      }
    }
  }
}
