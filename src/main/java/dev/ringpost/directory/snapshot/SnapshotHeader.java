package dev.ringpost.directory.snapshot;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The first part of a snapshot, which says what it is of. Which apps and environments there are is
 * not in it, nor whether a token has one user: a view holds every registration, and these only
 * decide what is shown.
 *
 * @param version of Ringpost; another may read a record otherwise
 * @param topic the topic's name
 * @param topicId of the topic, which another topic of that name does not have
 * @param completeAt a moment, by the brokers' clock: every record that was appended before stands
 *     below the positions. A removal that was appended later may be missing from the snapshot
 * @param positions the next offset of each partition, in their order
 */
public record SnapshotHeader(
    String version, String topic, String topicId, Instant completeAt, List<Position> positions) {

  private static final int NO_EPOCH = -1;

  /**
   * The next offset of a partition.
   *
   * @param epoch the leader's epoch of the record before it, by which Kafka finds out whether the
   *     log was cut since
   */
  public record Position(long offset, OptionalInt epoch) {}

  public SnapshotHeader {
    positions = List.copyOf(positions);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(version);
    out.writeUTF(topic);
    out.writeUTF(topicId);
    out.writeLong(completeAt.toEpochMilli());
    out.writeInt(positions.size());
    for (Position position : positions) {
      out.writeLong(position.offset());
      out.writeInt(position.epoch().orElse(NO_EPOCH));
    }
  }

  static SnapshotHeader read(DataInputStream in) throws IOException {
    String version = in.readUTF();
    String topic = in.readUTF();
    String topicId = in.readUTF();
    Instant completeAt = Instant.ofEpochMilli(in.readLong());
    int partitions = in.readInt();
    List<Position> positions = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      long offset = in.readLong();
      int epoch = in.readInt();
      positions.add(
          new Position(offset, epoch == NO_EPOCH ? OptionalInt.empty() : OptionalInt.of(epoch)));
    }
    return new SnapshotHeader(version, topic, topicId, completeAt, positions);
  }
}
