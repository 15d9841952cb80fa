package dev.ringpost.tools.topics;

import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.tools.topics.AccessRight.Resource;
import dev.ringpost.tools.topics.AccessRight.When;
import java.util.List;

/**
 * The rights that an operator's user needs in a Kafka with ACLs for one command, and no other.
 * {@code docs/tools.md} lists them.
 *
 * @param command as it is typed behind {@code ringpost}
 */
public record OperatorRights(String command, List<AccessRight> rights) {

  public OperatorRights {
    rights = List.copyOf(rights);
  }

  private OperatorRights(String command, AccessRight... rights) {
    this(command, List.of(rights));
  }

  /**
   * Those of every command by which operators read and write topics, in the order of the help.
   *
   * @param replays the group under which replays are noted
   */
  public static List<OperatorRights> all(RingpostConfig config, String replays) {
    Topics topics = config.topics();
    return List.of(
        trace(config),
        new OperatorRights("tokens list", read(topics.tokens()), read(topics.invalidations())),
        new OperatorRights("tokens put", write(topics.tokens())),
        new OperatorRights("tokens remove", write(topics.tokens())),
        new OperatorRights("invite", write(topics.invites())),
        new OperatorRights("signal", write(topics.signals())),
        new OperatorRights("dlq list", read(topics.deadLetters())),
        new OperatorRights("dlq show", read(topics.deadLetters())),
        new OperatorRights(
            "dlq replay",
            read(topics.deadLetters()),
            read(topics.invites()),
            write(topics.invites()),
            read(topics.signals()),
            group(replays, AccessRight.READ)),
        new OperatorRights(
            "deaf", topics.deviceHealth().stream().map(OperatorRights::read).toList()),
        new OperatorRights("apple", read(topics.results())),
        new OperatorRights("watch", read(topics.invites()), read(topics.results())),
        new OperatorRights("synthetic", AccessRight.ofSynthetic(config)));
  }

  /** The group of the workers is asked only how far it has come. */
  private static OperatorRights trace(RingpostConfig config) {
    Topics topics = config.topics();
    return new OperatorRights(
        "trace",
        read(topics.invites()),
        new AccessRight(Resource.TOPIC, topics.retryPrefix(), true, AccessRight.READ, When.ALWAYS),
        read(topics.signals()),
        read(topics.results()),
        read(topics.deadLetters()),
        group(config.intake().group(), AccessRight.DESCRIBE));
  }

  private static AccessRight read(String topic) {
    return new AccessRight(Resource.TOPIC, topic, false, AccessRight.READ, When.ALWAYS);
  }

  private static AccessRight write(String topic) {
    return new AccessRight(Resource.TOPIC, topic, false, AccessRight.WRITE, When.ALWAYS);
  }

  private static AccessRight group(String name, String operation) {
    return new AccessRight(Resource.GROUP, name, false, operation, When.ALWAYS);
  }
}
