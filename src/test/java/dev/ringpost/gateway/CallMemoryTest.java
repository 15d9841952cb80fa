package dev.ringpost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CallMemoryTest {

  private static final CallId CALL = new CallId("call");
  private static final Told.Place FIRST = new Told.Place(0, 7);
  private static final Told.Place SECOND = new Told.Place(1, 7);

  private final CallMemory memory = new CallMemory(2);

  /** How many results were read. */
  private long read;

  @Test
  void aVerdictIsThatOfTheRecordThatIsAskedFor() {
    CompletableFuture<Told> asked = memory.verdict(CALL, FIRST);

    tell(told(CALL, SECOND, true));
    assertThat(asked).isNotDone();
    tell(told(CALL, FIRST, false));
    assertThat(asked).isNotDone();
    tell(told(CALL, FIRST, true));
    assertThat(asked).isCompletedWithValue(told(CALL, FIRST, true));
  }

  /** A worker may be faster than the broker's answer to the gateway. */
  @Test
  void aVerdictThatCameBeforeItWasAskedForIsThere() {
    tell(told(CALL, FIRST, false));
    assertThat(memory.verdict(CALL, FIRST)).isNotDone();
    tell(told(CALL, FIRST, true));

    assertThat(memory.verdict(CALL, FIRST)).isCompletedWithValue(told(CALL, FIRST, true));
  }

  /** Whoever posts the invite again is told how it ended, not whether a phone rang since. */
  @Test
  void aSecondVerdictIsHeardButIsNotTheVerdict() {
    List<Told> heard = new ArrayList<>();
    memory.listen(CALL, event -> heard.add(event.told()));
    var rang = new Told(CALL, "callee", FIRST, true, "rang", "{}");
    CompletableFuture<Told> early = memory.verdict(CALL, FIRST);

    tell(rang);
    assertThat(early).isNotDone();
    tell(told(CALL, FIRST, true));

    assertThat(early).isCompletedWithValue(told(CALL, FIRST, true));
    assertThat(memory.verdict(CALL, FIRST)).isCompletedWithValue(told(CALL, FIRST, true));
    assertThat(heard).containsExactly(rang, told(CALL, FIRST, true));
  }

  @Test
  void theOldestCallIsForgottenButNotOneThatIsWaitedFor() {
    CompletableFuture<Told> waiting = memory.verdict(CALL, FIRST);
    tell(told(new CallId("b"), FIRST, true));
    tell(told(new CallId("c"), FIRST, true));

    assertThat(memory.of(new CallId("b"))).isEmpty();
    assertThat(memory.size()).isEqualTo(2);
    tell(told(CALL, FIRST, true));
    assertThat(waiting).isDone();
  }

  @Test
  void whoGaveUpHoldsNoPlace() {
    memory.giveUp(CALL, memory.verdict(CALL, FIRST));
    tell(told(new CallId("b"), FIRST, true));
    tell(told(new CallId("c"), FIRST, true));

    assertThat(memory.of(CALL)).isEmpty();
  }

  /** As where a client posts the same body twice, and hangs up on the first. */
  @Test
  void whoGivesUpEndsNobodyElsesWait() {
    CompletableFuture<Told> first = memory.verdict(CALL, FIRST);
    CompletableFuture<Told> second = memory.verdict(CALL, FIRST);

    memory.giveUp(CALL, first);
    tell(told(new CallId("b"), FIRST, true));
    tell(told(new CallId("c"), FIRST, true));
    tell(told(CALL, FIRST, true));

    assertThat(first).isNotDone();
    assertThat(second).isCompletedWithValue(told(CALL, FIRST, true));
  }

  @Test
  void allWhoWaitForOneVerdictHearIt() {
    CompletableFuture<Told> first = memory.verdict(CALL, FIRST);
    CompletableFuture<Told> second = memory.verdict(CALL, FIRST);

    tell(told(CALL, FIRST, true));

    assertThat(first).isCompletedWithValue(told(CALL, FIRST, true));
    assertThat(second).isCompletedWithValue(told(CALL, FIRST, true));
  }

  @Test
  void aDuplicateRepeatsTheNewestAttemptAtItsCallee() {
    Told duplicate = word(SECOND, true, Told.DUPLICATE);
    tell(word(new Told.Place(0, 1), true, "failed"));
    tell(word(FIRST, true, "accepted"));
    tell(new Told(CALL, "carol", new Told.Place(0, 8), true, "failed", "{}"));
    tell(word(FIRST, true, "rang"));
    tell(duplicate);

    assertThat(memory.repeated(duplicate)).isCompletedWithValue(word(FIRST, true, "accepted"));
  }

  /** The verdict on an earlier attempt is not that of one that is tried again. */
  @Test
  void aDuplicateOfAnAttemptThatIsUnderWayWaitsForItsVerdict() {
    Told duplicate = word(SECOND, true, Told.DUPLICATE);
    tell(word(new Told.Place(0, 1), true, "accepted"));
    tell(word(FIRST, false, "retrying"));
    tell(duplicate);

    CompletableFuture<Told> repeated = memory.repeated(duplicate);
    tell(word(SECOND, true, Told.DUPLICATE));
    tell(word(FIRST, true, "rang"));
    assertThat(repeated).isNotDone();
    tell(word(FIRST, true, "failed"));

    assertThat(repeated).isCompletedWithValue(word(FIRST, true, "failed"));
  }

  @Test
  void eventsKeepTheirPlacesWhenTheOldestAreForgotten() {
    List<Long> offsets = new ArrayList<>();
    for (int offset = 0; offset < 2 * CallMemory.MAX_TOLD; offset++) {
      tell(told(CALL, new Told.Place(0, offset), true));
    }
    try (CallMemory.Listening _ = memory.listen(CALL, event -> offsets.add(event.at().offset()))) {
      tell(told(CALL, FIRST, true));
    }

    assertThat(offsets)
        .hasSize(CallMemory.MAX_TOLD + 1)
        .startsWith((long) CallMemory.MAX_TOLD)
        .endsWith(2L * CallMemory.MAX_TOLD);
  }

  @Test
  void aListenerHearsEachOnceAndNothingAfterItsEnd() {
    List<Told> heard = new ArrayList<>();
    tell(told(CALL, FIRST, false));
    try (CallMemory.Listening _ = memory.listen(CALL, event -> heard.add(event.told()))) {
      tell(told(CALL, FIRST, true));
    }
    tell(told(CALL, SECOND, true));

    assertThat(heard).containsExactly(told(CALL, FIRST, false), told(CALL, FIRST, true));
  }

  @Test
  void whatIsRememberedOfOneCallIsBounded() {
    for (int offset = 0; offset < 2 * CallMemory.MAX_TOLD; offset++) {
      tell(told(CALL, new Told.Place(0, offset), true));
    }

    assertThat(memory.of(CALL).orElseThrow()).hasSize(CallMemory.MAX_TOLD);
  }

  private static Told word(Told.Place place, boolean last, String verdict) {
    return new Told(CALL, "alice", place, last, verdict, "{}");
  }

  private static Told told(CallId call, Told.Place place, boolean last) {
    return new Told(call, "alice", place, last, last ? "accepted" : "retrying", "{}");
  }

  private void tell(Told told) {
    memory.told(told, new Told.Place(0, read++));
  }
}
