package dev.ringpost.directory;

import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.directory.MarkDesk.Mark;
import dev.ringpost.directory.snapshot.SnapshotFile;
import dev.ringpost.directory.snapshot.SnapshotHeader;
import dev.ringpost.directory.snapshot.SnapshotHeader.Position;
import dev.ringpost.directory.snapshot.SnapshotKey;
import dev.ringpost.directory.snapshot.SnapshotReason;
import dev.ringpost.directory.snapshot.SnapshotRefusedException;
import dev.ringpost.directory.snapshot.SnapshotSettings;
import dev.ringpost.directory.snapshot.TopicNow;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.DirectoryMeters.SnapshotWrite;
import java.io.EOFException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The snapshots of one view: its first reading begins with the last one, if that is still true of
 * the topic, and they are written from marks of it. Whatever is the matter with a snapshot, the
 * topic is read whole then, and one line of the log says why.
 *
 * <p>The key is read each time it is needed, so that one that is replaced while the worker runs
 * seals the next snapshot already and opens it at the next start.
 *
 * @param <T> what the view holds per device
 */
final class ViewSnapshots<T> implements Beginning<TopicView<T>> {

  /** Bound on asking for the topic's retention of removals. */
  private static final Duration ANSWER_WAIT = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(ViewSnapshots.class);

  private final String view;
  private final String topic;
  private final SnapshotSettings settings;
  private final SnapshotFile file;
  private final Supplier<TopicView<T>> newView;
  private final DirectoryMeters meters;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final SecureRandom random = new SecureRandom();

  // The follower's own.
  private boolean begun;
  private Optional<Uuid> restored = Optional.empty();

  /** The newest snapshot, written or begun with. */
  private volatile Optional<Newest> newest = Optional.empty();

  /**
   * A snapshot's age and size.
   *
   * @param completeAt as of when it is
   * @param bytes the size of its file
   */
  private record Newest(Instant completeAt, long bytes) {}

  /**
   * @param view what the view is called
   * @param newView makes an empty one
   * @param clock the brokers' clock
   * @param nanoTime the clock of marks
   */
  ViewSnapshots(
      String view,
      String topic,
      SnapshotSettings settings,
      Supplier<TopicView<T>> newView,
      DirectoryMeters meters,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.view = view;
    this.topic = topic;
    this.settings = settings;
    this.file = new SnapshotFile(settings.folder(), topic);
    this.newView = newView;
    this.meters = meters;
    this.clock = clock;
    this.nanoTime = nanoTime;
    meters.showSnapshots(
        view,
        settings.interval(),
        this::age,
        this::bytes,
        Arrays.stream(SnapshotReason.values()).map(SnapshotReason::code).toList());
  }

  /** The age of the newest snapshot, in seconds; empty if there is none. */
  private OptionalDouble age() {
    return newest.stream()
        .mapToDouble(it -> Duration.between(it.completeAt(), clock.instant()).toMillis() / 1e3)
        .findFirst();
  }

  /** The size of the newest snapshot; empty if there is none. */
  private OptionalDouble bytes() {
    return newest.stream().mapToDouble(Newest::bytes).findFirst();
  }

  @Override
  public TopicView<T> empty() {
    return newView.get();
  }

  @Override
  public Begun<TopicView<T>> begin(Topic now) {
    try {
      if (!begun) {
        begun = true;
        Begun<TopicView<T>> from = restore(now);
        restored = Optional.of(now.id());
        return from;
      }
      if (!now.wasLoaded() && restored.isPresent()) {
        boolean same = restored.get().equals(now.id());
        restored = Optional.empty();
        throw same
            ? new SnapshotRefusedException(
                SnapshotReason.OFFSETS_GONE, "the topic does not hold its offsets any more")
            : new SnapshotRefusedException(
                SnapshotReason.OTHER_TOPIC, "the topic was created again meanwhile");
      }
    } catch (SnapshotRefusedException e) {
      refused(e);
    }
    return new Begun<>(newView.get(), StartPosition.beginning());
  }

  private void refused(SnapshotRefusedException e) {
    newest = Optional.empty();
    meters.snapshotRefused(view, e.reason().code());
    log.atLevel(e.reason() == SnapshotReason.NONE ? Level.INFO : Level.WARN)
        .addKeyValue("topic", topic)
        .addKeyValue("reason", e.reason().code())
        .addKeyValue("detail", e.getMessage())
        .log("Snapshot is not used; the topic is read whole");
  }

  private Begun<TopicView<T>> restore(Topic now) throws SnapshotRefusedException {
    long start = nanoTime.getAsLong();
    try (SnapshotFile.Opened opened = file.open(SnapshotKey.read(settings.keyFile()))) {
      SnapshotHeader header = opened.header();
      topicNow(now).require(header);
      TopicView<T> filled = newView.get();
      if (!filled.restore(opened.body(), now.goesOn())) {
        throw new SnapshotRefusedException(
            SnapshotReason.UNREADABLE, "the worker leaves before it is read");
      }
      if (opened.body().read() >= 0) {
        throw new SnapshotRefusedException(
            SnapshotReason.DAMAGED, "there is more in it than there should be");
      }
      newest = Optional.of(new Newest(header.completeAt(), opened.bytes()));
      log.atInfo()
          .addKeyValue("topic", topic)
          .addKeyValue("entries", filled.entries())
          .addKeyValue("completeAt", header.completeAt())
          .addKeyValue("milliseconds", (nanoTime.getAsLong() - start) / 1_000_000)
          .log("Snapshot is read; the topic is read from there on");
      return new Begun<>(filled, StartPosition.at(positions(header.positions())));
    } catch (SnapshotRefusedException e) {
      throw e;
    } catch (InvalidSettingsException e) {
      throw new SnapshotRefusedException(SnapshotReason.UNREADABLE, String.valueOf(e.getMessage()));
    } catch (EOFException | IllegalArgumentException e) {
      throw new SnapshotRefusedException(SnapshotReason.DAMAGED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new SnapshotRefusedException(SnapshotReason.UNREADABLE, e.toString());
    }
  }

  private TopicNow topicNow(Topic now) throws SnapshotRefusedException {
    try {
      return new TopicNow(
          version(),
          topic,
          now.id().toString(),
          now.partitions(),
          now.asked().removalsKept(ANSWER_WAIT),
          clock.instant());
    } catch (KafkaException e) {
      throw new SnapshotRefusedException(
          SnapshotReason.UNKNOWN_RETENTION,
          "for how long the topic keeps removals is not known: " + e.getMessage());
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> positions(List<Position> positions) {
    Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
    for (int partition = 0; partition < positions.size(); partition++) {
      Position at = positions.get(partition);
      Optional<Integer> epoch =
          at.epoch().isPresent() ? Optional.of(at.epoch().getAsInt()) : Optional.empty();
      known.put(
          new TopicPartition(topic, partition), new OffsetAndMetadata(at.offset(), epoch, ""));
    }
    return known;
  }

  /**
   * Writes a snapshot of the view as it is now, by another thread than the view's.
   *
   * @param mark of now
   * @param goesOn asked now and then whether there is still reason to; if not, the snapshot before
   *     stays
   */
  void write(Mark<TopicView<T>> mark, BooleanSupplier goesOn) {
    Duration behind = Duration.ofNanos(nanoTime.getAsLong() - mark.atEnd());
    var header =
        new SnapshotHeader(
            version(),
            topic,
            mark.topicId().toString(),
            clock.instant().minus(behind),
            mark.positions());
    try {
      OptionalLong bytes =
          file.write(
              SnapshotKey.read(settings.keyFile()),
              random,
              header,
              out -> mark.view().save(out, goesOn));
      boolean written = bytes.isPresent();
      if (written) {
        newest = Optional.of(new Newest(header.completeAt(), bytes.getAsLong()));
      }
      meters.snapshotWrite(view, written ? SnapshotWrite.WRITTEN : SnapshotWrite.ELSEWHERE);
      log.atDebug()
          .addKeyValue("topic", topic)
          .log(written ? "Snapshot is written" : "Another worker writes the snapshot");
    } catch (IOException | InvalidSettingsException e) {
      meters.snapshotWrite(view, SnapshotWrite.FAILED);
      log.atWarn()
          .addKeyValue("topic", topic)
          .addKeyValue("cause", e.toString())
          .log("Snapshot cannot be written; the one before stays");
    }
  }

  private static String version() {
    String version = ViewSnapshots.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
