package dev.ringpost.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ringpost.testing.fuzz.Fuzz;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Metadata of a commit that somebody else wrote: whoever may commit for the group may write it. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CommitNoteFuzzTest {

  @Test
  void notes() throws InterruptedException {
    var runs = new TreeMap<Long, Long>();
    for (long at = 12; at < 200_000; at += 501) {
      runs.put(at, at + 17);
    }
    Instant now = Instant.parse("2026-11-24T10:00:00Z");
    var settled = new SettledOffsets(runs);
    Fuzz.of(
            "notes",
            List.of(
                note(new CommitMetadata(now, settled, Optional.of(3))),
                note(new CommitMetadata(now, SettledOffsets.NONE, Optional.empty())),
                "ringpost-1 1795955123336 AQMBAQ 7".getBytes(ISO_8859_1)))
        .run(input -> CommitMetadata.decode(10, new String(input, ISO_8859_1)));
  }

  private static byte[] note(CommitMetadata note) {
    return note.encode(10, CommitMetadata.MAX_LENGTH).getBytes(ISO_8859_1);
  }
}
