package dev.ringpost.directory;

import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.TokenDirectory;
import dev.ringpost.telemetry.DirectoryMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The directory of phones: two views, of registrations and of tokens that APNs has declared dead,
 * each kept by a thread that reads a whole topic. A token is <i>live</i> unless an invalidation of
 * the same key, token, app and environment carries a time at or after its registration.
 *
 * <p>Safe for many threads. Lookups take about a microsecond and wait for nothing but a writer that
 * changes the same part of a table.
 */
public final class Directory implements TokenDirectory, AutoCloseable {

  /** The time that {@link #close()} takes at most: one thread after the other. */
  public static final Duration CLOSE_BOUND = TopicFollower.CLOSE_WAIT.multipliedBy(2);

  private static final String TOKENS = "tokens";
  private static final String INVALIDATIONS = "invalidations";

  /** Newest registration first; the id only makes the order the same everywhere. */
  private static final Comparator<Device> NEWEST_FIRST =
      Comparator.comparing(Device::registeredAt)
          .reversed()
          .thenComparing(device -> device.id().value());

  private final Duration maxBehind;
  private final TopicFollower<Device> tokens;
  private final TopicFollower<Invalidation> invalidations;

  /** A directory, not started. */
  public Directory(DirectorySettings settings, DirectoryMeters meters, InstantSource clock) {
    this(settings, meters, clock, System::nanoTime);
  }

  Directory(
      DirectorySettings settings,
      DirectoryMeters meters,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.maxBehind = settings.maxBehind();
    var tokenSkips = new Skips(TOKENS, meters, nanoTime);
    this.tokens =
        new TopicFollower<>(
            TOKENS,
            settings.tokensTopic(),
            settings,
            () ->
                new View<>(
                    new TokenCodec(),
                    new DevicePacking(),
                    tokenSkips,
                    settings.voidMemory(),
                    () -> CompactTable.ALL_TIME,
                    nanoTime.getAsLong()),
            meters,
            nanoTime);
    var invalidationSkips = new Skips(INVALIDATIONS, meters, nanoTime);
    this.invalidations =
        new TopicFollower<>(
            INVALIDATIONS,
            settings.invalidationsTopic(),
            settings,
            () ->
                new View<>(
                    new InvalidationCodec(),
                    new InvalidationPacking(),
                    invalidationSkips,
                    settings.voidMemory(),
                    () ->
                        clock.instant().minus(DirectorySettings.INVALIDATIONS_KEPT).toEpochMilli(),
                    nanoTime.getAsLong()),
            meters,
            nanoTime);
    show(TOKENS, tokens, meters);
    show(INVALIDATIONS, invalidations, meters);
  }

  private static void show(String name, TopicFollower<?> follower, DirectoryMeters meters) {
    meters.show(
        name,
        () -> follower.view().entries(),
        () -> follower.view().bytes(),
        follower::lag,
        follower::behind,
        follower::loaded);
  }

  /** Starts reading; returns at once. Once only. */
  public void start() {
    tokens.start();
    invalidations.start();
  }

  /** Whether both views have been read to the end that their topics had at start. */
  public boolean loaded() {
    return tokens.loaded() && invalidations.loaded();
  }

  /** What is not loaded and why, in words; empty once {@link #loaded}. */
  public List<String> notLoaded() {
    return Stream.of(tokens.notLoaded(), invalidations.notLoaded())
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * The time since the thread that is slower began a turn. A few seconds at most, also while Kafka
   * is away; more means that a thread hangs or has ended.
   */
  public Duration sinceTurn() {
    Duration one = tokens.sinceTurn();
    Duration other = invalidations.sinceTurn();
    return one.compareTo(other) > 0 ? one : other;
  }

  /**
   * The devices of a user. The answer is {@linkplain DeviceLookup#behind behind} until the
   * registrations are loaded, and while it is not known that they were complete within the last
   * {@link DirectorySettings#maxBehind}.
   */
  @Override
  public DeviceLookup lookup(UserId user) {
    boolean behind = !tokens.loaded() || tokens.behind().compareTo(maxBehind) > 0;
    return sorted(tokens.view().of(user), invalidations.view().of(user), behind);
  }

  /** Tells the living from the dead. */
  static DeviceLookup sorted(
      List<Device> devices, List<Invalidation> invalidations, boolean behind) {
    List<Device> live = new ArrayList<>();
    List<Device> dead = new ArrayList<>();
    for (Device device : devices) {
      boolean killed = invalidations.stream().anyMatch(word -> word.kills(device));
      (killed ? dead : live).add(device);
    }
    live.sort(NEWEST_FIRST);
    return new DeviceLookup(live, dead, behind);
  }

  /** Stops reading; what is known stays known. Returns when the threads have ended. */
  @Override
  public void close() {
    invalidations.end();
    tokens.close();
    invalidations.close();
  }
}
