package dev.ringpost.tools.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PlanTest {

  private static final OptionalInt OPEN = OptionalInt.empty();

  @Test
  void whatIsInFlightIsTheRateTimesTheTime() {
    Plan plan = plan(1_000, 1_000_000, 1, OPEN);

    assertThat(plan.size().pushesInFlight())
        .isCloseTo(2_000 * 1.5 * plan.answer().mean() / 1_000, within(0.01));
    assertThat(plan.size().streams()).isEqualTo(plan.size().connections() * plan.size().window());
    assertThat(plan.size().window()).isEqualTo(900);
  }

  @Test
  void aSmallInstallationHasTwoPodsWithTheDefaults() {
    FleetSize size = plan(10, 1_000, 1, OPEN).size();

    assertThat(size.pods()).isEqualTo(2);
    assertThat(size.connections()).isEqualTo(2);
    assertThat(size.permits()).isEqualTo(1_800);
    assertThat(size.partitions()).isEqualTo(12);
    assertThat(plan(10, 1_000, 1, OPEN).warnings()).isEmpty();
  }

  @Test
  void withOnePodAwayNothingIsUsedBeyondThePlannedShare() {
    for (double calls = 10; calls < 1_000_000; calls *= 3) {
      Plan plan = plan(calls, 1_000_000, 1, OPEN);
      FleetSize size = plan.size();

      assertThat(size.streamsUsed()).as("%s calls", calls).isLessThanOrEqualTo(0.6001);
      assertThat(size.permitsUsed()).as("%s calls", calls).isLessThanOrEqualTo(0.6001);
      assertThat(plan.pushesPerPod()).isLessThanOrEqualTo(0.6001 * 48_092);
      assertThat(size.connections()).isBetween(2, ApnsSettings.MAX_CONNECTIONS);
      assertThat(size.partitions()).isGreaterThanOrEqualTo(size.pods());
    }
  }

  @Test
  void fewerStreamsMeanMoreConnectionsAndThenMorePods() {
    FleetSize today = plan(100_000, 1_000_000, 1, OPEN).size();
    FleetSize throttled = plan(100_000, 1_000_000, 1, OptionalInt.of(100)).size();

    assertThat(throttled.window()).isEqualTo(100);
    assertThat(throttled.connections() * throttled.pods())
        .isGreaterThan(7 * today.connections() * today.pods());
    assertThat(throttled.pods()).isGreaterThan(today.pods());
  }

  @Test
  void whatBreaksFirstIsAWarning() {
    Demand tooFew =
        new Demand(
            100_000, 100, 1.5, 100_000_000, 40, 1, OptionalInt.of(2), OptionalInt.of(1), OPEN);

    assertThat(Plan.of(tooFew, ConfigLoader.defaults()).warnings())
        .anySatisfy(line -> assertThat(line).contains("a pod must push 150,000/s", "more pods"))
        .anySatisfy(line -> assertThat(line).contains("1 pods have no partition"))
        .anySatisfy(line -> assertThat(line).contains("plan --cells 2"))
        .anySatisfy(line -> assertThat(line).contains("later than a call rings"));
    Demand alone = new Demand(1, 100, 1, 1, 40, 1, OptionalInt.of(1), OPEN, OPEN);
    assertThat(Plan.of(alone, ConfigLoader.defaults()).warnings())
        .singleElement()
        .asString()
        .startsWith("one pod: no phone rings");
  }

  @Test
  void cellsShareCallsAndDevices() {
    Plan whole = plan(40_000, 1_000_000_000, 1, OPEN);
    Plan cell = plan(40_000, 1_000_000_000, 25, OPEN);

    assertThat(cell.table()).isCloseTo(whole.table() / 25, within(1.0));
    assertThat(cell.start()).isLessThan(whole.start() / 20);
    assertThat(cell.size().pushesInFlight())
        .isCloseTo(whole.size().pushesInFlight() / 25, within(0.01));
    assertThat(whole.warnings()).anyMatch(line -> line.contains("plan --cells 20"));
    assertThat(cell.warnings()).noneMatch(line -> line.contains("--cells"));
  }

  @Test
  void memoryIsTheTablesOfTheImagePage() throws Exception {
    assertThat(plan(1, 1, 1, OPEN).memory()).isEqualTo(448 << 20);
    Matcher row =
        Pattern.compile("\\| (\\d+) MiB \\|.* up to ([\\d.]+) million devices \\|")
            .matcher(Files.readString(Path.of("docs", "image.md")));
    int rows = 0;
    for (; row.find(); rows++) {
      double limit = Double.parseDouble(row.group(1)) * (1 << 20);
      long devices = Math.round(Double.parseDouble(row.group(2)) * 1e6);
      assertThat(plan(1, devices, 1, OPEN).memory()).as(row.group()).isLessThanOrEqualTo(limit);
      assertThat(plan(1, devices * 5 / 4, 1, OPEN).memory()).as(row.group()).isGreaterThan(limit);
    }
    assertThat(rows).isEqualTo(4);
  }

  /** Else the JVM collects everything wherever it should collect what is new. */
  @Test
  void theTableAndWhatWaitsHaveRoomInTheirPartOfTheHeap() {
    for (long devices = 1_000; devices <= 100_000_000; devices *= 10) {
      Plan plan = plan(1, devices, 1, OPEN);
      double heap = plan.memory() * 0.6;
      assertThat(plan.table() + 79e6).isLessThan(heap * 2 / 3);
      assertThat(plan.table() + 79e6 + heap / 4).as("with a full backlog").isLessThan(heap * 0.95);
    }
  }

  @Test
  void whatBreaksFirstIsAsThePageSays() {
    assertThat(plan(1, 5_000_000, 1, OPEN).start()).isBetween(25.0, 30.0);
    assertThat(plan(1, 5_300_000, 1, OPEN).start()).isGreaterThan(30);
    assertThat(plan(1, 5_000_000, 1, OPEN).memory()).isBetween(1.85e9, 1.95e9);
    assertThat(plan(1, 50_000_000, 1, OPEN).start()).isBetween(270.0, 300.0);
    assertThat(plan(1, 50_000_000, 1, OPEN).table()).isBetween(6e9, 6.9e9);
    assertThat(plan(1, 110_000_000, 1, OPEN).start()).isGreaterThan(600);
    assertThat(plan(1, 1_000_000_000, 1, OPEN).start()).isGreaterThan(90 * 60);
    assertThat(plan(1, 1_000_000_000, 1, OPEN).memory()).isGreaterThan(300e9);
  }

  @Test
  void machinesGetEveryFigure() throws Exception {
    Plan plan = plan(2_000, 10_000_000, 1, OPEN);
    JsonNode report = new JsonMapper().readTree(new PlanReport(plan).json());

    assertThat(report.at("/pods/pods").asInt()).isEqualTo(plan.size().pods());
    assertThat(report.at("/apns/pushesInFlight").asDouble())
        .isEqualTo(plan.size().pushesInFlight());
    assertThat(report.at("/kafka/topics/0/topic").asText()).isEqualTo("call-invites");
    assertThat(report.at("/warnings/0").asText()).contains("later than a call rings");
    assertThat(report.at("/assumptions").findValuesAsText("mark"))
        .hasSize(Assumption.values().length)
        .containsOnly("measured", "documented", "guessed");
    assertThat(new PlanReport(plan).text()).allMatch(line -> line.length() <= 96);
  }

  @Test
  void whatIsOutOfBoundsIsNamedByItsOption() {
    assertThatThrownBy(() -> plan(Double.NaN, 1, 1, OPEN))
        .hasMessage("--calls must be 0.01 to 10000000, not NaN");
    assertThatThrownBy(() -> plan(1, 0, 1, OPEN)).hasMessageStartingWith("--devices must be 1");
    assertThatThrownBy(() -> plan(1, 1, 0, OPEN)).hasMessageStartingWith("--cells must be 1");
    assertThatThrownBy(() -> plan(1, 1, 1, OptionalInt.of(0)))
        .hasMessage("--streams must be 1 to 10000, not 0");
    Demand farAway = new Demand(1, 100, 1, 1, 2_001, 1, OPEN, OPEN, OPEN);
    assertThatThrownBy(() -> Plan.of(farAway, ConfigLoader.defaults()))
        .hasMessage("--rtt must be 0 to 2000, not 2001");
    Demand tooMany = new Demand(1, 100, 21, 1, 1, 1, OPEN, OPEN, OPEN);
    assertThatThrownBy(() -> Plan.of(tooMany, ConfigLoader.defaults()))
        .hasMessage("--phones must be 0.01 to 20, not 21");
  }

  private static Plan plan(double calls, long devices, int cells, OptionalInt streams) {
    return Plan.of(
        new Demand(calls, 200, 1.5, devices, 40, cells, OPEN, OPEN, streams),
        ConfigLoader.defaults());
  }
}
