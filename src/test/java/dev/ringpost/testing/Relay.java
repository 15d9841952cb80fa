package dev.ringpost.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP address of this machine that leads to another one, until it leads elsewhere, is slow, is
 * cut, holds bytes back or falls silent. What has fallen silent looks like a machine that stands
 * still: the kernel completes new connections, nothing is closed, and no byte comes through.
 */
public final class Relay implements AutoCloseable {

  /** The two ways through it. */
  public enum Direction {
    /** What clients send. */
    TO_TARGET,
    /** What the target answers. */
    FROM_TARGET
  }

  /** A target, and whether bytes still go there; a connection keeps the one that it began with. */
  private static final class Way {

    private final int port;
    private volatile boolean silent;
    private volatile boolean cut;

    private Way(int port) {
      this.port = port;
    }
  }

  private static final int BACKLOG = 50;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Duration LOOK = Duration.ofMillis(5);

  private final ServerSocket server;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final AtomicLong carried = new AtomicLong();
  private volatile Way way;
  private volatile Duration slowness = Duration.ZERO;
  private volatile boolean holdsToTarget;
  private volatile boolean holdsFromTarget;

  public Relay(int target) {
    try {
      server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    way = new Way(target);
    Thread.ofVirtual().name("relay").start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** The bytes that came through so far, in both directions. */
  public long carried() {
    return carried.get();
  }

  /** From now on nothing comes through, neither on old connections nor on new ones. */
  public void fallSilent() {
    way.silent = true;
  }

  /** New connections lead elsewhere; the old ones fall silent. */
  public void leadTo(int target) {
    Way former = way;
    way = new Way(target);
    former.silent = true;
  }

  /** All connections end, and new ones end at once, as where a router says that there is no way. */
  public void cut() {
    way.cut = true;
    open.forEach(Relay::close);
  }

  /**
   * There is a way again, as fast as ever, in both directions; what was held back comes through.
   */
  public void mend() {
    way.cut = false;
    slowness = Duration.ZERO;
    holdsToTarget = false;
    holdsFromTarget = false;
  }

  /** Each piece of at most 64 KiB takes so long from now on, one after the other. */
  public void slow(Duration each) {
    slowness = each;
  }

  /** Holds back what goes in a direction from now on; the other one stays open. */
  public void hold(Direction direction) {
    switch (direction) {
      case TO_TARGET -> holdsToTarget = true;
      case FROM_TARGET -> holdsFromTarget = true;
    }
  }

  private boolean holds(Direction direction) {
    return switch (direction) {
      case TO_TARGET -> holdsToTarget;
      case FROM_TARGET -> holdsFromTarget;
    };
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        open.add(client);
        Way taken = way;
        if (taken.cut) {
          close(client);
        } else if (!taken.silent) {
          join(client, taken);
        }
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void join(Socket client, Way taken) {
    try {
      var target = new Socket(InetAddress.getLoopbackAddress(), taken.port);
      open.add(target);
      Thread.ofVirtual().start(() -> pump(client, target, Direction.TO_TARGET, taken));
      Thread.ofVirtual().start(() -> pump(target, client, Direction.FROM_TARGET, taken));
    } catch (IOException _) {
      close(client);
    }
  }

  private void pump(Socket from, Socket to, Direction direction, Way through) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0 && !through.silent; read = in.read(buffer)) {
        LockSupport.parkNanos(slowness.toNanos());
        while (holds(direction) && !from.isClosed()) {
          LockSupport.parkNanos(LOOK.toNanos());
        }
        out.write(buffer, 0, read);
        carried.addAndGet(read);
      }
      if (!through.silent) {
        close(to);
      }
    } catch (IOException _) {
      if (!through.silent) {
        close(to);
      }
    } finally {
      open.remove(from);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    open.forEach(Relay::close);
  }
}
