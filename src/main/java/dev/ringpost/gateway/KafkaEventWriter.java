package dev.ringpost.gateway;

import dev.ringpost.call.RecordHeader;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry.KafkaClientWatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The writer by one producer. A caller waits meanwhile, so nothing lingers. */
final class KafkaEventWriter implements EventWriter, AutoCloseable {

  /** Bound on closing: what is on its way belongs to clients that are answered already. */
  static final Duration CLOSE_BOUND = Duration.ofSeconds(1);

  private final Producer<byte[], byte[]> producer;
  private final KafkaClientWatch watch;
  private final Duration storeWithin;

  private KafkaEventWriter(
      Producer<byte[], byte[]> producer, KafkaClientWatch watch, Duration storeWithin) {
    this.producer = producer;
    this.watch = watch;
    this.storeWithin = storeWithin;
  }

  static KafkaEventWriter open(GatewaySettings settings, GatewayMeters meters) {
    var producer = new KafkaProducer<byte[], byte[]>(properties(settings));
    return new KafkaEventWriter(producer, meters.watch(producer), settings.storeWithin());
  }

  /**
   * What the producer is made with. Stored means stored by all in-sync replicas, once; and an
   * answer that comes after the client's is worth nothing, so the client gives up by itself.
   */
  static Map<String, Object> properties(GatewaySettings settings) {
    int within = Math.toIntExact(settings.storeWithin().toMillis());
    Map<String, Object> properties = new HashMap<>(settings.kafka());
    properties.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "ringpost-gateway");
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, within);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, within);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, within);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return properties;
  }

  @Override
  public Written write(
      String topic, byte[] key, byte @Nullable [] value, List<RecordHeader> headers)
      throws InterruptedException {
    var record = new ProducerRecord<byte[], byte[]>(topic, key, value);
    headers.forEach(header -> record.headers().add(header.key(), header.value()));
    try {
      Future<RecordMetadata> sent = producer.send(record);
      RecordMetadata stored = sent.get(storeWithin.toMillis(), TimeUnit.MILLISECONDS);
      return new Written.Stored(stored.partition(), stored.offset());
    } catch (ExecutionException e) {
      return notStored(String.valueOf(e.getCause()));
    } catch (TimeoutException _) {
      return notStored("no broker answered within " + storeWithin.toMillis() + " ms");
    } catch (InterruptException _) {
      throw new InterruptedException();
    } catch (KafkaException e) {
      return notStored(e.toString());
    }
  }

  private static Written notStored(String why) {
    return new Written.NotStored(why);
  }

  @Override
  public void close() {
    watch.close();
    producer.close(CLOSE_BOUND);
  }
}
