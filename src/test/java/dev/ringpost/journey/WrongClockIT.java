package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.LocalWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker on a machine whose clock is wrong by more than a call rings. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WrongClockIT {

  @ParameterizedTest
  @ValueSource(longs = {90, -90})
  void callsRingAsByTheBrokersClockFromTheFirstOne(long seconds, @TempDir Path folder) {
    Duration off = Duration.ofSeconds(seconds);
    try (LocalKafka kafka = LocalKafka.start();
        Stage stage = Stage.on(kafka.bootstrapServers(), folder)) {
      LocalWorker worker = stage.launchWorker(InstantSource.offset(InstantSource.system(), off));
      stage.awaitReady();
      var user = new UserId("alice");
      Device phone = stage.phone("phone");
      stage.give(user, phone);
      int before = stage.production().pushes(phone.token()).size();

      Origin invite = stage.platform().invite(stage.freshCall(), user, Stage.RING);
      JsonNode result = stage.resultOf(invite);

      assertThat(result.path("verdict").asText()).isEqualTo("accepted");
      assertThat(stage.production().pushes(phone.token())).hasSize(before + 1);
      assertThat(worker.get("/metrics"))
          .containsPattern(
              "ringpost_clock_offset_seconds " + (seconds < 0 ? "-(89|90)" : "(89|90)"));

      Origin over =
          stage
              .platform()
              .publish(
                  "alice",
                  """
                  {"callId": "over", "callee": "alice", "caller": {"uri": "sip:bob@example.com"},
                   "expiresAt": "%s"}
                  """
                      .formatted(invite.timestamp().minusSeconds(1)));
      assertThat(stage.resultOf(over).path("verdict").asText()).isEqualTo("expired");
      assertThat(stage.production().pushes(phone.token())).hasSize(before + 1);
    }
  }
}
