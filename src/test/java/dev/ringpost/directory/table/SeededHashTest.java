package dev.ringpost.directory.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The hash of users' names, which whoever registers may choose. */
@Timeout(30)
class SeededHashTest {

  @Test
  void noByteOfANameIsPassedOver() {
    int names = 10_000;

    for (String form :
        new String[] {"%04x", "somebody-%04x", "%04x-somebody", "at-%04x-somebody"}) {
      assertThat(IntStream.range(0, names).map(n -> hash(form.formatted(n))).distinct().count())
          .as(form)
          .isGreaterThan(names - 10);
    }
  }

  @Test
  void anotherProcessHasOtherHashes() throws Exception {
    URL classes = SeededHash.class.getProtectionDomain().getCodeSource().getLocation();
    try (var anew = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Method other =
          anew.loadClass(SeededHash.class.getName())
              .getDeclaredMethod("of", byte[].class, int.class, int.class);
      other.setAccessible(true);
      byte[] name = "somebody".getBytes(UTF_8);

      assertThat(other.invoke(null, name, 0, name.length)).isNotEqualTo(hash("somebody"));
    }
  }

  private static int hash(String name) {
    byte[] bytes = name.getBytes(UTF_8);
    return SeededHash.of(bytes, 0, bytes.length);
  }
}
