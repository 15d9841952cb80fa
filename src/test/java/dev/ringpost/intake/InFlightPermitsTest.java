package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightPermitsTest {

  private final InFlightPermits places = new InFlightPermits(4);
  private final List<InFlightPermits.Permit> taken = new ArrayList<>();

  @Test
  void readingRestsFromTheFirstWaitingUntilAQuarterIsFree() {
    InFlightPermits places = new InFlightPermits(8);
    enter(places, 8);
    assertThat(places.saturated()).isFalse();
    assertThat(places.inFlight()).isEqualTo(8);

    enter(places, 1);
    assertThat(places.waiting()).isEqualTo(1);
    assertThat(places.saturated()).isTrue();

    taken.get(0).release();
    assertThat(taken).as("nobody begins until the consumer's thread comes by").hasSize(8);
    places.drain();
    assertThat(taken).hasSize(9);
    assertThat(places.waiting()).isZero();
    assertThat(places.saturated()).as("all places are taken still").isTrue();

    taken.get(1).release();
    assertThat(places.saturated()).as("one of eight is free").isTrue();
    taken.get(2).release();
    assertThat(places.saturated()).as("two of eight are free").isFalse();
  }

  @Test
  void aPlaceIsGivenBackOnce() {
    enter(2);

    taken.get(0).release();
    taken.get(0).release();

    assertThat(places.inFlight()).isEqualTo(1);
  }

  @Test
  void whoComesLaterDoesNotOvertakeWhoWaits() {
    var order = new ArrayList<String>();
    enter(4);
    places.submit(_ -> order.add("first"));
    taken.get(0).release();
    taken.get(1).release();
    places.submit(_ -> order.add("second"));

    places.drain();

    assertThat(order).containsExactly("first", "second");
  }

  private void enter(int works) {
    enter(places, works);
  }

  private void enter(InFlightPermits places, int works) {
    for (int i = 0; i < works; i++) {
      places.submit(taken::add);
    }
  }
}
