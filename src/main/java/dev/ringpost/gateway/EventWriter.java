package dev.ringpost.gateway;

import dev.ringpost.call.RecordHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way of a record to Kafka. Safe for many threads. */
interface EventWriter {

  /**
   * Writes a record and waits until it is stored, for a bounded time.
   *
   * @param value null for a removal
   * @throws InterruptedException if the thread is told to end; the record may be stored
   */
  Written write(String topic, byte[] key, byte @Nullable [] value, List<RecordHeader> headers)
      throws InterruptedException;
}
