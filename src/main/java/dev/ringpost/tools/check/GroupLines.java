package dev.ringpost.tools.check;

import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.tools.topics.AccessRight;
import dev.ringpost.tools.topics.BrokerReply;
import dev.ringpost.tools.topics.FailureWords;
import dev.ringpost.tools.topics.KafkaCommands;
import dev.ringpost.tools.topics.TopicAdmin;
import dev.ringpost.tools.topics.TopicAdmin.NoReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The lines about consumer groups: whether this user may join each and commit. Joins none.
 *
 * @param patience bound on each question to Kafka
 * @param commands give rights to this user
 */
record GroupLines(Kafka kafka, Duration patience, KafkaCommands commands) {

  private static final String GROUP = "group";

  /**
   * A line for each group, or one that says that nobody answered.
   *
   * @param topic one that the groups read
   */
  List<CheckLine> of(List<String> groups, String topic) {
    List<CheckLine> lines = new ArrayList<>();
    try (TopicAdmin admin = new TopicAdmin(kafka.clientProperties(), patience)) {
      for (String group : groups) {
        lines.add(line(admin, group, topic));
      }
    } catch (NoReplyException | KafkaException e) {
      lines.add(
          CheckLine.failed(
              GROUP,
              "",
              "no coordinator answered within " + patience.toSeconds() + " s",
              "see that every broker can be reached from here, not only those of"
                  + " kafka.bootstrap-servers"));
    }
    return lines;
  }

  private CheckLine line(TopicAdmin admin, String group, String topic) throws NoReplyException {
    String allow = commands.allow(group, AccessRight.READ);
    return switch (admin.commitNowhere(group, topic)) {
      case BrokerReply.Failed<Void>(GroupAuthorizationException _) ->
          CheckLine.failed(GROUP, group, "does not allow this user to Read", allow);
      case BrokerReply.Given<Void> _,
          BrokerReply.Failed<Void>(UnknownTopicOrPartitionException _),
          BrokerReply.Failed<Void>(TopicAuthorizationException _) ->
          CheckLine.ok(GROUP, group, "this user may join it and commit");
      case BrokerReply.Failed<Void>(Throwable reason) ->
          CheckLine.warning(
              GROUP,
              group,
              "it is unknown whether this user may join it: " + FailureWords.of(reason),
              "see that this is allowed: " + allow);
    };
  }
}
