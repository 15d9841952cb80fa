package dev.ringpost.directory;

import dev.ringpost.telemetry.DirectoryMeters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells of records that give no entry: counts each, and logs the key of some, never the value.
 * Belongs to one thread.
 */
final class Skips {

  /** At most one line in this time, with the number of records that had none. */
  static final Duration LOG_INTERVAL = Duration.ofSeconds(5);

  /** Bound on the characters of a key in a line. */
  private static final int MAX_SHOWN = 128;

  private static final Logger log = LoggerFactory.getLogger(Skips.class);

  private final String view;
  private final DirectoryMeters meters;
  private final LongSupplier nanoTime;
  private long nextLine;
  private long unlogged;

  Skips(String view, DirectoryMeters meters, LongSupplier nanoTime) {
    this.view = view;
    this.meters = meters;
    this.nanoTime = nanoTime;
    this.nextLine = nanoTime.getAsLong();
    meters.maySkip(view, Arrays.stream(SkipReason.values()).map(SkipReason::code).toList());
  }

  void skipped(ConsumerRecord<byte[], byte[]> record, Skip skip) {
    meters.skipped(view, skip.reason().code());
    if (skip.reason() == SkipReason.OTHER_PROVIDER) {
      line(Level.DEBUG, record, skip);
    } else if (nanoTime.getAsLong() - nextLine < 0) {
      unlogged++;
    } else {
      line(Level.WARN, record, skip);
      nextLine = nanoTime.getAsLong() + LOG_INTERVAL.toNanos();
      unlogged = 0;
    }
  }

  private void line(Level level, ConsumerRecord<byte[], byte[]> record, Skip skip) {
    log.atLevel(level)
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("key", () -> shown(record.key()))
        .addKeyValue("reason", skip.reason().code())
        .addKeyValue("detail", skip.detail())
        .addKeyValue("unlogged", unlogged)
        .log("Record gives no entry");
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
