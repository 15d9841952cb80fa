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

  @Test
  void aVerdictIsThatOfTheRecordThatIsAskedFor() {
    CompletableFuture<Told> asked = memory.verdict(CALL, FIRST);

    memory.told(told(CALL, SECOND, true));
    assertThat(asked).isNotDone();
    memory.told(told(CALL, FIRST, false));
    assertThat(asked).isNotDone();
    memory.told(told(CALL, FIRST, true));
    assertThat(asked).isCompletedWithValue(told(CALL, FIRST, true));
  }

  /** A worker may be faster than the broker's answer to the gateway. */
  @Test
  void aVerdictThatCameBeforeItWasAskedForIsThere() {
    memory.told(told(CALL, FIRST, false));
    assertThat(memory.verdict(CALL, FIRST)).isNotDone();
    memory.told(told(CALL, FIRST, true));

    assertThat(memory.verdict(CALL, FIRST)).isCompletedWithValue(told(CALL, FIRST, true));
  }

  /** Whoever posts the invite again is told how it ended, not whether a phone rang since. */
  @Test
  void aSecondVerdictIsHeardButIsNotTheVerdict() {
    List<Told> heard = new ArrayList<>();
    memory.listen(CALL, event -> heard.add(event.told()));
    var rang = new Told(CALL, "callee", FIRST, true, "rang", "{}");
    CompletableFuture<Told> early = memory.verdict(CALL, FIRST);

    memory.told(rang);
    assertThat(early).isNotDone();
    memory.told(told(CALL, FIRST, true));

    assertThat(early).isCompletedWithValue(told(CALL, FIRST, true));
    assertThat(memory.verdict(CALL, FIRST)).isCompletedWithValue(told(CALL, FIRST, true));
    assertThat(heard).containsExactly(rang, told(CALL, FIRST, true));
  }

  @Test
  void theOldestCallIsForgottenButNotOneThatIsWaitedFor() {
    CompletableFuture<Told> waiting = memory.verdict(CALL, FIRST);
    memory.told(told(new CallId("b"), FIRST, true));
    memory.told(told(new CallId("c"), FIRST, true));

    assertThat(memory.of(new CallId("b"))).isEmpty();
    assertThat(memory.size()).isEqualTo(2);
    memory.told(told(CALL, FIRST, true));
    assertThat(waiting).isDone();
  }

  @Test
  void whoGaveUpHoldsNoPlace() {
    memory.giveUp(CALL, memory.verdict(CALL, FIRST));
    memory.told(told(new CallId("b"), FIRST, true));
    memory.told(told(new CallId("c"), FIRST, true));

    assertThat(memory.of(CALL)).isEmpty();
  }

  /** As where a client posts the same body twice, and hangs up on the first. */
  @Test
  void whoGivesUpEndsNobodyElsesWait() {
    CompletableFuture<Told> first = memory.verdict(CALL, FIRST);
    CompletableFuture<Told> second = memory.verdict(CALL, FIRST);

    memory.giveUp(CALL, first);
    memory.told(told(new CallId("b"), FIRST, true));
    memory.told(told(new CallId("c"), FIRST, true));
    memory.told(told(CALL, FIRST, true));

    assertThat(first).isNotDone();
    assertThat(second).isCompletedWithValue(told(CALL, FIRST, true));
  }

  @Test
  void allWhoWaitForOneVerdictHearIt() {
    CompletableFuture<Told> first = memory.verdict(CALL, FIRST);
    CompletableFuture<Told> second = memory.verdict(CALL, FIRST);

    memory.told(told(CALL, FIRST, true));

    assertThat(first).isCompletedWithValue(told(CALL, FIRST, true));
    assertThat(second).isCompletedWithValue(told(CALL, FIRST, true));
  }

  @Test
  void aDuplicateRepeatsTheNewestAttemptAtItsCallee() {
    Told duplicate = word(SECOND, true, Told.DUPLICATE);
    memory.told(word(new Told.Place(0, 1), true, "failed"));
    memory.told(word(FIRST, true, "accepted"));
    memory.told(new Told(CALL, "carol", new Told.Place(0, 8), true, "failed", "{}"));
    memory.told(word(FIRST, true, "rang"));
    memory.told(duplicate);

    assertThat(memory.repeated(duplicate)).isCompletedWithValue(word(FIRST, true, "accepted"));
  }

  /** The verdict on an earlier attempt is not that of one that is tried again. */
  @Test
  void aDuplicateOfAnAttemptThatIsUnderWayWaitsForItsVerdict() {
    Told duplicate = word(SECOND, true, Told.DUPLICATE);
    memory.told(word(new Told.Place(0, 1), true, "accepted"));
    memory.told(word(FIRST, false, "retrying"));
    memory.told(duplicate);

    CompletableFuture<Told> repeated = memory.repeated(duplicate);
    memory.told(word(SECOND, true, Told.DUPLICATE));
    memory.told(word(FIRST, true, "rang"));
    assertThat(repeated).isNotDone();
    memory.told(word(FIRST, true, "failed"));

    assertThat(repeated).isCompletedWithValue(word(FIRST, true, "failed"));
  }

  @Test
  void eventsKeepTheirNumbersWhenTheOldestAreForgotten() {
    List<Integer> numbers = new ArrayList<>();
    for (int offset = 0; offset < 2 * CallMemory.MAX_TOLD; offset++) {
      memory.told(told(CALL, new Told.Place(0, offset), true));
    }
    try (CallMemory.Listening _ = memory.listen(CALL, event -> numbers.add(event.number()))) {
      memory.told(told(CALL, FIRST, true));
    }

    assertThat(numbers)
        .hasSize(CallMemory.MAX_TOLD + 1)
        .startsWith(CallMemory.MAX_TOLD + 1)
        .endsWith(2 * CallMemory.MAX_TOLD + 1);
  }

  @Test
  void aListenerHearsEachOnceAndNothingAfterItsEnd() {
    List<Told> heard = new ArrayList<>();
    memory.told(told(CALL, FIRST, false));
    try (CallMemory.Listening _ = memory.listen(CALL, event -> heard.add(event.told()))) {
      memory.told(told(CALL, FIRST, true));
    }
    memory.told(told(CALL, SECOND, true));

    assertThat(heard).containsExactly(told(CALL, FIRST, false), told(CALL, FIRST, true));
  }

  @Test
  void whatIsRememberedOfOneCallIsBounded() {
    for (int offset = 0; offset < 2 * CallMemory.MAX_TOLD; offset++) {
      memory.told(told(CALL, new Told.Place(0, offset), true));
    }

    assertThat(memory.of(CALL).orElseThrow()).hasSize(CallMemory.MAX_TOLD);
  }

  private static Told word(Told.Place place, boolean last, String verdict) {
    return new Told(CALL, "alice", place, last, verdict, "{}");
  }

  private static Told told(CallId call, Told.Place place, boolean last) {
    return new Told(call, "alice", place, last, last ? "accepted" : "retrying", "{}");
  }
}
