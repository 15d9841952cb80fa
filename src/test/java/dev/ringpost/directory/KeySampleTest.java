package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The figures that a sample of keys gives of all of them. */
@Timeout(30)
class KeySampleTest {

  @Test
  void aKeyOnTwoPartitionsCountsOnce() {
    var sample = new KeySample();
    sample.seen(key(1), 0, true);
    sample.seen(key(1), 0, true);
    sample.seen(key(2), 0, true);
    assertThat(sample.strays()).isZero();

    sample.seen(key(2), 1, true);
    sample.seen(key(2), 2, true);

    assertThat(sample.strays()).isEqualTo(1);
  }

  @Test
  void ofManyKeysThoseThatAreLookedAtSpeakForAll() {
    var sample = new KeySample(1_000);
    for (int i = 0; i < 20_000; i++) {
      sample.seen(key(i), 0, true);
    }
    assertThat(sample.strays()).isZero();
    for (int i = 0; i < 10_000; i++) {
      sample.seen(key(i), 1, true);
    }

    assertThat(sample.strays()).isCloseTo(10_000, Percentage.withPercentage(20));
  }

  @Test
  void theLastRecordOfAKeySaysWhetherItIsLive() {
    var sample = new KeySample();
    sample.seen(key(1), 0, true);
    sample.seen(key(1), 0, false);
    sample.seen(key(2), 0, false);
    sample.seen(key(2), 0, true);
    sample.seen(key(2), 0, true);

    assertThat(sample.records()).isEqualTo(5);
    assertThat(sample.live()).isEqualTo(1);
    assertThat(sample.oneIn()).as("all of them").isEqualTo(1);
  }

  @Test
  void allRecordsOfAKeyAreLookedAtOrNoneIs() {
    var sample = new KeySample(1_000);
    for (int round = 0; round < 8; round++) {
      for (int i = 0; i < 20_000; i++) {
        sample.seen(key(i), 0, round < 7 || i % 4 != 0);
      }
    }

    assertThat(sample.oneIn()).isEqualTo(32);
    assertThat(sample.records() % 8).as("whole keys").isZero();
    assertThat((double) sample.records() / sample.live())
        .isCloseTo(8 / 0.75, Percentage.withPercentage(10));
  }

  private static byte[] key(int number) {
    return ("user-" + number + "/phone").getBytes(UTF_8);
  }
}
