package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The lanes of an output of which one partition answers nothing. */
class LanesTest {

  private static final int PARTITIONS = 4;
  private static final int VALUE = 10_000;
  private static final int MAX = PARTITIONS * 2 * Lanes.LEAST_BYTES;

  private final Lanes lanes = new Lanes(MAX);
  private final List<Outgoing> flying = new ArrayList<>();

  private static Outgoing record(@Nullable String key) {
    byte[] bytes = key == null ? null : key.getBytes(UTF_8);
    return new Outgoing(
        Samples.NOW,
        Samples.invited().envelope().origin(),
        "accepted",
        new Outgoing.Body(bytes, new byte[VALUE], List.of()),
        Optional.empty());
  }

  /** A key that Kafka's client writes to a partition. */
  private static String key(int partition) {
    for (int n = 0; true; n++) {
      String key = "call-" + n;
      if (Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % PARTITIONS == partition) {
        return key;
      }
    }
  }

  private void sendAll() {
    for (Outgoing next = lanes.take(); next != null; next = lanes.take()) {
      flying.add(next);
    }
  }

  private long flyingBytes() {
    return flying.stream().mapToLong(Outgoing::bytes).sum();
  }

  @Test
  void aPartitionThatStoresNothingHoldsUpNobodyElse() {
    lanes.partitions(PARTITIONS);
    for (int n = 0; n < 200; n++) {
      lanes.add(record(key(0)));
    }
    sendAll();
    assertThat(flyingBytes()).isBetween(MAX / PARTITIONS - VALUE * 2L, (long) MAX / PARTITIONS);
    assertThat(lanes.hasReady()).isFalse();
    assertThat(lanes.isEmpty()).isFalse();

    Outgoing other = record(key(1));
    lanes.add(other);
    assertThat(lanes.hasReady()).isTrue();
    assertThat(lanes.take()).isSameAs(other);
  }

  @Test
  void whatWasHeldFollowsInItsOrderOnceItsPartitionStores() {
    lanes.partitions(PARTITIONS);
    List<Outgoing> all = new ArrayList<>();
    for (int n = 0; n < 60; n++) {
      all.add(record(key(2)));
    }
    all.forEach(lanes::add);
    sendAll();
    for (int n = 0; n < flying.size(); n++) {
      lanes.landed(flying.get(n), flying.get(n).bytes());
      sendAll();
    }

    assertThat(flying).isEqualTo(all);
    assertThat(lanes.isEmpty()).isTrue();
  }

  @Test
  void allTogetherHaveABound() {
    for (int n = 0; n < 200; n++) {
      lanes.add(record(n % 2 == 0 ? null : key(n % PARTITIONS)));
    }
    sendAll();
    assertThat(flyingBytes()).isBetween(MAX - VALUE * 2L, (long) MAX);

    lanes.landed(flying.getFirst(), flying.getFirst().bytes());
    assertThat(lanes.hasReady()).isTrue();
  }

  @Test
  void oneThatIsLargerThanItsShareIsSentAlone() {
    lanes.partitions(1000);
    var large =
        new Outgoing(
            Samples.NOW,
            Samples.invited().envelope().origin(),
            "accepted",
            new Outgoing.Body(key(0).getBytes(UTF_8), new byte[2 * MAX], List.of()),
            Optional.empty());
    lanes.add(large);

    assertThat(lanes.take()).isSameAs(large);
  }

  /** Partitions are added while records are on their way. */
  @Test
  void whatFliesIsCountedWhereItWasSent() {
    lanes.partitions(1);
    for (int n = 0; n < 200; n++) {
      lanes.add(record(key(n % PARTITIONS)));
    }
    sendAll();
    lanes.partitions(PARTITIONS);
    for (int n = 0; n < flying.size(); n++) {
      lanes.landed(flying.get(n), flying.get(n).bytes());
      sendAll();
    }

    assertThat(flying).hasSize(200);
    assertThat(lanes.isEmpty()).isTrue();
  }
}
