package dev.ringpost.directory;

import dev.ringpost.events.Unusable;
import dev.ringpost.events.UnusableReason;
import dev.ringpost.telemetry.DirectoryMeters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The report of records that are skipped: counts each, and logs where it stands with its key, never
 * its value. Belongs to one thread.
 */
final class UnusableRecords {

  /** Within this time there are at most {@link #MAX_LINES} lines. */
  static final Duration INTERVAL = Duration.ofMinutes(1);

  /** Bound on lines in an interval; then comes one with the number of records that had none. */
  static final int MAX_LINES = 50;

  /** Bound on the characters of a key in a line. */
  private static final int MAX_SHOWN = 128;

  private static final Logger log = LoggerFactory.getLogger(UnusableRecords.class);

  private final String view;
  private final DirectoryMeters meters;
  private final LongSupplier nanoTime;
  private long intervalEnd;
  private int lines;
  private long unnamed;

  UnusableRecords(String view, DirectoryMeters meters, LongSupplier nanoTime) {
    this.view = view;
    this.meters = meters;
    this.nanoTime = nanoTime;
    this.intervalEnd = nanoTime.getAsLong();
    meters.registerUnusable(
        view, Arrays.stream(UnusableReason.values()).map(UnusableReason::code).toList());
  }

  void unusable(ConsumerRecord<byte[], byte[]> record, Unusable why) {
    meters.unusable(view, why.reason().code());
    if (why.reason() == UnusableReason.OTHER_PROVIDER) {
      line(Level.DEBUG, record, why);
    } else if (isRoom()) {
      line(Level.WARN, record, why);
    }
  }

  /** The key of a record has been found on another partition as well. */
  void onTwoPartitions(ConsumerRecord<byte[], byte[]> record) {
    if (isRoom()) {
      log.atWarn()
          .addKeyValue("topic", record.topic())
          .addKeyValue("partition", record.partition())
          .addKeyValue("offset", record.offset())
          .addKeyValue("key", () -> shown(record.key()))
          .log("Key is also on another partition: its producers use two partitioners");
    }
  }

  /**
   * Records could not be read at all.
   *
   * @param from the first offset
   * @param to the offset behind the last one
   */
  void passed(TopicPartition partition, long from, long to, Throwable cause) {
    meters.unusable(view, UnusableReason.UNREADABLE.code());
    if (isRoom()) {
      log.atError()
          .addKeyValue("topic", partition.topic())
          .addKeyValue("partition", partition.partition())
          .addKeyValue("offset", from)
          .addKeyValue("lastOffset", to - 1)
          .addKeyValue("reason", UnusableReason.UNREADABLE.code())
          .addKeyValue("cause", cause.toString())
          .log("Records cannot be read and are skipped");
    }
  }

  /** Now and then: tells how many records had no line. */
  void tellUnnamed() {
    if (unnamed > 0 && isOver()) {
      beginInterval();
    }
  }

  private boolean isRoom() {
    if (isOver()) {
      beginInterval();
    }
    if (lines == MAX_LINES) {
      unnamed++;
      return false;
    }
    lines++;
    return true;
  }

  private boolean isOver() {
    return nanoTime.getAsLong() - intervalEnd >= 0;
  }

  private void beginInterval() {
    if (unnamed > 0) {
      log.atWarn()
          .addKeyValue("view", view)
          .addKeyValue("unnamed", unnamed)
          .log("More records were skipped than were named");
    }
    intervalEnd = nanoTime.getAsLong() + INTERVAL.toNanos();
    lines = 0;
    unnamed = 0;
  }

  private static void line(Level level, ConsumerRecord<byte[], byte[]> record, Unusable why) {
    log.atLevel(level)
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("key", () -> shown(record.key()))
        .addKeyValue("reason", why.reason().code())
        .addKeyValue("detail", why.detail())
        .log("record skipped");
  }

  /** A key in printable characters, cut. */
  private static String shown(byte @Nullable [] key) {
    if (key == null) {
      return "none";
    }
    String text = new String(key, 0, Math.min(key.length, MAX_SHOWN), StandardCharsets.UTF_8);
    return text.replaceAll("[^\\p{Print}]", "?");
  }
}
