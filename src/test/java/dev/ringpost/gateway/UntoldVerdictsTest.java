package dev.ringpost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.gateway.UntoldVerdicts.Place;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class UntoldVerdictsTest {

  private static final TopicPartition ONE = new TopicPartition("results", 1);
  private static final TopicPartition TWO = new TopicPartition("results", 2);

  private final UntoldVerdicts verdicts = new UntoldVerdicts();

  @Test
  void aPartitionIsDoneWithUpToTheFirstThatIsNot() {
    for (long offset = 3; offset < 6; offset++) {
      assertThat(verdicts.begin(place(ONE, offset))).isTrue();
    }
    assertThat(doneTo(ONE, 6)).isEqualTo(3);

    end(ONE, 4, true);
    assertThat(doneTo(ONE, 6)).isEqualTo(3);
    end(ONE, 3, true);
    assertThat(doneTo(ONE, 6)).isEqualTo(5);
    end(ONE, 5, true);
    assertThat(doneTo(ONE, 6)).isEqualTo(6);
    assertThat(doneTo(TWO, 9)).isEqualTo(9);
  }

  @Test
  void whatIsLeftToTheNextOwnerHoldsItsPartition() {
    verdicts.begin(place(ONE, 3));
    end(ONE, 3, false);

    assertThat(verdicts.isIdle()).isTrue();
    assertThat(doneTo(ONE, 4)).isEqualTo(3);
  }

  @Test
  void whatIsReadAgainIsNotToldAgain() {
    verdicts.begin(place(ONE, 3));
    end(ONE, 3, true);

    assertThat(verdicts.begin(place(ONE, 3))).isFalse();
    assertThat(verdicts.begin(new Place(ONE, 3, 1_001))).as("a recreated topic").isTrue();
  }

  /** As where a partition is lost and comes back while a verdict is tried again. */
  @Test
  void whatIsUnderWayWhenItsPartitionComesBackHoldsItAgain() {
    verdicts.begin(place(ONE, 3));
    verdicts.leave(List.of(ONE));
    assertThat(doneTo(ONE, 4)).as("of another owner by then").isEqualTo(4);

    assertThat(verdicts.begin(place(ONE, 3))).isFalse();
    assertThat(doneTo(ONE, 4)).isEqualTo(3);
    end(ONE, 3, true);
    assertThat(doneTo(ONE, 4)).isEqualTo(4);
  }

  @Test
  void whatIsUnderWayIsBounded() {
    for (int offset = 0; offset < UntoldVerdicts.MAX_UNDER_WAY - 1; offset++) {
      verdicts.begin(place(ONE, offset));
    }

    assertThat(verdicts.hasRoomFor(1)).isTrue();
    assertThat(verdicts.hasRoomFor(2)).isFalse();
  }

  @Test
  void whatACrashWouldHaveToldAgainIsBounded() {
    verdicts.begin(place(ONE, 10));

    assertThat(isFarAhead(ONE, 9 + UntoldVerdicts.MAX_AHEAD)).isFalse();
    assertThat(isFarAhead(ONE, 10 + UntoldVerdicts.MAX_AHEAD)).isTrue();
    assertThat(isFarAhead(TWO, 10 + UntoldVerdicts.MAX_AHEAD)).isFalse();
    end(ONE, 10, true);
    assertThat(isFarAhead(ONE, 10 + UntoldVerdicts.MAX_AHEAD)).isFalse();
  }

  @Test
  void theOldestSaysHowFarBehindTheWebhookIs() {
    assertThat(verdicts.secondsBehind(5_000)).isZero();
    verdicts.begin(new Place(ONE, 3, 2_000));
    verdicts.begin(new Place(TWO, 3, 3_500));

    assertThat(verdicts.secondsBehind(5_000)).isEqualTo(3);
    verdicts.ended(new Place(ONE, 3, 2_000), true);
    verdicts.settle();
    assertThat(verdicts.secondsBehind(5_000)).isEqualTo(1.5);
    assertThat(verdicts.secondsBehind(3_000)).as("by a clock that is behind").isZero();
  }

  @Test
  void theEndsOfSomePartitionsAreWaitedForWithinABound() {
    verdicts.begin(place(ONE, 3));
    verdicts.begin(place(TWO, 3));
    Thread.ofVirtual().start(() -> verdicts.ended(place(ONE, 3), true));

    verdicts.await(List.of(ONE), Duration.ofSeconds(10));
    assertThat(doneTo(ONE, 4)).isEqualTo(4);

    verdicts.await(List.of(TWO), Duration.ofMillis(20));
    assertThat(doneTo(TWO, 4)).isEqualTo(3);
  }

  private void end(TopicPartition partition, long offset, boolean isDone) {
    verdicts.ended(place(partition, offset), isDone);
    verdicts.settle();
  }

  private long doneTo(TopicPartition partition, long position) {
    return verdicts.doneTo(partition, new OffsetAndMetadata(position)).offset();
  }

  private boolean isFarAhead(TopicPartition partition, long position) {
    return verdicts.isFarAhead(partition, new OffsetAndMetadata(position));
  }

  private static Place place(TopicPartition partition, long offset) {
    return new Place(partition, offset, 1_000);
  }
}
