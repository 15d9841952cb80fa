package dev.ringpost.directory;

import dev.ringpost.directory.snapshot.SnapshotHeader.Position;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * The state of a view's reading at a moment. The view goes on meanwhile; whoever copies it later
 * and applies the records from the positions on, in their order, gets what the topic has: a record
 * replaces what its key had, whether or not it has been applied before.
 *
 * @param positions the next offset of each partition, in their order
 * @param atEnd when the view was last known to have every committed record, in nanoseconds of the
 *     monotonic clock
 * @param <V> the view
 */
record Mark<V>(V view, Uuid topicId, List<Position> positions, long atEnd) {}
