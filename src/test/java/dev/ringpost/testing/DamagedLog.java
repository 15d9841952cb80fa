package dev.ringpost.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/** One wrong byte on a broker's disk. */
public final class DamagedLog {

  /** The place of the damaged byte. */
  public enum Damage {
    /** In a record: the sum of its batch is wrong. */
    VALUE,
    /** In the format number of a batch: the client fails at the first byte of what it fetched. */
    FORMAT
  }

  /** The number of a batch's header that is far too large; no checksum covers these numbers. */
  public enum TooLarge {
    /** Its records claim to stand behind the log's end. */
    FIRST_OFFSET,
    /** The broker finds nothing behind it, nor itself. */
    LENGTH
  }

  /** The choice of the byte to damage, given where the word stands. */
  private interface Place {
    int in(byte[] log, int word);
  }

  /** How long a batch is, behind its offset and this number. */
  private static final int LENGTH_AT = 8;

  private static final int FORMAT_AT = 16;
  private static final int BEFORE_LENGTH_COUNTS = 12;

  private DamagedLog() {}

  /**
   * Damages the batch with a word, which must be in one record's key or value and not compressed.
   */
  public static void damage(
      String bootstrapServers, TopicPartition partition, String word, Damage damage)
      throws Exception {
    damage(
        bootstrapServers,
        partition,
        word,
        (log, at) ->
            switch (damage) {
              case VALUE -> at;
              case FORMAT -> batchAround(log, at) + FORMAT_AT;
            });
  }

  /** Damages the header of the batch with such a word. */
  public static void damage(
      String bootstrapServers, TopicPartition partition, String word, TooLarge number)
      throws Exception {
    damage(
        bootstrapServers,
        partition,
        word,
        (log, at) ->
            switch (number) {
              case FIRST_OFFSET -> batchAround(log, at);
              case LENGTH -> batchAround(log, at) + LENGTH_AT;
            });
  }

  private static void damage(
      String bootstrapServers, TopicPartition partition, String word, Place place)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      List<Integer> brokers = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
      boolean found = false;
      for (Map<String, LogDirDescription> folders :
          admin.describeLogDirs(brokers).allDescriptions().get().values()) {
        for (String folder : folders.keySet()) {
          found |= damageIn(Path.of(folder, partition.toString()), word, place);
        }
      }
      if (!found) {
        throw new IllegalStateException(word + " does not stand on " + partition);
      }
    }
  }

  private static boolean damageIn(Path folder, String word, Place place) throws IOException {
    Path log = folder.resolve("00000000000000000000.log");
    if (!Files.exists(log)) {
      return false;
    }
    byte[] bytes = Files.readAllBytes(log);
    int at = new String(bytes, ISO_8859_1).indexOf(word);
    if (at < 0) {
      return false;
    }
    try (var file = new RandomAccessFile(log.toFile(), "rw")) {
      file.seek(place.in(bytes, at));
      file.write('B');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }

  private static int batchAround(byte[] log, int at) {
    ByteBuffer bytes = ByteBuffer.wrap(log);
    int batch = 0;
    while (true) {
      int next = batch + BEFORE_LENGTH_COUNTS + bytes.getInt(batch + LENGTH_AT);
      if (next > at) {
        return batch;
      }
      batch = next;
    }
  }
}
