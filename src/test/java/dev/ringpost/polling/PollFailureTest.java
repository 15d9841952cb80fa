package dev.ringpost.polling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PollFailureTest {

  private static final TopicPartition ONE = new TopicPartition("call-invites", 1);
  private static final TopicPartition TWO = new TopicPartition("call-invites", 2);
  private static final List<TopicPartition> ALL = List.of(ONE, TWO);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the next record from call-invites-1. If needed",
        "at call-invites-1=7",
        "for partition call-invites-1 at offset 7"
      })
  void aPartitionIsNamedAsAWord(String words) {
    assertThat(new PollFailure(new KafkaException(words)).partition(ALL)).contains(ONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the next record from call-invites-12.",
        "from other.call-invites-1.",
        "from call-invites-1.retry-1-3.",
        "neither call-invites-1 nor call-invites-2",
        "something else"
      })
  void whatNamesAnotherOrSeveralNamesNone(String words) {
    assertThat(new PollFailure(new KafkaException(words)).partition(ALL)).isEmpty();
  }

  @Test
  void aCauseMayNameIt() {
    var failure =
        new PollFailure(
            new KafkaException("a hint", new IllegalStateException("from call-invites-2.")));

    assertThat(failure.partition(ALL)).contains(TWO);
    assertThat(failure.innermost()).isInstanceOf(IllegalStateException.class);
    assertThat(failure.isForWantOfCode()).isFalse();
  }

  @Test
  void aLibraryThatCannotBeLoadedIsNoFaultOfTheRecords() {
    var failure = new PollFailure(new KafkaException("a hint", new UnsatisfiedLinkError("zstd")));

    assertThat(failure.isForWantOfCode()).isTrue();
    assertThat(new PollFailure(new KafkaException((String) null)).partition(ALL)).isEmpty();
  }
}
