package dev.ringpost.directory;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.delivery.CallStates;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.delivery.TokenDirectory;
import dev.ringpost.delivery.missed.AlertDirectory;
import dev.ringpost.delivery.missed.CallFates;
import dev.ringpost.directory.table.CompactTable;
import dev.ringpost.directory.table.DeviceTable;
import dev.ringpost.directory.table.OneOwnerTable;
import dev.ringpost.directory.table.Packer;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.events.Invalidation;
import dev.ringpost.events.InvalidationCodec;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.events.ViewRecord;
import dev.ringpost.telemetry.DirectoryMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The directory of phones and their calls. Two views, of registrations and of tokens that APNs has
 * declared dead, are each kept by a thread that reads a whole topic; a third, of what call servers
 * tell of their calls, by a thread that reads the last minutes of one. A token is <i>live</i>
 * unless an invalidation of the same key, token, app and environment carries a time at or after its
 * registration.
 *
 * <p>Safe for many threads. Lookups take about a microsecond and wait for nothing but a writer that
 * changes the same part of a table; asking about calls waits for nothing.
 */
public final class Directory implements TokenDirectory, AlertDirectory, AutoCloseable {

  /** The time that {@link #close()} takes at most, for all threads together. */
  public static final Duration CLOSE_BOUND = TopicFollower.CLOSE_WAIT;

  private static final String TOKENS = "tokens";
  private static final String INVALIDATIONS = "invalidations";
  private static final String SIGNALS = "signals";
  private static final String DEAF = "deaf";

  private final DirectorySettings settings;
  private final DirectoryMeters meters;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final TopicFollower<TopicView<Device>> tokens;
  private final TopicFollower<TopicView<Invalidation>> invalidations;
  private final Optional<AnsweredCalls> answers;
  private final CallSignals calls;
  private final TopicFollower<CallSignals> signals;
  private final Optional<TopicFollower<DeafView>> deaf;

  /** Those without which no call can be rung. */
  private final List<TopicFollower<?>> needed;

  private final List<TopicFollower<?>> followers;
  private final List<SnapshotWriter.Written<?>> snapshots = new ArrayList<>();
  private final Optional<SnapshotWriter> writer;

  /**
   * A directory, not started.
   *
   * @param clock the wall clock, as near to the brokers' as can be
   */
  public Directory(DirectorySettings settings, DirectoryMeters meters, InstantSource clock) {
    this(settings, Optional.empty(), meters, clock);
  }

  /**
   * A directory, not started, that knows what became of calls.
   *
   * @param answersKept how long it is remembered which calls were answered, if it is to be known
   */
  public Directory(
      DirectorySettings settings,
      Optional<Duration> answersKept,
      DirectoryMeters meters,
      InstantSource clock) {
    this(settings, answersKept, meters, clock, System::nanoTime);
  }

  Directory(
      DirectorySettings settings,
      Optional<Duration> answersKept,
      DirectoryMeters meters,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.tokens =
        table(
            TOKENS,
            settings.tokensTopic(),
            settings.oneUserPerToken() ? OneOwnerTable::new : CompactTable::new,
            new TokenCodec(),
            DevicePacker::new,
            () -> DeviceTable.ALL_TIME);
    this.invalidations =
        table(
            INVALIDATIONS,
            settings.invalidationsTopic(),
            CompactTable::new,
            new InvalidationCodec(),
            InvalidationPacker::new,
            () -> clock.instant().minus(DirectorySettings.INVALIDATIONS_KEPT).toEpochMilli());
    this.writer = settings.snapshots().map(it -> new SnapshotWriter(snapshots, it.interval()));
    this.answers = answersKept.map(kept -> new AnsweredCalls(kept, clock, nanoTime));
    this.calls =
        new CallSignals(
            settings.signalMemory(),
            answers,
            new UnusableRecords(SIGNALS, meters, nanoTime),
            meters,
            clock,
            nanoTime);
    Duration back =
        answersKept
            .filter(it -> it.compareTo(settings.signalMemory()) > 0)
            .orElse(settings.signalMemory());
    this.signals =
        follower(
            SIGNALS,
            settings.signalsTopic(),
            Beginning.of(() -> calls, StartPosition.back(back, clock)));
    this.deaf =
        settings
            .deviceHealthTopic()
            .map(
                topic ->
                    follower(
                        DEAF,
                        topic,
                        Beginning.of(
                            () -> new DeafView(new UnusableRecords(DEAF, meters, nanoTime)),
                            StartPosition.beginning())));
    this.needed = List.of(tokens, invalidations, signals);
    this.followers = Stream.concat(needed.stream(), deaf.stream()).toList();
  }

  private <T> TopicFollower<TopicView<T>> table(
      String name,
      String topic,
      Supplier<DeviceTable> table,
      ViewRecord.ValueCodec<T> codec,
      Supplier<Packer<T>> packing,
      LongSupplier since) {
    var skips = new UnusableRecords(name, meters, nanoTime);
    Supplier<TopicView<T>> newView =
        () ->
            new TopicView<>(
                table.get(),
                codec,
                packing.get(),
                skips,
                settings.tombstoneMemory(),
                since,
                nanoTime.getAsLong());
    Optional<ViewSnapshots<T>> kept =
        settings
            .snapshots()
            .map(it -> new ViewSnapshots<>(name, topic, it, newView, meters, clock, nanoTime));
    Beginning<TopicView<T>> beginning =
        kept.isPresent() ? kept.get() : Beginning.of(newView, StartPosition.beginning());
    TopicFollower<TopicView<T>> follower = follower(name, topic, beginning);
    kept.ifPresent(it -> snapshots.add(new SnapshotWriter.Written<>(follower, it)));
    meters.showTable(name, () -> follower.view().bytes(), () -> follower.view().shadowed());
    return follower;
  }

  private <V extends MaterializedView> TopicFollower<V> follower(
      String name, String topic, Beginning<V> beginning) {
    var follower = new TopicFollower<>(name, topic, settings, beginning, meters, nanoTime);
    meters.show(
        name,
        () -> follower.view().entries(),
        () -> follower.progress().lag(),
        follower::behind,
        follower::loaded,
        () -> follower.progress().passed(),
        () -> follower.progress().unread());
    return follower;
  }

  /** Starts reading; returns at once. Once only. */
  public void start() {
    followers.forEach(TopicFollower::start);
    writer.ifPresent(SnapshotWriter::start);
  }

  /**
   * Whether all views that ringing needs have been read to the end that their topics had at start.
   */
  public boolean loaded() {
    return needed.stream().allMatch(TopicFollower::loaded);
  }

  /** What is not loaded and why, in words; empty once {@link #loaded}. */
  public List<String> notLoaded() {
    return needed.stream().map(TopicFollower::notLoaded).flatMap(Optional::stream).toList();
  }

  /**
   * The time since the thread that is slowest began a turn. A few seconds at most, also while Kafka
   * is away; more means that a thread hangs or has ended.
   */
  public Duration sinceTurn() {
    return followers.stream()
        .map(TopicFollower::sinceTurn)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /**
   * Who is deaf, by what is known now; nobody without a topic that says so.
   *
   * @param callee how results, and with them the topic, name users
   */
  public BiPredicate<UserId, Device> deaf(CalleeAs callee) {
    return (user, device) ->
        deaf.filter(it -> it.view().isDeaf(new UserId(callee.name(user)), device)).isPresent();
  }

  /** What call servers have told of their calls; complete once {@link #loaded}. */
  public CallStates calls() {
    return calls;
  }

  /** The time since all signals were last known to be read; see {@link TopicFollower#behind}. */
  public Duration signalsBehind() {
    return signals.behind();
  }

  /**
   * The devices of a user. The answer is {@linkplain DeviceLookup#behind behind} until the
   * registrations are loaded, and while it is not known that they were complete within the last
   * {@link DirectorySettings#maxBehind}.
   */
  @Override
  public DeviceLookup lookup(UserId user) {
    return lookup(user, DeviceKey.Kind.VOIP);
  }

  @Override
  public DeviceLookup alerts(UserId user) {
    return lookup(user, DeviceKey.Kind.ALERT);
  }

  /**
   * What became of calls. While the signals are not known to be read to their end, it is not said
   * that nobody took a call.
   *
   * @throws IllegalStateException if this directory was not made to know it
   */
  public CallFates fates() {
    AnsweredCalls known =
        answers.orElseThrow(() -> new IllegalStateException("it is not remembered"));
    return invite -> {
      // Before it is looked at: what is read in between is seen, and not taken for nothing.
      boolean read = signals.loaded() && signals.behind().compareTo(settings.maxBehind()) <= 0;
      CallFates.Fate fate = known.of(invite);
      return switch (fate) {
        case ANSWERED, DECLINED, FORGOTTEN, BEHIND -> fate;
        case UNANSWERED, UNTOLD -> read ? fate : CallFates.Fate.BEHIND;
      };
    };
  }

  /** Whether servers have told that a call is over for everybody, as far as that is remembered. */
  public boolean isOver(CallInvite invite) {
    return answers.map(known -> known.isOver(invite)).orElse(false);
  }

  private DeviceLookup lookup(UserId user, DeviceKey.Kind kind) {
    boolean behind = !tokens.loaded() || tokens.behind().compareTo(settings.maxBehind()) > 0;
    TopicView<Device> registrations = tokens.view();
    return LiveDevices.among(
        registrations.of(user, kind),
        invalidations.view().of(user, kind).shown(),
        kind == DeviceKey.Kind.VOIP ? registrations.unreadable(user) : 0,
        behind);
  }

  /**
   * Stops reading; what is known stays known. Returns when the threads have ended, the last
   * snapshots included.
   */
  @Override
  public void close() {
    followers.forEach(TopicFollower::end);
    long end = System.nanoTime() + CLOSE_BOUND.toNanos();
    followers.forEach(follower -> follower.awaitEnd(end - System.nanoTime()));
    writer.ifPresent(it -> it.leave(end - System.nanoTime()));
  }
}
