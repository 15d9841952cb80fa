package dev.ringpost.tools.check;

import dev.ringpost.tools.topics.BrokerReply;
import dev.ringpost.tools.topics.FailureWords;
import dev.ringpost.tools.topics.KafkaCommands;
import dev.ringpost.tools.topics.TopicAdmin;
import dev.ringpost.tools.topics.TopicAdmin.NoReplyException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * A comparison of this machine's clock with that of Kafka's controller: a worker whose clock is
 * ahead by more than a call rings tells every call that it is over. The controller that leads the
 * quorum says, in the answer to a question about it, when it was itself last caught up, which is
 * its present time.
 */
record ClockCheck(TopicAdmin admin, InstantSource clock, KafkaCommands commands) {

  /** A difference that no call notices: signals, too, may be late by as much. */
  static final Duration TOLERANCE = Duration.ofSeconds(2);

  private static final String CLOCK = "clock";

  /** How the clocks stand. */
  CheckLine line() throws NoReplyException {
    Instant asked = clock.instant();
    BrokerReply<QuorumInfo> answer = admin.quorum();
    Instant answered = clock.instant();
    return switch (answer) {
      case BrokerReply.Given<QuorumInfo>(QuorumInfo quorum) ->
          quorum.voters().stream()
              .filter(voter -> voter.replicaId() == quorum.leaderId())
              .map(ReplicaState::lastCaughtUpTimestamp)
              .flatMapToLong(time -> time.stream())
              .mapToObj(time -> compare(Instant.ofEpochMilli(time), asked, answered))
              .findFirst()
              .orElseGet(() -> unseen("the leader of Kafka's controllers reports no time"));
      case BrokerReply.Failed<QuorumInfo>(AuthorizationException _) ->
          CheckLine.warning(
              CLOCK,
              "",
              "this machine's cannot be compared with Kafka's: this user has no right to Describe"
                  + " the cluster, which nothing else needs",
              commands.allowCluster("Describe") + ", or compare the clocks by hand");
      case BrokerReply.Failed<QuorumInfo>(UnsupportedVersionException _) ->
          unseen("this Kafka does not report its time");
      case BrokerReply.Failed<QuorumInfo>(Throwable reason) -> unseen(FailureWords.of(reason));
    };
  }

  private static CheckLine unseen(String why) {
    return CheckLine.warning(
        CLOCK,
        "",
        "this machine's cannot be compared with Kafka's: " + why,
        "see that clocks are kept by NTP, here and on the brokers");
  }

  /** The answer was made at some time between question and answer: only beyond both is it wrong. */
  static CheckLine compare(Instant kafka, Instant asked, Instant answered) {
    if (kafka.plus(TOLERANCE).isBefore(asked)) {
      return wrong(Duration.between(kafka, asked), "ahead of");
    }
    if (kafka.minus(TOLERANCE).isAfter(answered)) {
      return wrong(Duration.between(answered, kafka), "behind");
    }
    return CheckLine.ok(
        CLOCK,
        "",
        "this machine's is not more than " + TOLERANCE.toSeconds() + " s away from Kafka's");
  }

  private static CheckLine wrong(Duration least, String way) {
    return CheckLine.failed(
        CLOCK,
        "",
        "this machine's is at least "
            + least.toSeconds()
            + " s "
            + way
            + " Kafka's: calls end too early or ring too long by as much",
        "see which of the two is wrong, and have it kept by NTP");
  }
}
