package dev.ringpost.tools.dlq;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.events.HeaderName;
import dev.ringpost.events.RingSettings;
import dev.ringpost.tools.dlq.ReplayReport.Line;
import dev.ringpost.tools.records.ReadingProgress;
import dev.ringpost.tools.records.RecordWriter;
import dev.ringpost.tools.records.SoleOwner;
import dev.ringpost.tools.records.TopicReader;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The replay of dead letters: the invite of each is published again, one by one. Before each it
 * commits which one it is and where its invite can begin to stand, after each that it is done; so a
 * run after a kill knows the one letter to ask about, and finds its invite by the mark. For one
 * thread.
 */
public final class Replay implements AutoCloseable {

  /** The consumer group that the notes are committed under. */
  public static final String GROUP = "ringpost.dlq-replay";

  /**
   * How long what a former run had sent may take to show, where it did not end well. Counted from
   * our own begin: no clock is compared.
   */
  static final Duration SHOWN_WITHIN = Duration.ofSeconds(10);

  private final RingpostConfig config;
  private final ReplayOrder order;
  private final InstantSource clock;
  private final LetterBounds bounds;
  private final TopicReader reader;
  private final SoleOwner owner;
  private final long begunNanos = System.nanoTime();
  private final Map<Integer, ReplayNote> notes = new HashMap<>();
  private final List<Line> lines = new ArrayList<>();
  private final InviteAgain again;
  private final Duration ringTime;
  private EndedCalls ended = EndedCalls.NONE;

  /**
   * @throws UnreadableTopicsException if Kafka's client refuses its settings
   */
  public Replay(RingpostConfig config, ReplayOrder order, InstantSource clock)
      throws UnreadableTopicsException {
    this(config, order, clock, LetterBounds.OF_ONE_READING);
  }

  /**
   * @param bounds on the letters of one run; those beyond them are the next one's
   * @throws UnreadableTopicsException if Kafka's client refuses its settings
   */
  public Replay(RingpostConfig config, ReplayOrder order, InstantSource clock, LetterBounds bounds)
      throws UnreadableTopicsException {
    this.config = config;
    this.order = order;
    this.clock = clock;
    this.bounds = bounds;
    RingSettings ring = new RoomSettings(config).ring();
    this.again = new InviteAgain(ring);
    this.ringTime = order.ring().orElse(ring.defaultTime());
    // what was published may stand behind a transaction that hangs, which holds no worker up either
    this.reader =
        new TopicReader(config.kafka().clientProperties(), Set.of(config.topics().invites()));
    try {
      this.owner =
          new SoleOwner(config.kafka().clientProperties(), GROUP, config.topics().deadLetters());
    } catch (UnreadableTopicsException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Says what a replay would do; joins no group and writes nothing.
   *
   * @throws UnreadableTopicsException if the cluster does not hand out what is asked for
   */
  public ReplayReport dryRun(ReadingProgress reading) throws UnreadableTopicsException {
    readNotes(reading, Duration.ZERO);
    Letters letters = choose(reading);
    return new ReplayReport(lines, true, letters.dropped(), letters.unlisted());
  }

  /**
   * Replays.
   *
   * @param replaying is told after each letter
   * @throws UnreadableTopicsException if the cluster does not do it, or another replay runs; what
   *     was replayed until then is not repeated by the next run
   */
  public ReplayReport run(ReadingProgress reading, ReadingProgress replaying)
      throws UnreadableTopicsException {
    owner.own();
    readNotes(reading, SHOWN_WITHIN);
    Letters letters = choose(reading);
    replay(replaying);
    return new ReplayReport(lines, false, letters.dropped(), letters.unlisted());
  }

  /**
   * @param patience how old we have to be for asking about a letter under way
   */
  private void readNotes(ReadingProgress reading, Duration patience)
      throws UnreadableTopicsException {
    for (Map.Entry<Integer, SoleOwner.Standing> one : owner.standings().entrySet()) {
      ReplayNote note = ReplayNote.of(one.getValue());
      while (note.underWay().isPresent() && System.nanoTime() - begunNanos < patience.toNanos()) {
        owner.rest(patience.dividedBy(20));
      }
      notes.put(one.getKey(), askedAbout(one.getKey(), note, reading));
    }
  }

  /** Whether the letter that a former run was about to publish was published. */
  private ReplayNote askedAbout(int partition, ReplayNote note, ReadingProgress reading)
      throws UnreadableTopicsException {
    if (note.underWay().isEmpty()) {
      return note;
    }
    ReplayNote.UnderWay letter = note.underWay().get();
    var place =
        new Origin(config.topics().deadLetters(), partition, letter.letter(), Instant.EPOCH);
    String mark = InviteAgain.mark(place);
    List<Origin> found = new ArrayList<>();
    boolean allThere =
        reader.from(
            config.topics().invites(),
            letter.partition(),
            letter.end(),
            envelope -> {
              if (LetterReader.text(envelope, HeaderName.REPLAY_OF).equals(mark)) {
                found.add(envelope.origin());
              }
            },
            reading);
    if (!allThere) {
      return note.withUncertain(letter.letter());
    }
    return found.isEmpty() ? note.withoutUnderWay() : note.with(letter.letter());
  }

  /** Each letter that fits gets its fate, but for what only its turn can tell. */
  private Letters choose(ReadingProgress reading) throws UnreadableTopicsException {
    Instant now = clock.instant();
    var known = new KnownFates(notes, order.evenIfOver(), now);
    var sorting = new LetterSorting(order.filter(), known::of, bounds);
    Letters letters = Letters.read(reader, config, order.stretch(), sorting, reading);
    List<CallInvite> live =
        letters.kept().stream()
            .filter(letter -> !letter.isOver(now))
            .flatMap(letter -> letter.read().stream())
            .toList();
    ended = EndedCalls.read(reader, config.topics().signals(), live, now, reading);
    letters.kept().forEach(letter -> lines.add(line(letter, fate(letter))));
    letters.settled().forEach(it -> lines.add(line(it.outline(), it.fate())));
    lines.sort(Comparator.comparing(Line::letter, Letters.ORDER));
    return letters;
  }

  private static Line line(Letter letter, Fate fate) {
    return new Line(letter, fate, Optional.empty());
  }

  /** Of a letter that waits for its turn. */
  private Fate fate(Letter letter) {
    boolean isEnded = letter.read().filter(ended::contains).isPresent();
    return isEnded && !order.evenIfOver() ? Fate.ENDED : Fate.CHOSEN;
  }

  private void replay(ReadingProgress replaying) throws UnreadableTopicsException {
    long all = lines.stream().filter(line -> line.fate() == Fate.CHOSEN).count();
    long done = 0;
    long replayed = 0;
    try (var writer = new RecordWriter(config.kafka().clientProperties())) {
      int partitions = all == 0 ? 0 : reader.partitions(config.topics().invites());
      long next = System.nanoTime();
      for (int at = 0; at < lines.size(); at++) {
        Letter letter = lines.get(at).letter();
        if (lines.get(at).fate() == Fate.CHOSEN) {
          owner.rest(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
          next = System.nanoTime() + order.pause().toNanos();
          lines.set(at, replayed(letter, writer, letter.invite().partition() % partitions));
          replayed += lines.get(at).fate() == Fate.REPLAYED ? 1 : 0;
          replaying.at(++done, all);
        }
      }
    } catch (UnreadableTopicsException e) {
      throw new UnreadableTopicsException(
          replayed
              + " of "
              + all
              + " letters were replayed; run it again for the rest, none is repeated: "
              + e.getMessage());
    }
  }

  /** The note that it was replayed is made before it is published, for it may have no room. */
  private Line replayed(Letter letter, RecordWriter writer, int target)
      throws UnreadableTopicsException {
    Instant now = clock.instant();
    boolean over = letter.isOver(now);
    if (over && !order.evenIfOver()) {
      return line(letter, Fate.OVER);
    }
    boolean anew = over || letter.read().filter(ended::contains).isPresent();
    Optional<Envelope> invite =
        anew
            ? again.of(letter, now, now.plus(ringTime), now)
            : again.of(letter, letter.read().orElseThrow().invitedAt(), letter.until(), now);
    if (invite.isEmpty()) {
      return line(letter, Fate.UNREADABLE);
    }
    int partition = letter.place().partition();
    long offset = letter.place().offset();
    String topic = config.topics().invites();
    ReplayNote before = notes.getOrDefault(partition, ReplayNote.none(offset));
    ReplayNote after = before.with(offset);
    SoleOwner.Commit done = after.commit();
    var underWay = new ReplayNote.UnderWay(offset, target, reader.end(topic, target));
    owner.commit(partition, before.beginning(underWay).commit());
    owner.requireFresh();
    Origin as =
        writer.write(
            topic,
            target,
            invite.get().key(),
            Objects.requireNonNull(invite.get().value()),
            invite.get().headers());
    owner.commit(partition, done);
    notes.put(partition, after);
    return new Line(letter, Fate.REPLAYED, Optional.of(as));
  }

  @Override
  public void close() {
    owner.close();
    reader.close();
  }
}
