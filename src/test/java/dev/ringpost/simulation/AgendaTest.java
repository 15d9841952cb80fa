package dev.ringpost.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AgendaTest {

  @Test
  void eventsComeByTheirTime() {
    var random = new Random(3);
    var agenda = new Agenda<Long>();
    List<Long> come = new ArrayList<>();
    for (int n = 0; n < 20_000; n++) {
      long at = come.isEmpty() ? 0 : come.getLast();
      long event = at + random.nextInt(1_000);
      agenda.add(event, event);
      if (n % 3 == 0) {
        assertThat(agenda.nextAt()).isGreaterThanOrEqualTo(at);
        come.add(agenda.next());
      }
    }
    while (!agenda.isEmpty()) {
      come.add(agenda.next());
    }

    assertThat(come).hasSize(20_000).isSorted();
  }
}
