package dev.ringpost.tools.check;

import dev.ringpost.config.RingpostConfig.Kafka;
import dev.ringpost.intake.IntakeSettings.GroupProtocol;
import dev.ringpost.tools.topics.AccessRight;
import dev.ringpost.tools.topics.FailoverTime;
import dev.ringpost.tools.topics.KafkaCommands;
import dev.ringpost.tools.topics.SessionBounds;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The line of a report about the time for which partitions have no owner after a worker's death.
 *
 * @param group the group of fresh invites
 * @param ring how long calls ring
 */
record FailoverLine(Kafka kafka, String group, Duration ring) {

  private static final String FAILOVER = "fail-over";

  /** Bound on each question to the brokers. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final String OWN = "session.timeout.ms";

  CheckLine line() {
    Optional<FailoverTime> time = FailoverTime.of(kafka, group, PATIENCE);
    if (time.isEmpty()) {
      return CheckLine.warning(
          FAILOVER,
          "",
          "the broker does not say after which time group "
              + group
              + " replaces a dead worker: it is older, or does not allow this user to"
              + " DescribeConfigs",
          new KafkaCommands(kafka).allow(group, AccessRight.DESCRIBE_CONFIGS));
    }
    return of(
        time.get(), SessionBounds.atBrokers(kafka, PATIENCE), kafka.groupProtocol(), group, ring);
  }

  static CheckLine of(
      FailoverTime time,
      Optional<SessionBounds> accepted,
      GroupProtocol protocol,
      String group,
      Duration ring) {
    Optional<SessionBounds> refusing = accepted.filter(bounds -> !bounds.contain(time.session()));
    if (protocol == GroupProtocol.CLASSIC && refusing.isPresent()) {
      return refused(time, refusing.get());
    }
    String found =
        "a dead worker's partitions have no owner for about "
            + seconds(time.session())
            + ", at most "
            + seconds(time.longest());
    return time.isSlow(ring)
        ? CheckLine.warning(
            FAILOVER,
            "",
            found + ", more than a third of the time that a call rings",
            lower(accepted, protocol, group))
        : CheckLine.ok(
            FAILOVER, "", found + "; to shorten it, " + lower(accepted, protocol, group));
  }

  private static CheckLine refused(FailoverTime time, SessionBounds accepted) {
    boolean shorter = time.session().compareTo(accepted.least()) < 0;
    Duration bound = shorter ? accepted.least() : accepted.most();
    return CheckLine.failed(
        FAILOVER,
        "",
        "no worker can join group: "
            + OWN
            + " is "
            + seconds(time.session())
            + ", and the brokers accept "
            + seconds(bound)
            + " at "
            + (shorter ? "least" : "most"),
        (shorter ? "raise" : "lower")
            + " kafka.properties."
            + OWN
            + " to "
            + bound.toMillis()
            + ", or set "
            + (shorter
                ? SessionBounds.leastKey(GroupProtocol.CLASSIC)
                : SessionBounds.mostKey(GroupProtocol.CLASSIC))
            + " at every broker and restart it");
  }

  /** What to do for a shorter time. */
  private static String lower(
      Optional<SessionBounds> accepted, GroupProtocol protocol, String group) {
    String own =
        switch (protocol) {
          case CLASSIC -> "lower kafka.properties." + OWN;
          case CONSUMER ->
              "lower consumer.session.timeout.ms of group "
                  + group
                  + " with kafka-configs.sh --entity-type groups";
        };
    String least = SessionBounds.leastKey(protocol);
    String brokers =
        accepted
            .map(bounds -> "the brokers accept " + seconds(bounds.least()) + " at least: " + least)
            .orElse("the brokers accept no less than their " + least);
    return own
        + " ("
        + brokers
        + ")"
        + (protocol == GroupProtocol.CONSUMER ? ", or write kafka.group-protocol: classic" : "");
  }

  private static String seconds(Duration time) {
    long millis = time.toMillis();
    return millis % 1000 == 0
        ? millis / 1000 + " s"
        : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }
}
