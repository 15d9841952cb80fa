package dev.ringpost.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * The maker of meters by their {@link MeterName} and no other way, so that each name has one kind,
 * one set of tags and a description. Safe for many threads.
 */
public final class Telemetry {

  /** A Kafka client whose own metrics are published until this is closed. */
  @FunctionalInterface
  public interface KafkaClientWatch extends AutoCloseable {

    @Override
    void close();
  }

  /** Histogram buckets that fit calls: 1 ms to 60 s. */
  public static final List<Duration> BUCKETS =
      List.of(
          Duration.ofMillis(1),
          Duration.ofMillis(2),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(20),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60));

  /** Kafka's own count of what came in, over all connections of a client. */
  private static final String RECEIVED = "incoming-byte-total";

  private static final String OF_THE_CLIENT = "consumer-metrics";

  private final MeterRegistry registry;
  private final Map<List<Object>, Counter> counters = new ConcurrentHashMap<>();
  private final Set<Consumer<?, ?>> consumers = ConcurrentHashMap.newKeySet();

  public Telemetry(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The counter of a name and its tag values, in the order of {@link MeterName#tags()}. */
  public Counter counter(MeterName name, String... values) {
    List<Object> key = new ArrayList<>(values.length + 1);
    key.add(name);
    key.addAll(List.of(values));
    return counters.computeIfAbsent(
        key,
        _ ->
            Counter.builder(require(name, MeterSpec.Kind.COUNTER).meter())
                .description(name.description())
                .tags(tags(name, values))
                .register(registry));
  }

  /** A counter that somebody else counts: {@code value} is asked at every scrape. */
  public void counter(MeterName name, Supplier<Long> value) {
    FunctionCounter.builder(
            require(name, MeterSpec.Kind.COUNTER).meter(), value, count -> count.get())
        .description(name.description())
        .tags(tags(name))
        .register(registry);
  }

  /** The timer of a name and its tag values. */
  public Timer timer(MeterName name, String... values) {
    return Timer.builder(require(name, MeterSpec.Kind.TIMER).meter())
        .description(name.description())
        .tags(tags(name, values))
        .serviceLevelObjectives(BUCKETS.toArray(Duration[]::new))
        .register(registry);
  }

  /** A gauge that asks {@code value} at every scrape, from any thread. */
  public void gauge(MeterName name, Supplier<Number> value, String... values) {
    Gauge.Builder<Supplier<Number>> gauge =
        Gauge.builder(require(name, MeterSpec.Kind.GAUGE).meter(), value)
            .description(name.description())
            .tags(tags(name, values))
            .strongReference(true);
    if (!name.unit().isEmpty()) {
      gauge.baseUnit(name.unit());
    }
    gauge.register(registry);
  }

  /**
   * Publishes a consumer's own metrics, under Kafka's names.
   *
   * @return ends it; to be closed before the consumer
   */
  public KafkaClientWatch watch(Consumer<?, ?> consumer) {
    KafkaClientWatch published = bound(new KafkaClientMetrics(consumer));
    consumers.add(consumer);
    return () -> {
      consumers.remove(consumer);
      published.close();
    };
  }

  /** What each watched consumer has received from brokers since it was made. */
  Map<Object, Double> receivedBytes() {
    Map<Object, Double> received = new HashMap<>();
    for (Consumer<?, ?> consumer : consumers) {
      consumer
          .metrics()
          .forEach(
              (name, metric) -> {
                if (name.name().equals(RECEIVED)
                    && name.group().equals(OF_THE_CLIENT)
                    && metric.metricValue() instanceof Double bytes) {
                  received.put(consumer, bytes);
                }
              });
    }
    return received;
  }

  /**
   * Publishes a producer's own metrics, under Kafka's names.
   *
   * @return ends it; to be closed before the producer
   */
  public KafkaClientWatch watch(Producer<?, ?> producer) {
    return bound(new KafkaClientMetrics(producer));
  }

  private KafkaClientWatch bound(KafkaClientMetrics metrics) {
    metrics.bindTo(registry);
    return metrics::close;
  }

  private static MeterName require(MeterName name, MeterSpec.Kind kind) {
    if (name.kind() != kind) {
      throw new IllegalArgumentException(name + " is a " + name.kind() + ", not a " + kind);
    }
    return name;
  }

  private static Tags tags(MeterName name, String... values) {
    if (values.length != name.tags().size()) {
      throw new IllegalArgumentException(
          name + " has the tags " + name.tags() + ", but " + values.length + " values came");
    }
    List<Tag> tags = new ArrayList<>(values.length);
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(name.tags().get(i), values[i]));
    }
    return Tags.of(tags);
  }
}
