package dev.ringpost.apns.path;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The times at which connections may be opened, by a clock of the test's own. */
class ConnectBackoffRulesTest {

  private static final int CONNECTIONS = 4;
  private static final int CAPACITY = CONNECTIONS + ConnectBackoff.SPARE;

  /** Takes nothing off a pause. */
  private static final RandomGenerator LATEST = () -> 0;

  /** Takes the most off a pause. */
  private static final RandomGenerator SOONEST = () -> -1;

  private final Clock clock = new Clock();
  private final ProbeBudget budget = new ProbeBudget(clock.now());
  private final List<Long> opened = new ArrayList<>();
  private boolean anyOpen;

  /** Time that stands still until it is told to pass. */
  private static final class Clock implements ConnectBackoff.LoopTime {

    private record Task(long at, Runnable what) {}

    private final PriorityQueue<Task> tasks =
        new PriorityQueue<>(Comparator.comparingLong(Task::at));
    private long now = SECONDS.toNanos(1000);

    @Override
    public long now() {
      return now;
    }

    @Override
    public void later(long nanos, Runnable task) {
      tasks.add(new Task(now + nanos, task));
    }

    void pass(Duration time) {
      long end = now + time.toNanos();
      for (Task next = tasks.peek(); next != null && next.at <= end; next = tasks.peek()) {
        tasks.remove(next);
        now = next.at;
        next.what.run();
      }
      now = end;
    }
  }

  /** A slot that wants a connection again and again, each of which fails at once. */
  private final class Failing implements ConnectBackoff.Opener {

    private final ConnectBackoff backoff;
    private final List<Long> times;
    private final @Nullable Throwable cause;

    Failing(ConnectBackoff backoff, List<Long> times, @Nullable Throwable cause) {
      this.backoff = backoff;
      this.times = times;
      this.cause = cause;
    }

    @Override
    public boolean turn() {
      times.add(clock.now());
      clock.later(
          1,
          () -> {
            backoff.failed(cause);
            backoff.want(this);
          });
      return true;
    }
  }

  @Test
  void allOpenAtOnceWhileNothingFails() {
    ConnectBackoff backoff = backoff(LATEST);
    want(backoff, CONNECTIONS);

    assertThat(opened).hasSize(CONNECTIONS).containsOnly(clock.now());
  }

  @Test
  void nothingOpensBeforeThePauseOfAProbeIsOver() {
    begin(backoff(LATEST));
    clock.pass(ConnectBackoff.PROBE.multipliedBy(10));

    assertThat(pauses()).isNotEmpty().containsOnly(ConnectBackoff.PROBE.toNanos());
  }

  @Test
  void thePauseIsShortenedAtRandomAndNotByMoreThanItsBound() {
    begin(backoff(SOONEST));
    clock.pass(ConnectBackoff.PROBE.multipliedBy(10));

    long shortest = (long) (ConnectBackoff.PROBE.toNanos() * (1 - ConnectBackoff.JITTER));
    assertThat(pauses())
        .isNotEmpty()
        .allSatisfy(pause -> assertThat(pause).isBetween(shortest, shortest + 1000));
  }

  @Test
  void besideAConnectionThatStandsThePauseDoublesUpToItsBoundAndBeginsAnewOnceOneHasProvenItself() {
    anyOpen = true;
    ConnectBackoff backoff = backoff(LATEST);
    begin(backoff);
    clock.pass(Duration.ofMinutes(2));

    long first = ConnectBackoff.FIRST_PAUSE.toNanos();
    assertThat(pauses()).startsWith(first, 2 * first, 4 * first, 8 * first, 16 * first);
    assertThat(pauses().getLast()).isEqualTo(ConnectBackoff.LONGEST_PAUSE.toNanos());
    backoff.proven();
    clock.pass(Duration.ofMillis(1));
    assertThat(clock.now() - opened.getLast()).isLessThanOrEqualTo(1_000_000);
    clock.pass(ConnectBackoff.FIRST_PAUSE);
    assertThat(pauses().getLast()).isEqualTo(first);
  }

  @Test
  void aRouteWhoseLastConnectionIsLostIsProbedSoonHoweverLongThePauseWas() {
    anyOpen = true;
    ConnectBackoff backoff = backoff(LATEST);
    begin(backoff);
    clock.pass(Duration.ofMinutes(2));
    long longAfter = opened.getLast() + ConnectBackoff.PROBE.toNanos();
    clock.pass(Duration.ofNanos(longAfter - clock.now()));
    anyOpen = false;
    want(backoff, 1);

    assertThat(opened.getLast()).isEqualTo(clock.now());
  }

  @Test
  void connectionsThatAreOpenedAreCountedAndThoseThatWereNotAreNot() {
    ConnectBackoff backoff = backoff(LATEST);
    backoff.want(new Failing(backoff, opened, null));
    clock.pass(Duration.ofMinutes(1));
    long refills = Duration.ofMinutes(1).dividedBy(ConnectBackoff.REFILL);
    assertThat(opened).hasSizeBetween(CAPACITY, (int) (CAPACITY + refills));

    opened.clear();
    begin(backoff(LATEST));
    clock.pass(Duration.ofMinutes(1));
    // limited by nothing but the pause
    assertThat(opened)
        .hasSizeGreaterThan((int) Duration.ofMinutes(1).dividedBy(ConnectBackoff.PROBE) - 1);
  }

  @Test
  void whatIsNotUsedIsSavedUpToABound() {
    ConnectBackoff backoff = backoff(LATEST);
    clock.pass(Duration.ofHours(1));
    want(backoff, 10 * CAPACITY);

    assertThat(opened).hasSize(CAPACITY);
  }

  @Test
  void oneThatDoesNotWantOneAnyMoreCostsNothing() {
    ConnectBackoff backoff = backoff(LATEST);
    for (int connection = 0; connection < 10 * CAPACITY; connection++) {
      backoff.want(new Declining());
    }
    want(backoff, CAPACITY);

    assertThat(opened).hasSize(CAPACITY);
  }

  @Test
  void allDeadRoutesTogetherProbeNoMoreOftenThanTheBudgetLets() {
    List<List<Long>> routes = new ArrayList<>();
    for (int route = 0; route < 40; route++) {
      List<Long> times = new ArrayList<>();
      routes.add(times);
      ConnectBackoff backoff = backoff(SOONEST);
      for (int connection = 0; connection < CONNECTIONS; connection++) {
        backoff.want(new Failing(backoff, times, refused()));
      }
    }
    Duration slots = ProbeBudget.SLOT.multipliedBy(40);
    clock.pass(slots.multipliedBy(3)); // the first ones come together
    long from = clock.now();
    clock.pass(slots.multipliedBy(5));

    assertThat(routes.stream().flatMap(List::stream).filter(at -> at > from).count())
        .isBetween(5 * 40L - 40, 5 * 40L + 1);
    // each has its share
    assertThat(routes)
        .allSatisfy(times -> assertThat(times).filteredOn(at -> at > from).hasSizeBetween(4, 6));
  }

  @Test
  void slotsThatNobodyWantedAreNotSaved() {
    ConnectBackoff backoff = backoff(LATEST);
    want(backoff, 1);
    clock.pass(ConnectBackoff.PROBE.multipliedBy(5));
    backoff.failed(null);

    assertThat(budget.reserve(clock.now())).isEqualTo(ProbeBudget.SLOT.toNanos());
  }

  @Test
  void connectionsThatFailTogetherCostTheBudgetOneSlot() {
    ConnectBackoff backoff = backoff(LATEST);
    want(backoff, CONNECTIONS);
    for (int connection = 0; connection < CONNECTIONS; connection++) {
      backoff.failed(refused());
    }
    long wished = clock.now() + ConnectBackoff.PROBE.toNanos();

    assertThat(budget.reserve(wished)).isEqualTo(ProbeBudget.SLOT.toNanos());
  }

  private static final class Declining implements ConnectBackoff.Opener {
    @Override
    public boolean turn() {
      return false;
    }
  }

  private ConnectBackoff backoff(RandomGenerator random) {
    return new ConnectBackoff(clock, CONNECTIONS, () -> anyOpen, budget, random);
  }

  private void begin(ConnectBackoff backoff) {
    backoff.want(new Failing(backoff, opened, refused()));
  }

  private void want(ConnectBackoff backoff, int connections) {
    for (int connection = 0; connection < connections; connection++) {
      backoff.want(
          new ConnectBackoff.Opener() {
            @Override
            public boolean turn() {
              return opened.add(clock.now());
            }
          });
    }
  }

  private static Throwable refused() {
    return new IllegalStateException(new ConnectException("refused"));
  }

  /** The times between two openings. */
  private List<Long> pauses() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 1; i < opened.size(); i++) {
      pauses.add(opened.get(i) - opened.get(i - 1));
    }
    return pauses;
  }
}
