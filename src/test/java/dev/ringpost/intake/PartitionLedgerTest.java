package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PartitionLedgerTest {

  private static final Instant T = Instant.parse("2026-11-24T09:00:00Z");

  private final PartitionLedger ledger =
      new PartitionLedger(OptionalLong.of(10), SettledOffsets.NONE);

  @Test
  void nothingBehindAnOpenTicketMayBeCommitted() {
    Ticket first = ledger.open(10, T);
    Ticket second = ledger.open(11, T);

    second.settle();
    assertThat(ledger.point().map(PartitionLedger.Point::offset)).hasValue(10L);
    assertThat(ledger.point().orElseThrow().beyond().contains(11)).isTrue();

    first.settle();
    assertThat(ledger.point().map(PartitionLedger.Point::offset)).hasValue(12L);
    assertThat(ledger.point().orElseThrow().beyond()).isEqualTo(SettledOffsets.NONE);
  }

  @Test
  void settlingTwiceIsSettlingOnce() {
    Ticket first = ledger.open(10, T);
    ledger.open(11, T);

    first.settle();
    first.settle();

    assertThat(ledger.point().map(PartitionLedger.Point::offset)).hasValue(11L);
  }

  @Test
  void theSpanCountsOffsetsFromTheOldestUnsettledToTheNewest() {
    Ticket first = ledger.open(10, T);
    ledger.open(15, T);
    assertThat(ledger.span()).isEqualTo(6);

    first.settle();
    assertThat(ledger.span()).isEqualTo(1);
  }

  @Test
  void beforeAnyRecordTheStartIsCommittable() {
    assertThat(ledger.point().map(PartitionLedger.Point::offset)).hasValue(10L);
    assertThat(new PartitionLedger(OptionalLong.empty(), SettledOffsets.NONE).point()).isEmpty();
  }

  @Test
  void whatAFormerOwnerSettledIsSettled() {
    var before = new SettledOffsets(new TreeMap<>(Map.of(11L, 12L)));
    var taken = new PartitionLedger(OptionalLong.of(10), before);

    Ticket open = taken.open(10, T);
    Ticket done = taken.open(11, T);

    assertThat(open.settled()).isFalse();
    assertThat(done.settled()).isTrue();
    open.settle();
    assertThat(taken.point().map(PartitionLedger.Point::offset)).hasValue(12L);
  }

  @Test
  void theOldestUnsettledIsTheHead() {
    Ticket first = ledger.open(10, T);
    ledger.open(11, T.plusSeconds(3));
    assertThat(ledger.oldestUnsettled()).hasValue(T);

    first.settle();
    assertThat(ledger.oldestUnsettled()).hasValue(T.plusSeconds(3));
  }

  @Test
  void whatIsLeavingMayEndButNotBegin() {
    Ticket ticket = ledger.open(10, T);

    ledger.leave();
    assertThat(ticket.begin()).isFalse();
    assertThat(ticket.held()).isTrue();

    ledger.go();
    assertThat(ticket.held()).isFalse();
  }

  @Test
  void whatNeverBeganIsNotWaitedFor() {
    Ticket begun = ledger.open(10, T);
    ledger.open(11, T);
    assertThat(begun.begin()).isTrue();

    assertThat(ledger.busy()).isTrue();
    begun.settle();
    assertThat(ledger.busy()).isFalse();
  }

  @Test
  void goingOnFurtherAheadKeepsWhatIsOpen() {
    Ticket open = ledger.open(10, T);

    ledger.skipTo(50);
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(10);
    open.settle();
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(50);
  }

  @Test
  void behindTheLastRecordMayLieWhatIsNoRecord() {
    Ticket open = ledger.open(10, T);

    ledger.reached(12);
    assertThat(ledger.point().orElseThrow().offset()).as("while one is open").isEqualTo(10);
    open.settle();
    ledger.reached(12);
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(12);
    assertThat(ledger.isBehind(11)).isTrue();
  }

  @Test
  void aLookAtAFullLedgerCostsLittle() {
    for (int everyOpen : new int[] {1_000_000, 10, 2}) {
      var full = new PartitionLedger(OptionalLong.of(0), SettledOffsets.NONE);
      List<Ticket> tickets = new ArrayList<>();
      for (long offset = 0; offset < 65_536; offset++) {
        tickets.add(full.open(offset, T));
      }
      for (int i = 0; i < tickets.size(); i++) {
        if (i % everyOpen != 0) {
          tickets.get(i).settle();
        }
      }
      double millis = millisOfALook(full, tickets.subList(tickets.size() - 400, tickets.size()));
      assertThat(millis).as("CPU time of a look, every %d open", everyOpen).isLessThan(0.5);
    }
  }

  /** Each look comes after one more offset was settled: nothing can be kept from the last. */
  private static double millisOfALook(PartitionLedger full, List<Ticket> settledBetween) {
    var threads = ManagementFactory.getThreadMXBean();
    int warm = settledBetween.size() / 2;
    long from = 0;
    for (int i = 0; i < settledBetween.size(); i++) {
      if (i == warm) {
        from = threads.getCurrentThreadCpuTime();
      }
      settledBetween.get(i).settle();
      PartitionLedger.Point point = full.point().orElseThrow();
      String note = new CommitNote(T, point.beyond()).encode(point.offset());
      assertThat(note.length()).isLessThanOrEqualTo(CommitNote.MAX_LENGTH);
    }
    return (threads.getCurrentThreadCpuTime() - from) / 1e6 / (settledBetween.size() - warm);
  }

  /** Settles in random order and compares with a plain map at every step. */
  @Test
  void commitNeverPassesAnUnsettledOffset() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var tested = new PartitionLedger(OptionalLong.of(0), SettledOffsets.NONE);
      var model = new TreeMap<Long, Boolean>();
      List<Ticket> open = new ArrayList<>();
      long next = 0;
      for (int step = 0; step < 300; step++) {
        if (random.nextBoolean() || open.isEmpty()) {
          next += random.nextInt(10) == 0 ? random.nextInt(5) : 0; // holes of compaction, markers
          open.add(tested.open(next, T));
          model.put(next, false);
          next++;
        } else {
          Ticket settled = open.remove(random.nextInt(open.size()));
          settled.settle();
          model.put(settled.offset(), true);
        }
        long expected = next;
        for (var entry : model.entrySet()) {
          if (!entry.getValue()) {
            expected = entry.getKey();
            break;
          }
        }
        long committable = tested.point().orElseThrow().offset();
        assertThat(committable).isEqualTo(expected);
        SettledOffsets beyond = tested.point().orElseThrow().beyond();
        for (var entry : model.tailMap(committable, true).entrySet()) {
          assertThat(beyond.contains(entry.getKey())).isEqualTo(entry.getValue());
        }
      }
    }
  }
}
