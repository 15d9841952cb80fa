package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class PlacesTest {

  @Test
  void readingRestsFromTheFirstWaitingUntilHalfIsFree() {
    var places = new Places(4);
    for (int i = 0; i < 4; i++) {
      places.announce();
      places.take();
    }
    assertThat(places.crowded()).isFalse();
    assertThat(places.inFlight()).isEqualTo(4);

    places.announce();
    assertThat(places.crowded()).isTrue();
    Thread waiting = Thread.ofVirtual().start(places::take);

    places.giveBack();
    await().untilAsserted(() -> assertThat(waiting.isAlive()).isFalse());
    assertThat(places.waiting()).isZero();
    assertThat(places.crowded()).as("all places are taken still").isTrue();

    places.giveBack();
    assertThat(places.crowded()).as("one of four is free").isTrue();
    places.giveBack();
    assertThat(places.crowded()).as("two of four are free").isFalse();
  }

  @Test
  void whoHasOnlyNotBegunYetDoesNotWait() {
    var places = new Places(4);
    for (int i = 0; i < 4; i++) {
      places.announce();
    }
    assertThat(places.waiting()).isZero();
    assertThat(places.crowded()).isFalse();

    places.announce();
    assertThat(places.waiting()).isEqualTo(1);
    assertThat(places.crowded()).isTrue();
  }
}
