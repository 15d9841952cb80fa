package dev.ringpost.tools.watch;

import dev.ringpost.call.Envelope;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.records.TopicFeed;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The watch over what is told from now on: verdicts, and invites for what is open. For one thread,
 * but for {@link #stop}.
 */
public final class Watch implements AutoCloseable {

  /** A place where it is seen. */
  public interface Display {

    /** Takes a verdict, each once. */
    void told(SeenVerdict verdict);

    /** Takes the news that Kafka gives nothing any more, with the reason, or gives it again. */
    void trouble(Optional<String> words);

    /**
     * Takes the state, some times a second.
     *
     * @return whether anybody can still see it
     */
    boolean shows(LiveCalls calls);
  }

  private final String invites;
  private final TopicFeed feed;
  private final VerdictReader reader;
  private final LiveCalls calls;
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * Begins at the end of both topics.
   *
   * @param nanoTime the monotonic clock
   * @throws UnreadableTopicsException if Kafka does not answer, or refuses, or a topic is missing
   */
  public Watch(RingpostConfig config, LongSupplier nanoTime) throws UnreadableTopicsException {
    this.invites = config.topics().invites();
    this.reader = new VerdictReader(config.results().callee());
    this.feed =
        new TopicFeed(
            config.kafka().clientProperties(), List.of(invites, config.topics().results()));
    this.calls = new LiveCalls(config.ring().max(), nanoTime);
  }

  /**
   * Watches until it is stopped, or nobody sees it any more.
   *
   * @return what was seen
   * @throws UnreadableTopicsException if Kafka refuses to give more
   */
  public LiveCalls run(Display display) throws UnreadableTopicsException {
    Optional<String> trouble = Optional.empty();
    boolean seen = true;
    while (seen && !stopped.get()) {
      for (Envelope envelope : feed.next()) {
        take(envelope, display);
      }
      if (feed.trouble().isPresent() != trouble.isPresent()) {
        trouble = feed.trouble();
        display.trouble(trouble);
      }
      seen = display.shows(calls);
    }
    return calls;
  }

  private void take(Envelope envelope, Display display) {
    if (envelope.origin().topic().equals(invites)) {
      calls.invited(envelope.origin().toString());
    } else {
      reader.read(envelope).filter(calls::add).ifPresent(display::told);
    }
  }

  /** Ends {@link #run} soon; safe for any thread. */
  public void stop() {
    stopped.set(true);
  }

  /** How many partitions are watched. */
  public int partitions() {
    return feed.partitions();
  }

  @Override
  public void close() {
    feed.close();
  }
}
