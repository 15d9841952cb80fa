package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;

/**
 * The server-sent events of calls. A stream ends after a bounded time, or when the gateway leaves;
 * a client comes again with the last id that it has. Safe for many threads.
 */
final class EventStreams implements AutoCloseable {

  /** How long a stream is silent before it says that it is there. */
  static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  /** Bound on what waits for a slow client: what is remembered, and as much again. */
  static final int MAX_WAITING_EVENTS = 2 * CallMemory.MAX_TOLD;

  /** What was sent as an id, also by a gateway of before 1 December 2026, which counted. */
  static final String IDS = "\\d{1,9}(-\\d{1,18})?";

  private static final Duration LOOK = Duration.ofMillis(200);

  /** The events that wait for a client. Where one finds no room, those before it are the last. */
  private static final class Waiting implements Consumer<CallMemory.Event> {

    private final Optional<Told.Place> after;
    private final BlockingQueue<CallMemory.Event> events =
        new ArrayBlockingQueue<>(MAX_WAITING_EVENTS);
    private volatile boolean overflowed;

    Waiting(Optional<Told.Place> after) {
      this.after = after;
    }

    @Override
    public void accept(CallMemory.Event event) {
      if (!isKnown(event.at()) && !overflowed) {
        overflowed = !events.offer(event);
      }
    }

    /** Whether the client has it: what it has of another partition says nothing of this one. */
    private boolean isKnown(Told.Place at) {
      return after
          .filter(last -> last.partition() == at.partition() && last.offset() >= at.offset())
          .isPresent();
    }

    boolean isOver() {
      return overflowed && events.isEmpty();
    }
  }

  private final CallMemory memory;
  private final Semaphore places;
  private final Duration longest;
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param places where the place of each stream is given back
   * @param longest bound on a stream
   */
  EventStreams(CallMemory memory, Semaphore places, Duration longest) {
    this.memory = memory;
    this.places = places;
    this.longest = longest;
  }

  void write(HttpAnswer.Stream stream, Response response) throws IOException, InterruptedException {
    var waiting = new Waiting(stream.after());
    open.incrementAndGet();
    try (CallMemory.Listening _ = memory.listen(stream.call(), waiting)) {
      response.setStatus(200);
      response.getHeaders().put("Content-Type", "text/event-stream");
      response.getHeaders().put("Cache-Control", "no-store");
      send(response, false, ": the verdicts on a call\n\n");
      sendAll(waiting, response);
      send(response, true, "");
    } finally {
      open.decrementAndGet();
      places.release();
    }
  }

  private void sendAll(Waiting waiting, Response response)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    long spoke = System.nanoTime();
    while (!closed && System.nanoTime() < end && !waiting.isOver()) {
      CallMemory.Event event = waiting.events.poll(LOOK.toNanos(), TimeUnit.NANOSECONDS);
      if (event != null) {
        send(response, false, text(event));
        spoke = System.nanoTime();
      } else if (System.nanoTime() - spoke > KEEP_ALIVE.toNanos()) {
        send(response, false, ": \n\n");
        spoke = System.nanoTime();
      }
    }
  }

  /** The same from every gateway, so that a client may come again to another. */
  private static String id(Told.Place at) {
    return at.partition() + "-" + at.offset();
  }

  /**
   * The last event that a client has; empty if it is none that is known, so that all come again.
   *
   * @param id matches {@link #IDS}
   */
  static Optional<Told.Place> place(String id) {
    int dash = id.indexOf('-');
    return dash < 0
        ? Optional.empty()
        : Optional.of(
            new Told.Place(
                Integer.parseInt(id.substring(0, dash)), Long.parseLong(id.substring(dash + 1))));
  }

  private static String text(CallMemory.Event event) {
    return "id: " + id(event.at()) + "\nevent: result\ndata: " + event.told().json() + "\n\n";
  }

  private static void send(Response response, boolean last, String text) throws IOException {
    Content.Sink.write(response, last, ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  /** How many are open now. */
  int open() {
    return open.get();
  }

  /** Ends all streams within a moment. */
  @Override
  public void close() {
    closed = true;
  }
}
