package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class StrayKeysTest {

  @Test
  void aKeyOnTwoPartitionsCountsOnce() {
    var strays = new StrayKeys();
    strays.seen(key(1), 0);
    strays.seen(key(1), 0);
    strays.seen(key(2), 0);
    assertThat(strays.count()).isZero();

    strays.seen(key(2), 1);
    strays.seen(key(2), 2);

    assertThat(strays.count()).isEqualTo(1);
  }

  @Test
  void ofManyKeysThoseThatAreLookedAtSpeakForAll() {
    var strays = new StrayKeys(1_000);
    for (int i = 0; i < 20_000; i++) {
      strays.seen(key(i), 0);
    }
    assertThat(strays.count()).isZero();
    for (int i = 0; i < 10_000; i++) {
      strays.seen(key(i), 1);
    }

    assertThat(strays.count()).isCloseTo(10_000, Percentage.withPercentage(20));
  }

  private static byte[] key(int number) {
    return ("user-" + number + "/phone").getBytes(UTF_8);
  }
}
