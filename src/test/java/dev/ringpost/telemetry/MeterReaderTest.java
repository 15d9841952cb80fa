package dev.ringpost.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.telemetry.MeterReader.Buckets;
import dev.ringpost.telemetry.MeterReader.Reading;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reading of meters, on the registry of a worker. */
@Timeout(10)
class MeterReaderTest {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Telemetry telemetry = new Telemetry(registry);
  private final MeterReader reader = new MeterReader(registry);

  @Test
  void whatIsNotRegisteredYetIsEmpty() {
    assertThat(reader.readings(DeliveryMeterName.INVITES)).isEmpty();
    assertThat(reader.buckets(DeliveryMeterName.INVITE_TO_VERDICT)).isEqualTo(Buckets.EMPTY);
    assertThat(reader.lag("ringpost-invites")).isEmpty();
  }

  @Test
  void countersAndGaugesAreReadWithTheirTagsInOrder() {
    telemetry.counter(DeliveryMeterName.INVALIDATIONS, "com.example.phone", "sandbox").increment(3);
    telemetry.gauge(DirectoryMeterName.VIEW_ENTRIES, () -> 7, "tokens");

    assertThat(reader.readings(DeliveryMeterName.INVALIDATIONS))
        .containsExactly(new Reading(List.of("com.example.phone", "sandbox"), 3));
    assertThat(reader.readings(DirectoryMeterName.VIEW_ENTRIES))
        .containsExactly(new Reading(List.of("tokens"), 7));
  }

  /** The page shows the same histogram as Prometheus, bucket for bucket. */
  @Test
  void aHistogramIsTheOneThatPrometheusScrapes() {
    var timer = telemetry.timer(DeliveryMeterName.INVITE_TO_VERDICT);
    for (int millis : new int[] {1, 3, 3, 40, 700, 90_000}) {
      timer.record(Duration.ofMillis(millis));
    }

    Buckets read = reader.buckets(DeliveryMeterName.INVITE_TO_VERDICT);

    assertThat(read.count()).isEqualTo(6);
    String page = registry.scrape();
    for (int i = 0; i < Telemetry.BUCKETS.size(); i++) {
      String bound = String.valueOf(Telemetry.BUCKETS.get(i).toMillis() / 1000.0);
      assertThat(page)
          .contains(
              "ringpost_invite_to_verdict_seconds_bucket{le=\"%s\"} %d"
                  .formatted(bound, read.counts().get(i)));
    }
  }

  @Test
  void theLagIsTheOneOfTheClient() {
    lag("ringpost-invites", 5);
    lag("ringpost-retries", 9);
    lag("another", Double.NaN);

    assertThat(reader.lag("ringpost-invites")).hasValue(5);
    assertThat(reader.lag("another")).isEmpty();
  }

  private void lag(String client, double records) {
    Gauge.builder("kafka.consumer.fetch.manager.records.lag.max", () -> records)
        .tag("client.id", client)
        .strongReference(true)
        .register(registry);
  }
}
