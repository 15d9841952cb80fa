package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.guarantees.CommitNeverPassesUnsettled;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import dev.ringpost.testing.guarantees.NothingLateRings;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** A stage on a Kafka of its own, whose guarantees are checked when the tests have ended. */
final class GuardedStage {

  private final LocalKafka kafka;
  private final Stage stage;
  private final CommitNeverPassesUnsettled commits;

  private GuardedStage(LocalKafka kafka, Stage stage) {
    this.kafka = kafka;
    this.stage = stage;
    this.commits = new CommitNeverPassesUnsettled(stage.platform(), "ringpost");
  }

  /** A stage with a worker; its files stand in the folder. */
  static GuardedStage in(Path folder) {
    LocalKafka kafka = LocalKafka.start();
    return new GuardedStage(kafka, Stage.on(kafka.bootstrapServers(), folder).startWorker());
  }

  Stage stage() {
    return stage;
  }

  /** Ends everything; fails unless so many invites were published and every guarantee held. */
  void endWithAtLeast(int invites) {
    CallPlatform platform = stage.platform();
    try (LocalKafka _ = kafka;
        Stage _ = stage;
        CommitNeverPassesUnsettled _ = commits) {
      assertThat(platform.invited()).hasSizeGreaterThanOrEqualTo(invites);
      assertThat(new EveryInviteSettled(platform).breaches()).isEmpty();
      assertThat(commits.breaches()).isEmpty();
      assertThat(new NothingLateRings(stage.production()).breaches()).isEmpty();
      assertThat(new NothingLateRings(stage.sandbox()).breaches()).isEmpty();
    }
  }

  /** The result of a call whose invite has one more field, or none. */
  JsonNode call(UserId callee, String field) {
    return stage.resultOf(
        stage.platform().publish(callee.value(), invite(stage.freshCall(), callee, field)));
  }

  /** An invite with one more field, or none. */
  static String invite(CallId call, UserId callee, String field) {
    return """
    {"callId": "%s", "callee": "%s", "caller": {"uri": "sip:bob@example.com"}%s}\
    """
        .formatted(call.value(), callee.value(), field.isEmpty() ? "" : ", " + field);
  }

  /** Verdict and suggestion of a result. */
  static String verdict(JsonNode result) {
    return result.path("verdict").asText() + ": " + result.path("suggest").asText();
  }

  /** The devices of a result. */
  static List<String> deviceIds(JsonNode result) {
    return StreamSupport.stream(result.path("devices").spliterator(), false)
        .map(device -> device.path("deviceId").asText())
        .toList();
  }
}
