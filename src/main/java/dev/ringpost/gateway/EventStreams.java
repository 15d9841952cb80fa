package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;

/**
 * The server-sent events of calls. A stream ends after a bounded time, or when the gateway leaves;
 * a client comes again with the last id that it has. Safe for many threads.
 */
final class EventStreams implements AutoCloseable {

  /** How long a stream is silent before it says that it is there. */
  static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  /** Bound on what waits for a slow client; the stream ends when it is full. */
  static final int MAX_WAITING_EVENTS = CallMemory.MAX_TOLD;

  private static final Duration LOOK = Duration.ofMillis(200);

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
    BlockingQueue<Told> events = new ArrayBlockingQueue<>(MAX_WAITING_EVENTS);
    open.incrementAndGet();
    try (CallMemory.Listening _ = memory.listen(stream.call(), events::offer)) {
      response.setStatus(200);
      response.getHeaders().put("Content-Type", "text/event-stream");
      response.getHeaders().put("Cache-Control", "no-store");
      send(response, false, ": the verdicts on a call\n\n");
      sendAll(stream, response, events);
      send(response, true, "");
    } finally {
      open.decrementAndGet();
      places.release();
    }
  }

  private void sendAll(HttpAnswer.Stream stream, Response response, BlockingQueue<Told> events)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    long spoke = System.nanoTime();
    int number = 0;
    while (!closed && System.nanoTime() < end && events.remainingCapacity() > 0) {
      Told told = events.poll(LOOK.toNanos(), TimeUnit.NANOSECONDS);
      if (told != null) {
        number++;
        if (number > stream.after()) {
          send(response, false, "id: " + number + "\nevent: result\ndata: " + told.json() + "\n\n");
          spoke = System.nanoTime();
        }
      } else if (System.nanoTime() - spoke > KEEP_ALIVE.toNanos()) {
        send(response, false, ": \n\n");
        spoke = System.nanoTime();
      }
    }
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
