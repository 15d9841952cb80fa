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

/**
 * A call environment on a Kafka of its own, whose guarantees are checked when the tests have ended.
 */
final class GuardedCallEnvironment {

  private final LocalKafka kafka;
  private final CallEnvironment environment;
  private final CommitNeverPassesUnsettled commits;

  private GuardedCallEnvironment(LocalKafka kafka, CallEnvironment environment) {
    this.kafka = kafka;
    this.environment = environment;
    this.commits = new CommitNeverPassesUnsettled(environment.platform(), "ringpost");
  }

  /** An environment with a worker; its files stand in the folder. */
  static GuardedCallEnvironment in(Path folder) {
    return in(folder, "");
  }

  /** The same, whose worker has more settings, in YAML. */
  static GuardedCallEnvironment in(Path folder, String settings) {
    LocalKafka kafka = LocalKafka.start();
    return new GuardedCallEnvironment(
        kafka, CallEnvironment.on(kafka.bootstrapServers(), folder, settings).startWorker());
  }

  CallEnvironment environment() {
    return environment;
  }

  /** Ends everything; fails unless so many invites were published and every guarantee held. */
  void endWithAtLeast(int invites) {
    CallPlatform platform = environment.platform();
    try (LocalKafka _ = kafka;
        CallEnvironment _ = environment;
        CommitNeverPassesUnsettled _ = commits) {
      assertThat(platform.invited()).hasSizeGreaterThanOrEqualTo(invites);
      assertThat(new EveryInviteSettled(platform).breaches()).isEmpty();
      assertThat(commits.breaches()).isEmpty();
      assertThat(platform.doubledSecondVerdicts()).isEmpty();
      assertThat(new NothingLateRings(environment.production(), platform).breaches()).isEmpty();
      assertThat(new NothingLateRings(environment.sandbox(), platform).breaches()).isEmpty();
    }
  }

  /** The result of a call whose invite has one more field, or none. */
  JsonNode call(UserId callee, String field) {
    return environment.resultOf(
        environment
            .platform()
            .publish(callee.value(), invite(environment.freshCall(), callee, field)));
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
