package dev.ringpost.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server-sent events of the live page. One thread takes a snapshot each second, once for all
 * streams; a stream sends the newest and skips what it was too slow for, so nothing waits for it. A
 * reader that takes too long over one snapshot is cut off. Safe for many threads.
 */
final class LiveStreams implements AutoCloseable {

  /** Bound on the streams that are open at once. */
  static final int MAX_STREAMS = 8;

  /** The time between two snapshots. */
  static final Duration EVERY = Duration.ofSeconds(1);

  /** Bound on the writing of one snapshot; a slower reader is cut off. */
  static final Duration SLOW_AFTER = Duration.ofSeconds(3);

  /**
   * Bound on a stream, below the 30 s that the server grants an answer. A browser comes again by
   * itself, after {@link #COME_AGAIN}.
   */
  static final Duration LONGEST = Duration.ofSeconds(20);

  /** How long a browser waits until it comes again. */
  static final Duration COME_AGAIN = Duration.ofMillis(500);

  /** What the JDK's server calls an answer that is sent in chunks. */
  private static final int UNKNOWN_LENGTH = 0;

  private static final Logger log = LoggerFactory.getLogger(LiveStreams.class);

  /** A snapshot with its number, so that none is sent twice on a stream. */
  private record Snapshot(long number, String json) {}

  /** A write that is under way. */
  private record Write(Thread writer, long sinceNanos) {}

  private final LiveFigures figures;
  private final Semaphore places = new Semaphore(MAX_STREAMS);
  private final Set<Write> writes = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("live-page").unstarted(this::run);

  @GuardedBy("this")
  private Optional<Snapshot> newest = Optional.empty();

  private LiveStreams(LiveFigures figures) {
    this.figures = figures;
  }

  static LiveStreams start(LiveFigures figures) {
    var streams = new LiveStreams(figures);
    streams.thread.start();
    return streams;
  }

  private void run() {
    try {
      do {
        look();
        cutSlowReaders();
      } while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      publish(figures.look());
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("the live page met a fault; please report it");
    }
  }

  private synchronized void publish(String json) {
    newest = Optional.of(new Snapshot(numberOfNewest() + 1, json));
    notifyAll();
  }

  /** To interrupt a thread that writes to a socket closes that socket. */
  private void cutSlowReaders() {
    long now = System.nanoTime();
    for (Write write : writes) {
      if (now - write.sinceNanos() > SLOW_AFTER.toNanos()) {
        log.atDebug().log("a reader of the live page is too slow and is cut off");
        write.writer().interrupt();
      }
    }
  }

  private synchronized long numberOfNewest() {
    return newest.map(Snapshot::number).orElse(0L);
  }

  /** The newest snapshot, if there is one yet. */
  synchronized Optional<String> newest() {
    return newest.map(Snapshot::json);
  }

  /** A place for one more stream; false if all are taken. To be given back by {@link #send}. */
  boolean takePlace() {
    return places.tryAcquire();
  }

  /** How many more streams may open. */
  int free() {
    return places.availablePermits();
  }

  /** Sends snapshots until the stream has lasted its time, and gives its place back. */
  void send(HttpExchange exchange) throws IOException, InterruptedException {
    try {
      exchange.sendResponseHeaders(200, UNKNOWN_LENGTH);
      OutputStream out = exchange.getResponseBody();
      long end = System.nanoTime() + LONGEST.toNanos();
      write(out, "retry: " + COME_AGAIN.toMillis() + "\n\n");
      long sent = 0;
      while (closing.getCount() > 0 && System.nanoTime() - end < 0) {
        Optional<Snapshot> next = after(sent);
        if (next.isPresent()) {
          write(out, "data: " + next.get().json() + "\n\n");
          sent = next.get().number();
        }
      }
    } finally {
      places.release();
    }
  }

  private void write(OutputStream out, String text) throws IOException {
    var write = new Write(Thread.currentThread(), System.nanoTime());
    writes.add(write);
    try {
      out.write(text.getBytes(UTF_8));
      out.flush();
    } finally {
      writes.remove(write);
    }
  }

  /** The newest snapshot if it is not the one with that number; waits for one, but not for long. */
  private synchronized Optional<Snapshot> after(long number) throws InterruptedException {
    long end = System.nanoTime() + EVERY.toNanos();
    long left = EVERY.toMillis();
    while (left > 0 && closing.getCount() > 0 && numberOfNewest() == number) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return newest.filter(it -> it.number() != number);
  }

  /** Ends the looks and, within a second, all streams. */
  @Override
  public void close() {
    closing.countDown();
    synchronized (this) {
      notifyAll();
    }
  }
}
