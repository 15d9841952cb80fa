package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker that leaves while a push has no answer: the call goes on with another worker. */
class LeavingIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  @Timeout(90)
  void whatIsInFlightWhenAWorkerLeavesIsTriedAgainByAnother(@TempDir Path folder) {
    try (LocalKafka kafka = LocalKafka.start();
        CallEnvironment environment =
            CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker()) {
      var user = new UserId("handed-over");
      Device phone = environment.phone("phone");
      environment.give(user, phone);
      int before = environment.production().pushes(phone.token()).size();
      environment.production().answerNext(phone.token(), Behaviour.keepsSilent());

      Origin invite =
          environment.platform().invite(environment.freshCall(), user, CallEnvironment.RING);
      await()
          .atMost(SOON)
          .until(() -> environment.production().pushes(phone.token()).size() == before + 1);
      environment.stopWorker();
      JsonNode handedOver = environment.resultOf(invite);
      assertThat(handedOver.path("verdict").asText()).isEqualTo("retrying");
      assertThat(handedOver.at("/devices/0/outcome").asText()).isEqualTo("leaving");

      environment.startWorker();
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(new EveryInviteSettled(environment.platform()).breaches()).isEmpty());
      JsonNode last = environment.platform().results(invite).getLast();
      assertThat(last.path("verdict").asText()).isEqualTo("accepted");
      assertThat(last.path("attempt").asInt()).isEqualTo(2);
      List<ReceivedPush> pushes = environment.pushesOf(last);
      assertThat(pushes).hasSize(2);
      assertThat(pushes.stream().map(push -> push.header("apns-id")).distinct()).hasSize(1);
    }
  }
}
