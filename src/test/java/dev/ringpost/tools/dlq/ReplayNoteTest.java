package dev.ringpost.tools.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.tools.records.SoleOwner.Commit;
import dev.ringpost.tools.records.SoleOwner.Standing;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The note of what was replayed, as it goes into a commit and comes out of it. */
@Timeout(10)
class ReplayNoteTest {

  private static final long END = 1_000_000;

  @Test
  void whatLiesOutOfOrderIsKeptBesideTheOffset() throws Exception {
    ReplayNote note = again(ReplayNote.none(10).with(12).with(15));

    assertThat(note.offset()).isEqualTo(10);
    assertThat(note.contains(12)).isTrue();
    assertThat(note.contains(15)).isTrue();
    assertThat(note.contains(10)).isFalse();
    assertThat(note.contains(13)).isFalse();
  }

  @Test
  void theOffsetGoesOverWhatFollowsOnIt() throws Exception {
    ReplayNote note = again(ReplayNote.none(10).with(11).with(12).with(14).with(10));

    assertThat(note.offset()).isEqualTo(13);
    assertThat(note.contains(13)).isFalse();
    assertThat(note.contains(14)).isTrue();
  }

  @Test
  void theLetterUnderWayIsKeptUntilItIsDone() throws Exception {
    var underWay = new ReplayNote.UnderWay(17, 3, 99);
    ReplayNote note = again(ReplayNote.none(10).with(12).beginning(underWay));

    assertThat(note.underWay()).contains(underWay);
    assertThat(note.contains(17)).isFalse();
    assertThat(note.contains(12)).isTrue();
    assertThat(again(note.with(17)).underWay()).isEmpty();
  }

  @Test
  void whatRetentionDeletedIsForgotten() throws Exception {
    Commit commit = ReplayNote.none(10).with(12).with(20).with(21).commit();

    ReplayNote note = ReplayNote.of(new Standing(20, END, Optional.of(commit)));

    assertThat(note.offset()).isEqualTo(22);
  }

  @Test
  void aCommitBeyondTheEndIsOfAnotherTopicOfTheName() throws Exception {
    var standing = new Standing(0, 5, Optional.of(new Commit(6, "ringpost-replay-1 ")));

    assertThat(ReplayNote.of(standing)).isEqualTo(ReplayNote.none(0));
  }

  @Test
  void anOffsetThatAnOperatorSetCountsAndAForeignNoteStopsTheReplay() throws Exception {
    assertThat(ReplayNote.of(new Standing(0, END, Optional.of(new Commit(7, "")))))
        .isEqualTo(ReplayNote.none(7));

    for (String foreign : new String[] {"ringpost-1 5 ", "x", "ringpost-replay-1 !", "a b c d e"}) {
      var standing = new Standing(0, END, Optional.of(new Commit(7, foreign)));
      assertThatThrownBy(() -> ReplayNote.of(standing))
          .isInstanceOf(UnreadableTopicsException.class)
          .hasMessageContaining("no replay wrote");
    }
  }

  @Test
  void withoutRoomForAllRunsItRefusesInsteadOfForgettingSome() throws Exception {
    ReplayNote note = ReplayNote.none(0);
    for (long letter = 1; letter <= 2 * 1000; letter += 2) {
      note = note.with(letter);
    }
    note = note.beginning(new ReplayNote.UnderWay(END, 999_999, Long.MAX_VALUE));
    Commit fits = note.commit();
    assertThat(fits.metadata().length()).isLessThanOrEqualTo(ReplayNote.MAX_LENGTH);
    assertThat(again(note)).isEqualTo(note);

    for (long letter = 2001; letter <= 2 * 2000; letter += 2) {
      note = note.with(letter);
    }
    assertThatThrownBy(note::commit)
        .isInstanceOf(UnreadableTopicsException.class)
        .hasMessageContaining("from offset 0 on");
  }

  private static ReplayNote again(ReplayNote note) throws UnreadableTopicsException {
    return ReplayNote.of(new Standing(0, END, Optional.of(note.commit())));
  }
}
