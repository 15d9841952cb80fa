package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacesTest {

  private final Places places = new Places(4);
  private final List<Places.Place> taken = new ArrayList<>();

  @Test
  void readingRestsFromTheFirstWaitingUntilHalfIsFree() {
    enter(4);
    assertThat(places.crowded()).isFalse();
    assertThat(places.inFlight()).isEqualTo(4);

    enter(1);
    assertThat(places.waiting()).isEqualTo(1);
    assertThat(places.crowded()).isTrue();

    taken.get(0).giveBack();
    assertThat(taken).as("nobody begins until the consumer's thread comes by").hasSize(4);
    places.fill();
    assertThat(taken).hasSize(5);
    assertThat(places.waiting()).isZero();
    assertThat(places.crowded()).as("all places are taken still").isTrue();

    taken.get(1).giveBack();
    assertThat(places.crowded()).as("one of four is free").isTrue();
    taken.get(2).giveBack();
    assertThat(places.crowded()).as("two of four are free").isFalse();
  }

  @Test
  void aPlaceIsGivenBackOnce() {
    enter(2);

    taken.get(0).giveBack();
    taken.get(0).giveBack();

    assertThat(places.inFlight()).isEqualTo(1);
  }

  @Test
  void whoComesLaterDoesNotOvertakeWhoWaits() {
    var order = new ArrayList<String>();
    enter(4);
    places.enter(_ -> order.add("first"));
    taken.get(0).giveBack();
    taken.get(1).giveBack();
    places.enter(_ -> order.add("second"));

    places.fill();

    assertThat(order).containsExactly("first", "second");
  }

  private void enter(int works) {
    for (int i = 0; i < works; i++) {
      places.enter(taken::add);
    }
  }
}
