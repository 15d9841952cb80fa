package dev.ringpost.simulation;

/**
 * The queues of all pods together at a moment.
 *
 * @param kafka invites that nobody has read
 * @param permit invites that are read and wait for a place in flight
 * @param turn invites that wait for the pod's processor
 * @param stream pushes that wait for a stream
 * @param apns pushes that wait for APNs
 */
record Queues(long kafka, long permit, long turn, long stream, long apns) {

  /** What is less than this many is no queue: a moment's worth in each of a few pods. */
  private static final long FEW = 5_000;

  static final Queues NONE = new Queues(0, 0, 0, 0, 0);

  Queues plus(Queues other) {
    return new Queues(
        kafka + other.kafka,
        permit + other.permit,
        turn + other.turn,
        stream + other.stream,
        apns + other.apns);
  }

  Queues most(Queues other) {
    return new Queues(
        Math.max(kafka, other.kafka),
        Math.max(permit, other.permit),
        Math.max(turn, other.turn),
        Math.max(stream, other.stream),
        Math.max(apns, other.apns));
  }

  /** Whether more wait than a moment brings; what waits for APNs is no queue. */
  boolean isQueue() {
    return kafka + permit + turn + stream > FEW;
  }
}
