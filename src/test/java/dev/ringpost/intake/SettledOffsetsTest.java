package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SettledOffsetsTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:00:00Z");

  @Test
  void whatIsEncodedIsReadBack() {
    var random = new Random(7);
    for (int round = 0; round < 500; round++) {
      long base = random.nextLong(1L << 40);
      BitSet settled = new BitSet();
      int count = random.nextInt(200);
      for (int i = 0; i < count; i++) {
        settled.set(random.nextInt(2000));
      }
      SettledOffsets offsets = of(settled, base);

      SettledOffsets read = SettledOffsets.decode(base, offsets.encode(base, 8192));

      for (int i = 0; i < 2001; i++) {
        assertThat(read.contains(base + i)).as("offset %d", i).isEqualTo(settled.get(i));
      }
    }
  }

  @Test
  void whatDoesNotFitIsLeftOutFromTheEnd() {
    BitSet everyOther = new BitSet();
    LongStream.range(0, 30_000).filter(i -> i % 2 == 1).forEach(i -> everyOther.set((int) i));

    String note =
        new CommitMetadata(NOW, of(everyOther, 100), Optional.empty())
            .encode(100, CommitMetadata.MAX_LENGTH);

    assertThat(note.length()).isLessThanOrEqualTo(CommitMetadata.MAX_LENGTH);
    SettledOffsets read = CommitMetadata.decode(100, note).orElseThrow().settled();
    assertThat(read.contains(101)).isTrue();
    assertThat(read.contains(102)).isFalse();
    assertThat(read.contains(100 + 29_999)).isFalse();
  }

  @Test
  void whatIsSureStandsInEveryLaterNoteWhateverSettles() {
    int beyond = 0;
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      int room = 40 + random.nextInt(400);
      BitSet settled = new BitSet();
      for (int at = 1; at < 3000; at += 1 + random.nextInt(1 + random.nextInt(200))) {
        settled.set(at, at + 1 + random.nextInt(1 + random.nextInt(300)));
      }
      SettledOffsets first = of(settled, 0);
      long until = first.sureUntil(0, room);
      beyond += until < settled.length() ? 1 : 0;

      for (int time = 0; time < 20; time++) {
        int every = 1 + random.nextInt(4);
        int phase = random.nextInt(every);
        for (int at = settled.nextClearBit(0); at < until; at = settled.nextClearBit(at + 1)) {
          if (at % every == phase && random.nextInt(3) > 0) {
            settled.set(at);
          }
        }
        int base = settled.nextClearBit(0);
        BitSet left = settled.get(base, settled.length());
        SettledOffsets later = SettledOffsets.decode(base, of(left, base).encode(base, room));
        for (Map.Entry<Long, Long> run : first.before(until).runs().entrySet()) {
          for (long offset = Math.max(base, run.getKey()); offset < run.getValue(); offset++) {
            assertThat(later.contains(offset)).as("seed %d, offset %d", seed, offset).isTrue();
          }
        }
      }
    }
    assertThat(beyond).as("notes that have no room for all").isGreaterThan(100);
  }

  @Test
  void aFewOpenAmongThousandsSettledFitWithEase() {
    BitSet settled = new BitSet();
    settled.set(0, 65_536);
    LongStream.range(0, 65_536).filter(i -> i % 100 == 0).forEach(i -> settled.clear((int) i));

    String note =
        new CommitMetadata(NOW, of(settled, 5), Optional.empty())
            .encode(5, CommitMetadata.MAX_LENGTH);

    SettledOffsets read = CommitMetadata.decode(5, note).orElseThrow().settled();
    assertThat(read.contains(5 + 65_499)).isTrue();
    assertThat(read.contains(5 + 65_400)).isFalse();
  }

  @Test
  void aNoteTellsWhenItsWriterWasAlive() {
    String note =
        new CommitMetadata(NOW, SettledOffsets.NONE, Optional.empty())
            .encode(0, CommitMetadata.MAX_LENGTH);
    assertThat(CommitMetadata.decode(0, note).orElseThrow().committedAt()).isEqualTo(NOW);
  }

  @Test
  void metadataOfSomebodyElseIsNoNote() {
    for (String metadata :
        new String[] {
          "",
          "hello",
          "a b c",
          "ringpost-1 x AA",
          "ringpost-1 5 !!",
          "ringpost-1 5 gA",
          "ringpost-1 5 AAA",
          "ringpost-1 99999999999999999999 AA",
          "ringpost-1 5  -1",
          "ringpost-1 5  2147483648",
          "ringpost-1 5 gICAgICAgIBAgYCAgAg",
          "ringpost-2 5 "
        }) {
      assertThat(CommitMetadata.decode(0, metadata)).as(metadata).isEmpty();
    }
  }

  @Test
  void runsThatDoNotRiseAreRefused() {
    assertThatThrownBy(() -> SettledOffsets.decode(0, new byte[] {1, 0}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void offsetsInAnyOrderBecomeTheRunsThatASetOfThemHas() {
    for (int seed = 0; seed < 100; seed++) {
      var random = new Random(seed);
      var growing = new SettledOffsets.Growing(SettledOffsets.NONE);
      var model = new BitSet();
      int from = 0;
      for (int step = 0; step < 200; step++) {
        int offset = from + random.nextInt(60);
        growing.add(offset);
        model.set(offset);
        if (random.nextInt(20) == 0) {
          from += random.nextInt(10);
          growing.forgetBefore(from);
          model.clear(0, from);
        }
        assertThat(growing.first(Integer.MAX_VALUE)).isEqualTo(of(model, 0));
      }
    }
  }

  private static SettledOffsets of(BitSet settled, long base) {
    var growing = new SettledOffsets.Growing(SettledOffsets.NONE);
    settled.stream().forEach(i -> growing.add(base + i));
    return growing.first(Integer.MAX_VALUE);
  }

  @Test
  void aNoteCarriesItsEpochAndFitsWhatTheBrokerTakes() {
    BitSet everyOther = new BitSet();
    LongStream.range(0, 10_000).filter(i -> i % 2 == 1).forEach(i -> everyOther.set((int) i));
    var note = new CommitMetadata(NOW, of(everyOther, 100), Optional.of(Integer.MAX_VALUE));
    for (int limit : new int[] {64, 65, 100, 500, 4096}) {
      String text = note.encode(100, limit);
      assertThat(text.length()).isBetween(1, limit);
      CommitMetadata read = CommitMetadata.decode(100, text).orElseThrow();
      assertThat(read.epoch()).hasValue(Integer.MAX_VALUE);
      assertThat(note.settled().runs()).containsAllEntriesOf(read.settled().runs());
    }
    assertThat(note.encode(100, 63)).isEmpty();
  }
}
