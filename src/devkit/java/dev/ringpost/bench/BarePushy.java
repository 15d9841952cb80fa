package dev.ringpost.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import io.netty.channel.nio.NioEventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The floor: Pushy with nothing of Ringpost's in its way. As many connections as the worker has by
 * default, one event loop, payloads of the same shape and size, the same phones; nobody looks
 * anything up, decides, tells or commits. Not safe for several threads.
 */
final class BarePushy implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);

  /** What the worker sends for an invite of the {@link CallServer}. */
  private static final String PAYLOAD =
      """
      {"aps":{},"call":{"id":"%s","uuid":"0b9c6f57-9f3e-5c43-8f2b-6f6f1f0a9c11",\
      "caller":{"uri":"sip:bob@example.com;transport=tls",\
      "name":"Bob Babbage, Department of Engines"},"video":false,\
      "invitedAt":"2026-11-24T10:00:00.000Z","expiresAt":"2026-11-24T10:02:00.000Z",\
      "sentAt":"2026-11-24T10:00:00.000Z","attempt":1}}\
      """;

  private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
  private final ApnsClient counting;
  private final ApnsClient timing;
  private final Instant deadline = Instant.now().plus(Duration.ofHours(6));
  private final AtomicLong refused = new AtomicLong();
  private final List<String> tokens =
      IntStream.range(0, Callees.USERS).mapToObj(n -> Callees.ONE_PHONE.token(n, 0)).toList();
  private volatile boolean relaying;
  private Thread relay = new Thread();

  BarePushy(ApnsAddress apns) throws Exception {
    this.counting = apns.client(false).setEventLoopGroup(loops).build();
    this.timing = apns.client(true).setEventLoopGroup(loops).build();
  }

  /** Sends as fast as it can, and returns when all are answered. */
  void drive(int pushes, int inFlight) {
    String payload = PAYLOAD.formatted(Stamp.callId(0));
    var room = new Semaphore(inFlight);
    for (int n = 0; n < pushes; n++) {
      room.acquireUninterruptibly();
      var _ =
          send(counting, n, payload)
              .whenComplete(
                  (response, _) -> {
                    if (response == null || !response.isAccepted()) {
                      refused.incrementAndGet();
                    }
                    room.release();
                  });
    }
    room.acquireUninterruptibly(inFlight);
    if (refused.get() > 0) {
      throw new IllegalStateException(refused + " pushes were not accepted");
    }
  }

  /**
   * The least that is between Kafka and APNs: a consumer without a group whose thread hands each
   * invite's id to Pushy, until {@link #rest}.
   */
  void relay(String bootstrapServers, String topic) {
    relaying = true;
    relay = Thread.ofPlatform().start(() -> handOver(bootstrapServers, topic));
  }

  /** Ends what {@link #relay} began. */
  void rest() throws InterruptedException {
    relaying = false;
    relay.join();
  }

  private void handOver(String bootstrapServers, String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(
          IntStream.range(0, CallServer.PARTITIONS)
              .mapToObj(n -> new TopicPartition(topic, n))
              .toList());
      while (relaying) {
        for (ConsumerRecord<byte[], byte[]> invite : consumer.poll(POLL)) {
          var _ = send(timing, (int) invite.offset(), PAYLOAD.formatted(callId(invite.value())));
        }
      }
    }
  }

  private static String callId(byte[] invite) {
    String text = new String(invite, UTF_8);
    int start = text.indexOf(':') + 2;
    return text.substring(start, text.indexOf('"', start));
  }

  private CompletableFuture<PushNotificationResponse<SimpleApnsPushNotification>> send(
      ApnsClient client, int n, String payload) {
    return client.sendNotification(
        new SimpleApnsPushNotification(
            tokens.get(n % tokens.size()),
            ApnsAddress.topic(),
            payload,
            deadline,
            DeliveryPriority.IMMEDIATE,
            PushType.VOIP,
            null,
            new UUID(7, n)));
  }

  @Override
  public void close() {
    counting.close().join();
    timing.close().join();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
