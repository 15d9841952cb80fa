package dev.ringpost.tools.synthetic;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.UserId;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.InvalidConfigException;
import dev.ringpost.config.InvalidConfigException.Problem;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.SyntheticConfig;
import dev.ringpost.events.SignalType;
import dev.ringpost.tools.check.SettingsCheck;
import dev.ringpost.tools.events.Draft;
import dev.ringpost.tools.events.Draft.MalformedDraftException;
import dev.ringpost.tools.records.RecordWriter;
import dev.ringpost.tools.records.TopicFeed;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * The maker of synthetic calls. Each has Kafka clients of its own, which are closed with it: what
 * one call met cannot hold the next, and a new client's way to Kafka is tried as well. It joins no
 * group. For one thread.
 */
public final class SyntheticCall {

  /** What the ids of these calls begin with. */
  static final String PREFIX = "synthetic-";

  /** The field of the push by which an app knows that nobody calls. */
  static final String MARK = "ringpostSynthetic";

  private static final String CALLER_NAME = "Synthetic call";
  private static final String CLIENT = "ringpost-synthetic";

  private final RingpostConfig config;
  private final SyntheticConfig settings;
  private final UserId callee;
  private final Map<String, Object> client;
  private final InstantSource clock;
  private final Supplier<UUID> ids;

  private SyntheticCall(
      RingpostConfig config, UserId callee, InstantSource clock, Supplier<UUID> ids) {
    this.config = config;
    this.settings = config.synthetic();
    this.callee = callee;
    this.client = new HashMap<>(config.kafka().clientProperties());
    this.client.putIfAbsent("client.id", CLIENT);
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * A maker that has asked nobody yet.
   *
   * @param ids gives each call its id
   * @throws InvalidConfigException if nobody is named to be called, a worker would not accept the
   *     invite, or Kafka's clients refuse their settings
   */
  public static SyntheticCall of(RingpostConfig config, InstantSource clock, Supplier<UUID> ids)
      throws InvalidConfigException {
    SettingsCheck.requireOfSynthetic(config);
    var maker =
        new SyntheticCall(
            config, new UserId(config.synthetic().callee().orElseThrow()), clock, ids);
    try {
      var _ = maker.invite(new CallId(PREFIX + "trial"));
    } catch (MalformedDraftException e) {
      Finding finding =
          Finding.failed(
              "synthetic",
              "makes an invite that a worker would not accept: " + e.getMessage(),
              "mend synthetic.callee or synthetic.caller");
      throw new InvalidConfigException(config.file(), List.of(Problem.of(finding)));
    }
    return maker;
  }

  private Draft invite(CallId call) throws MalformedDraftException {
    return Draft.invite(
        config,
        new Draft.Invite(
            call,
            callee,
            settings.caller(),
            Optional.of(CALLER_NAME),
            false,
            Optional.empty(),
            settings.ring(),
            Optional.of(MARK)),
        clock.instant());
  }

  /**
   * Makes a call, listens what comes of it, and ends it. It takes {@code synthetic.within} at most
   * where Kafka answers, and some 45 s where it does not.
   *
   * @param stopping ends the listening early
   * @return empty if it was stopped before its end
   */
  public Optional<Round> make(CountDownLatch stopping) {
    var call = new CallId(PREFIX + ids.get());
    var heard = new HeardCall(call, config.topics().results(), settings.expectRinging());
    try (var feed =
            new TopicFeed(client, List.of(config.topics().results(), config.topics().signals()));
        var writer = new RecordWriter(client)) {
      writer.connect(config.topics().invites());
      long made = System.nanoTime();
      write(writer, invite(call));
      RoundEnd end = listen(feed, heard, made, stopping);
      Optional<String> ringsOn = end(writer, call);
      boolean whole = heard.isOver() || stopping.getCount() > 0;
      return whole ? Optional.of(new Round(call, end, ringsOn)) : Optional.empty();
    } catch (UnreadableTopicsException e) {
      RoundEnd end = new RoundEnd.NotMade(String.valueOf(e.getMessage()));
      return Optional.of(new Round(call, end, Optional.empty()));
    } catch (MalformedDraftException e) {
      throw new IllegalStateException("an invite like one that was read before", e);
    }
  }

  private RoundEnd listen(TopicFeed feed, HeardCall heard, long made, CountDownLatch stopping) {
    try {
      while (!heard.isOver()
          && since(made).compareTo(settings.within()) < 0
          && stopping.getCount() > 0) {
        for (Envelope record : feed.next()) {
          heard.hear(record, since(made));
        }
      }
      return heard.end(feed.trouble());
    } catch (UnreadableTopicsException e) {
      return heard.end(Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /**
   * Ends the call. The callee declines it, for a call whose caller gives up is a missed one, and
   * the test phone would be told so.
   *
   * @return why it could not be ended
   */
  private Optional<String> end(RecordWriter writer, CallId call) throws MalformedDraftException {
    try {
      write(
          writer,
          Draft.signal(
              config,
              call,
              SignalType.DECLINED,
              Optional.of(callee),
              Optional.empty(),
              clock.instant()));
      return Optional.empty();
    } catch (UnreadableTopicsException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static void write(RecordWriter writer, Draft draft) throws UnreadableTopicsException {
    var _ = writer.write(draft.topic(), draft.key(), draft.value());
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
