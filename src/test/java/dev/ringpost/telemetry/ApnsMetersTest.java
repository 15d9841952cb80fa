package dev.ringpost.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Environment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class ApnsMetersTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ApnsMeters meters = new ApnsMeters(new Telemetry(registry));

  @Test
  void answersAreCountedByStatusAndReason() {
    meters.answered(Environment.PRODUCTION, 200, "none");
    meters.answered(Environment.PRODUCTION, 200, "none");
    meters.answered(Environment.SANDBOX, 400, "BadDeviceToken");

    assertThat(answers("production", "200", "none")).isEqualTo(2);
    assertThat(answers("sandbox", "400", "BadDeviceToken")).isEqualTo(1);
  }

  @Test
  void statusesThatAppleDoesNotDocumentShareOneTag() {
    meters.answered(Environment.PRODUCTION, 418, "other");
    meters.answered(Environment.PRODUCTION, 599, "other");

    assertThat(answers("production", "other", "other")).isEqualTo(2);
  }

  @Test
  void aRouteIsAskedAtEveryScrape() {
    int[] open = {1};
    meters.registerRoute(
        "com.example.phone", Environment.SANDBOX, () -> 7, () -> 9, () -> open[0], () -> false);

    var connections =
        registry
            .get(ApnsMeterName.APNS_CONNECTIONS_OPEN.meter())
            .tags("app", "com.example.phone", "environment", "sandbox")
            .gauge();
    assertThat(connections.value()).isEqualTo(1);
    open[0] = 2;
    assertThat(connections.value()).isEqualTo(2);
    assertThat(registry.get(ApnsMeterName.APNS_IN_FLIGHT.meter()).gauge().value()).isEqualTo(7);
    assertThat(registry.get(ApnsMeterName.APNS_STREAM_LIMIT.meter()).gauge().value()).isEqualTo(9);
  }

  private double answers(String environment, String status, String reason) {
    return registry
        .get(ApnsMeterName.APNS_ANSWERS.meter())
        .tags("environment", environment, "status", status, "reason", reason)
        .counter()
        .count();
  }
}
