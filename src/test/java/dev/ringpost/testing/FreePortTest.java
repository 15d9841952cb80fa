package dev.ringpost.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two who look for a port before either listens must not find the same. */
class FreePortTest {

  private static final int ASKED = 200;

  @Test
  void whoAsksOftenFindsManyPorts() {
    Set<Integer> found = new HashSet<>();
    for (int one = 0; one < ASKED; one++) {
      found.add(FreePort.find());
    }

    assertThat(found).hasSizeGreaterThan(ASKED * 9 / 10);
  }
}
