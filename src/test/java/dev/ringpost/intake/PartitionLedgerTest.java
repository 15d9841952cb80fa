package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PartitionLedgerTest {

  private static final Instant T = Instant.parse("2026-11-24T09:00:00Z");

  private final PartitionLedger ledger = ledger(OptionalLong.of(10), SettledOffsets.NONE);

  @Test
  void nothingBehindAnOpenTicketMayBeCommitted() {
    Ticket first = ledger.open(10, T, Optional.empty());
    Ticket second = ledger.open(11, T, Optional.empty());

    second.settle();
    assertThat(ledger.point().map(PartitionLedger.CommitPoint::offset)).hasValue(10L);
    assertThat(ledger.point().orElseThrow().completedBeyond().contains(11)).isTrue();

    first.settle();
    assertThat(ledger.point().map(PartitionLedger.CommitPoint::offset)).hasValue(12L);
    assertThat(ledger.point().orElseThrow().completedBeyond()).isEqualTo(SettledOffsets.NONE);
  }

  @Test
  void settlingTwiceIsSettlingOnce() {
    Ticket first = ledger.open(10, T, Optional.empty());
    ledger.open(11, T, Optional.empty());

    first.settle();
    first.settle();

    assertThat(ledger.point().map(PartitionLedger.CommitPoint::offset)).hasValue(11L);
  }

  @Test
  void theSpanCountsOffsetsFromTheOldestUnsettledToTheNewest() {
    Ticket first = ledger.open(10, T, Optional.empty());
    ledger.open(15, T, Optional.empty());
    assertThat(ledger.span()).isEqualTo(6);

    first.settle();
    assertThat(ledger.span()).isEqualTo(1);
  }

  @Test
  void beforeAnyRecordTheStartIsCommittable() {
    assertThat(ledger.point().map(PartitionLedger.CommitPoint::offset)).hasValue(10L);
    assertThat(ledger(OptionalLong.empty(), SettledOffsets.NONE).point()).isEmpty();
  }

  @Test
  void whatAFormerOwnerSettledIsSettled() {
    var before = new SettledOffsets(new TreeMap<>(Map.of(11L, 12L)));
    var taken = ledger(OptionalLong.of(10), before);

    Ticket open = taken.open(10, T, Optional.empty());
    Ticket done = taken.open(11, T, Optional.empty());

    assertThat(open.settled()).isFalse();
    assertThat(done.settled()).isTrue();
    open.settle();
    assertThat(taken.point().map(PartitionLedger.CommitPoint::offset)).hasValue(12L);
  }

  @Test
  void theOldestUnsettledIsTheHead() {
    Ticket first = ledger.open(10, T, Optional.empty());
    ledger.open(11, T.plusSeconds(3), Optional.empty());
    assertThat(ledger.oldestUnsettled()).hasValue(T);

    first.settle();
    assertThat(ledger.oldestUnsettled()).hasValue(T.plusSeconds(3));
  }

  @Test
  void whatIsLeavingMayEndButNotBegin() {
    Ticket ticket = ledger.open(10, T, Optional.empty());

    ledger.markRevoking();
    assertThat(ticket.begin()).isFalse();
    assertThat(ticket.held()).isTrue();

    ledger.markLost();
    assertThat(ticket.held()).isFalse();
  }

  @Test
  void whatNeverBeganIsNotWaitedFor() {
    Ticket begun = ledger.open(10, T, Optional.empty());
    ledger.open(11, T, Optional.empty());
    assertThat(begun.begin()).isTrue();

    assertThat(ledger.busy()).isTrue();
    begun.settle();
    assertThat(ledger.busy()).isFalse();
  }

  @Test
  void goingOnFurtherAheadKeepsWhatIsOpen() {
    Ticket open = ledger.open(10, T, Optional.empty());

    ledger.skipTo(50);
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(10);
    open.settle();
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(50);
  }

  @Test
  void behindTheLastRecordMayLieWhatIsNoRecord() {
    Ticket open = ledger.open(10, T, Optional.empty());

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
      var full = ledger(OptionalLong.of(0), SettledOffsets.NONE);
      List<Ticket> tickets = new ArrayList<>();
      for (long offset = 0; offset < 65_536; offset++) {
        tickets.add(full.open(offset, T, Optional.empty()));
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
      PartitionLedger.CommitPoint point = full.point().orElseThrow();
      String note =
          new CommitMetadata(T, point.completedBeyond(), Optional.empty())
              .encode(point.offset(), CommitMetadata.MAX_LENGTH);
      assertThat(note.length()).isLessThanOrEqualTo(CommitMetadata.MAX_LENGTH);
    }
    return (threads.getCurrentThreadCpuTime() - from) / 1e6 / (settledBetween.size() - warm);
  }

  /** Settles in random order and compares with a plain map at every step. */
  @Test
  void commitNeverPassesAnUnsettledOffset() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var tested = ledger(OptionalLong.of(0), SettledOffsets.NONE);
      var model = new TreeMap<Long, Boolean>();
      List<Ticket> open = new ArrayList<>();
      long next = 0;
      for (int step = 0; step < 300; step++) {
        if (random.nextBoolean() || open.isEmpty()) {
          next += random.nextInt(10) == 0 ? random.nextInt(5) : 0; // holes of compaction, markers
          open.add(tested.open(next, T, Optional.empty()));
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
        SettledOffsets beyond = tested.point().orElseThrow().completedBeyond();
        for (var entry : model.tailMap(committable, true).entrySet()) {
          assertThat(beyond.contains(entry.getKey())).isEqualTo(entry.getValue());
        }
      }
    }
  }

  @Test
  void aCommitCarriesTheEpochOfWhatItStandsAt() {
    PartitionLedger led = ledger(OptionalLong.of(10), Optional.of(3), CommitMetadata.NONE);
    assertThat(led.point().orElseThrow().epoch()).hasValue(3);

    Ticket first = led.open(10, T, Optional.of(4));
    Ticket second = led.open(11, T, Optional.of(5));
    led.open(12, T, Optional.of(4));
    first.settle();
    assertThat(led.point().orElseThrow().epoch()).hasValue(5);
    second.settle();
    assertThat(led.point().orElseThrow().epoch()).hasValue(4);
    assertThat(led.point().orElseThrow().newestEpoch()).hasValue(5);
  }

  @Test
  void behindASkipNoEpochIsKnown() {
    PartitionLedger led = ledger(OptionalLong.of(10), Optional.of(3), CommitMetadata.NONE);

    led.skipTo(50);

    assertThat(led.point().orElseThrow().epoch()).isEmpty();
  }

  @Test
  void aNoteIsNotBelievedOfWhatALaterLeaderAppended() {
    PartitionLedger led = ledger(OptionalLong.of(10), Optional.of(3), note(Optional.of(3), 11, 12));
    led.open(10, T, Optional.of(3));

    assertThat(led.open(11, T, Optional.of(3)).settled()).isTrue();
    assertThat(led.open(12, T, Optional.of(4)).settled()).as("another record").isFalse();
    assertThat(led.point().orElseThrow().completedBeyond().contains(12)).as("passed on").isFalse();
    assertThat(led.point().orElseThrow().completedBeyond().contains(11)).isTrue();
  }

  @Test
  void theEpochOfAnInheritedNoteIsPassedOnBeforeAnythingIsRead() {
    PartitionLedger led = ledger(OptionalLong.of(10), Optional.of(3), note(Optional.of(5), 11));

    assertThat(led.point().orElseThrow().newestEpoch()).hasValue(5);
  }

  @Test
  void aNoteWithoutAnEpochIsBelieved() {
    PartitionLedger led = ledger(OptionalLong.of(10), Optional.of(3), note(Optional.empty(), 11));
    led.open(10, T, Optional.of(3));

    assertThat(led.open(11, T, Optional.of(4)).settled()).isTrue();
  }

  @Test
  void whatStoodBehindACutIsNotTakenForSettled() {
    Ticket open = ledger.open(10, T, Optional.of(3));
    ledger.open(11, T, Optional.of(3)).settle();
    Ticket gone = ledger.open(12, T, Optional.of(3));
    ledger.open(13, T, Optional.of(3)).settle();
    assertThat(ledger.point().orElseThrow().completedBeyond().contains(13)).isTrue();

    ledger.cutAt(12);
    gone.settle();

    assertThat(gone.held()).isTrue();
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(10);
    assertThat(ledger.point().orElseThrow().completedBeyond().contains(11)).isTrue();
    assertThat(ledger.point().orElseThrow().completedBeyond().contains(12)).isFalse();
    assertThat(ledger.point().orElseThrow().completedBeyond().contains(13)).isFalse();
    assertThat(ledger.isBehind(12)).isFalse();
    open.settle();
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(12);
  }

  @Test
  void whatIsGoneWithACutHoldsNoCommitUp() {
    Ticket open = ledger.open(10, T, Optional.of(3));
    Ticket gone = ledger.open(11, T, Optional.of(3));

    ledger.cutAt(11);
    open.settle();
    ledger.open(11, T, Optional.of(4)).settle();

    assertThat(gone.settled()).isFalse();
    assertThat(ledger.point().orElseThrow().offset()).isEqualTo(12);
  }

  private static CommitMetadata note(Optional<Integer> epoch, long... settled) {
    var offsets = new SettledOffsets.Growing(SettledOffsets.NONE);
    for (long offset : settled) {
      offsets.add(offset);
    }
    return new CommitMetadata(T, offsets.first(CommitMetadata.MAX_RUNS), epoch);
  }

  private static PartitionLedger ledger(OptionalLong start, SettledOffsets settledBefore) {
    return ledger(start, Optional.empty(), new CommitMetadata(T, settledBefore, Optional.empty()));
  }

  private static PartitionLedger ledger(
      OptionalLong start, Optional<Integer> startEpoch, CommitMetadata note) {
    var lease = new Lease(Duration.ofSeconds(6), () -> 0);
    return new PartitionLedger(new Ownership(lease), start, startEpoch, note);
  }
}
