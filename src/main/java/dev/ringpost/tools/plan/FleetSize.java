package dev.ringpost.tools.plan;

import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.Topics;

/**
 * The size of one cell's fleet: so many pods, each with such settings, that one pod may be away at
 * the peak and the others use no more than the planned share of what they have.
 *
 * @param pods including the one that may be away
 * @param carrying how many of them carry the peak
 * @param partitions of the invites
 * @param connections of a pod: {@code apns.connections}
 * @param window pushes in flight on a connection
 * @param permits invites in flight in a pod: {@code intake.max-in-flight}
 * @param pushesInFlight of the cell at the peak, by Little's law
 * @param invitesInFlight of the cell at the peak, by Little's law
 */
public record FleetSize(
    int pods,
    int carrying,
    int partitions,
    int connections,
    int window,
    int permits,
    double pushesInFlight,
    double invitesInFlight) {

  /** Permits are planned in such steps. */
  private static final double PERMIT_STEP = 100;

  private static final double PLANNED = Assumption.PLANNED_SHARE.share();

  /** A pod that has run out of permits once reads with these until it has caught up. */
  private static final double LASTING = 1 - Assumption.READ_AGAIN.share();

  /** The fleet for a demand, with the settings of a configuration where they are enough. */
  static FleetSize of(Demand demand, RingpostConfig config, AnswerTime answer) {
    double pushes = demand.pushesOfCell();
    double inFlight = pushes * answer.mean() / 1_000;
    double invites = demand.callsOfCell() * answer.meanOfSlowest(demand.phones()) / 1_000;
    int window =
        Math.min(
            config.apns().maxInFlightPerConnection(),
            demand.streams().orElse((int) Assumption.STREAMS.value()));

    int byRate = ceil(pushes / (Assumption.PUSHES_PER_POD.value() * PLANNED));
    int byStreams = ceil(inFlight / ((double) ApnsSettings.MAX_CONNECTIONS * window * PLANNED));
    int pods = demand.pods().orElse(Math.min(Demand.MOST_PODS, Math.max(byRate, byStreams) + 1));
    int carrying = Math.max(1, pods - 1);

    int connections = ceil(inFlight / carrying / (window * PLANNED));
    int permits = ceil(invites / carrying / (PLANNED * LASTING) / PERMIT_STEP) * (int) PERMIT_STEP;
    int partitions =
        demand
            .partitions()
            .orElse(
                Math.min(
                    Topics.MAX_PARTITIONS,
                    Math.max(
                        config.topics().partitions(),
                        pods * (int) Assumption.PARTITIONS_PER_POD.value())));
    return new FleetSize(
        pods,
        carrying,
        partitions,
        Math.min(ApnsSettings.MAX_CONNECTIONS, Math.max(config.apns().connections(), connections)),
        window,
        Math.min(
            RingpostConfig.Intake.MAX_IN_FLIGHT, Math.max(config.intake().maxInFlight(), permits)),
        inFlight,
        invites);
  }

  private static int ceil(double value) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE / PERMIT_STEP, Math.ceil(value)));
  }

  /** Pushes that one pod may have in flight. */
  public int streams() {
    return connections * window;
  }

  /** The share of a carrying pod's streams that is in use at the peak. */
  double streamsUsed() {
    return pushesInFlight / carrying / streams();
  }

  /** The share of a carrying pod's lasting permits that is in use at the peak. */
  double permitsUsed() {
    return invitesInFlight / carrying / (permits * LASTING);
  }
}
