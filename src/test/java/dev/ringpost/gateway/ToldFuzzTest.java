package dev.ringpost.gateway;

import dev.ringpost.call.Envelope;
import dev.ringpost.events.cloud.EventAttributes;
import dev.ringpost.testing.Recorded;
import dev.ringpost.testing.RecordedRecord;
import dev.ringpost.testing.fuzz.Fuzz;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Results that no worker wrote. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ToldFuzzTest {

  private final ToldReader reader = new ToldReader("call-invites");

  @Test
  void results() throws InterruptedException {
    List<byte[]> good =
        Recorded.versions().stream()
            .flatMap(version -> Recorded.records(version, "call-push-results").stream())
            .map(RecordedRecord::envelope)
            .map(Envelope::value)
            .filter(Objects::nonNull)
            .toList();
    Fuzz.of("results", good)
        .run(
            input -> {
              var plain =
                  new ConsumerRecord<byte[], byte[]>("call-push-results", 0, 1, null, input);
              reader.read(plain);
              EventAttributes.structuredHeaders(List.of())
                  .forEach(header -> plain.headers().add(header.key(), header.value()));
              reader.read(plain);
            });
  }
}
