package dev.ringpost.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaContactTest {

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Map<Object, Double> received = new HashMap<>();
  private final KafkaContact contact =
      new KafkaContact(new Telemetry(registry), () -> Map.copyOf(received));

  @Test
  void kafkaIsOutOfReachOnceNoClientHasReceivedAnythingForAWhile() {
    received.put("follower", 100.0);
    look(1);
    assertThat(reachable()).isEqualTo(1);

    look(KafkaContact.LOOKS - 1);
    assertThat(contact.silence()).isEmpty();
    look(1);

    assertThat(contact.silence()).hasValue(KafkaContact.SILENCE);
    assertThat(reachable()).isZero();
  }

  @Test
  void aByteForAnyClientIsAnAnswer() {
    received.put("follower", 100.0);
    received.put("intake", 7.0);
    look(KafkaContact.LOOKS + 5);
    assertThat(reachable()).isZero();

    received.put("intake", 8.0);
    look(1);

    assertThat(reachable()).isEqualTo(1);
  }

  @Test
  void aClientThatIsReplacedSpeaksWithItsFirstByte() {
    received.put("intake", 5_000.0);
    look(KafkaContact.LOOKS + 5);

    received.remove("intake");
    received.put("intake, remade", 0.0);
    look(1);
    assertThat(reachable()).isZero();

    received.put("intake, remade", 20.0);
    look(1);
    assertThat(reachable()).isEqualTo(1);
  }

  private void look(long times) {
    for (long i = 0; i < times; i++) {
      contact.look();
    }
  }

  private double reachable() {
    return registry.get("ringpost.kafka.reachable").gauge().value();
  }
}
