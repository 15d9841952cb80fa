package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class PlacesTest {

  private final Places places = new Places(4);
  private final Semaphore ends = new Semaphore(0);
  private final List<String> begun = new CopyOnWriteArrayList<>();

  @Test
  void noMoreThanThePlacesAreInFlightAndTheOthersWaitInOrder() {
    enter("a", "b", "c", "d", "e", "f");
    await().until(() -> begun.size() == 4);
    assertThat(begun).containsExactlyInAnyOrder("a", "b", "c", "d");
    assertThat(places.inFlight()).isEqualTo(4);
    assertThat(places.waiting()).isEqualTo(2);

    ends.release();
    await().until(() -> begun.size() == 5);
    assertThat(begun).endsWith("e");
    assertThat(places.inFlight()).isEqualTo(4);

    ends.release(5);
    await().until(() -> places.inFlight() == 0);
    assertThat(begun).endsWith("f");
    assertThat(places.waiting()).isZero();
  }

  @Test
  void readingRestsFromTheFirstWaitingUntilHalfIsFree() {
    enter("a", "b", "c", "d");
    assertThat(places.crowded()).as("all have a place").isFalse();

    enter("e");
    assertThat(places.crowded()).isTrue();

    ends.release();
    await().until(() -> places.waiting() == 0);
    assertThat(places.crowded()).as("all places are taken still").isTrue();
    ends.release();
    await().until(() -> places.inFlight() == 3);
    assertThat(places.crowded()).as("one of four is free").isTrue();
    ends.release();
    await().until(() -> places.inFlight() == 2);
    assertThat(places.crowded()).as("two of four are free").isFalse();
    ends.release(2);
  }

  @Test
  void workThatFailsGivesItsPlaceBack() {
    var only = new Places(1);
    only.enter(
        () -> {
          ends.acquireUninterruptibly();
          throw new IllegalStateException("thrown by a test");
        });
    only.enter(() -> begun.add("next"));
    assertThat(only.waiting()).isEqualTo(1);

    ends.release();
    await().dontCatchUncaughtExceptions().until(() -> only.inFlight() == 0);
    assertThat(begun).containsExactly("next");
  }

  private void enter(String... names) {
    for (String name : names) {
      places.enter(
          () -> {
            begun.add(name);
            ends.acquireUninterruptibly();
          });
    }
  }
}
