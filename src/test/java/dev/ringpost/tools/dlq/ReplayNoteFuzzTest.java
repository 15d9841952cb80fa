package dev.ringpost.tools.dlq;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.fuzz.Fuzz;
import dev.ringpost.tools.records.SoleOwner.Commit;
import dev.ringpost.tools.records.SoleOwner.Standing;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Notes of a replay that somebody else wrote: whoever may commit for the group may write one. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ReplayNoteFuzzTest {

  private static final long END = 1_000_000;

  @Test
  void notes() throws Exception {
    ReplayNote note = ReplayNote.none(10);
    for (long letter = 12; letter < 2_000; letter += 3) {
      note = note.with(letter);
    }
    List<byte[]> good =
        List.of(
            text(ReplayNote.none(10)),
            text(note),
            text(note.beginning(new ReplayNote.UnderWay(17, 3, 99))));
    Fuzz.of("replay notes", good)
        .run(
            input -> {
              var commit = new Commit(10, new String(input, ISO_8859_1));
              for (long begin : new long[] {0, 14}) {
                try {
                  ReplayNote read = ReplayNote.of(new Standing(begin, END, Optional.of(commit)));
                  assertThat(read.offset()).isGreaterThanOrEqualTo(begin);
                } catch (UnreadableTopicsException _) {
                  // said in words
                }
              }
            });
  }

  private static byte[] text(ReplayNote note) throws UnreadableTopicsException {
    return note.commit().metadata().getBytes(ISO_8859_1);
  }
}
