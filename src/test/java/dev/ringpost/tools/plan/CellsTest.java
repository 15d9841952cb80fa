package dev.ringpost.tools.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CellsTest {

  /** Made by another program, so that they are no echo of the code. */
  private static final Path VECTORS = Path.of("docs", "cells.json");

  private static final int USERS = 100_000;

  @Test
  void theTestVectorsAreTheCodes() throws IOException {
    int compared = 0;
    for (JsonNode vector : new JsonMapper().readTree(VECTORS.toFile()).path("vectors")) {
      String user = vector.path("user").textValue();
      for (var cell : vector.path("cells").properties()) {
        assertThat(new Cells(Integer.parseInt(cell.getKey())).of(user))
            .as(user + " of " + cell.getKey())
            .isEqualTo(cell.getValue().intValue());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 25, 100})
  void oneMoreCellMovesItsShareOfTheUsersAndNobodyElse(int count) {
    int moved = 0;
    for (int n = 0; n < USERS; n++) {
      int before = new Cells(count).of("user" + n);
      int after = new Cells(count + 1).of("user" + n);
      if (before != after) {
        assertThat(after).isEqualTo(count);
        moved++;
      }
    }

    double share = (double) USERS / (count + 1);
    assertThat((double) moved).isBetween(share * 0.85, share * 1.15);
  }

  @Test
  void allCellsGetAboutTheSame() {
    int[] users = new int[25];
    IntStream.range(0, USERS).forEach(n -> users[new Cells(25).of("user" + n)]++);

    assertThat(IntStream.of(users)).allMatch(cell -> cell > 3_700 && cell < 4_300);
  }

  @Test
  void whoCannotBeAUserHasNoCell() {
    var cells = new Cells(3);

    assertThatThrownBy(() -> cells.of("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cells.of("a".repeat(257)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cells.of("\uD83D")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cells(0)).hasMessage("there are 1 to 100000 cells, not 0");
    assertThatThrownBy(() -> new Cells(Cells.MAX + 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
