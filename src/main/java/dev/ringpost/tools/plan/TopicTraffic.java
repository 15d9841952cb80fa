package dev.ringpost.tools.plan;

import static dev.ringpost.tools.plan.Assumption.DEAD_PER_DAY;
import static dev.ringpost.tools.plan.Assumption.DEVICE_BYTES;
import static dev.ringpost.tools.plan.Assumption.INVALIDATION_BYTES;
import static dev.ringpost.tools.plan.Assumption.INVITE_BYTES;
import static dev.ringpost.tools.plan.Assumption.REGISTRATIONS_PER_DAY;
import static dev.ringpost.tools.plan.Assumption.RESULT_BYTES;
import static dev.ringpost.tools.plan.Assumption.RETRIED;
import static dev.ringpost.tools.plan.Assumption.RETRY_BYTES;
import static dev.ringpost.tools.plan.Assumption.SIGNALS_PER_CALL;
import static dev.ringpost.tools.plan.Assumption.SIGNAL_BYTES;
import static dev.ringpost.tools.plan.Assumption.TOKEN_BYTES;

import dev.ringpost.config.RingpostConfig.Topics;
import java.time.Duration;
import java.util.List;

/**
 * The traffic of a topic in the busiest second.
 *
 * @param topic its name; of the retry topics what their names begin with
 * @param records written a second
 * @param in bytes a second that producers write; replicas come on top
 * @param readers how many times each byte is read
 */
record TopicTraffic(String topic, double records, double in, int readers) {

  private static final double DAY = Duration.ofDays(1).toSeconds();

  /** The topics of one cell, the busiest first to come. */
  static List<TopicTraffic> of(Demand demand, int pods, Topics topics) {
    double calls = demand.callsOfCell();
    double devices = demand.devicesOfCell();
    return List.of(
        topic(topics.invites(), calls, INVITE_BYTES.value(), 1),
        topic(
            topics.results(),
            calls,
            RESULT_BYTES.value() + demand.phones() * DEVICE_BYTES.value(),
            1),
        topic(topics.signals(), calls * SIGNALS_PER_CALL.value(), SIGNAL_BYTES.value(), pods),
        topic(
            topics.tokens(),
            devices * REGISTRATIONS_PER_DAY.value() / DAY,
            TOKEN_BYTES.value(),
            pods),
        topic(
            topics.invalidations(),
            devices * DEAD_PER_DAY.share() / DAY,
            INVALIDATION_BYTES.value(),
            pods),
        topic(topics.retry(), calls * RETRIED.share(), RETRY_BYTES.value(), 1));
  }

  private static TopicTraffic topic(String name, double records, double bytes, int readers) {
    return new TopicTraffic(name, records, records * bytes, readers);
  }

  /** Bytes a second that consumers read. */
  double out() {
    return in * readers;
  }
}
