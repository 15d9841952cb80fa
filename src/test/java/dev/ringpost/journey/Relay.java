package dev.ringpost.journey;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP address of this machine that leads to another one, until it leads elsewhere, is cut or
 * falls silent. What has fallen silent looks like a machine that stands still: the kernel completes
 * new connections, nothing is closed, and no byte comes through.
 */
final class Relay implements AutoCloseable {

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

  private final ServerSocket server;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final AtomicLong carried = new AtomicLong();
  private volatile Way way;

  Relay(int target) {
    try {
      server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    way = new Way(target);
    Thread.ofVirtual().name("relay").start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The bytes that came through so far, in both directions. */
  long carried() {
    return carried.get();
  }

  /** From now on nothing comes through, neither on old connections nor on new ones. */
  void fallSilent() {
    way.silent = true;
  }

  /** New connections lead elsewhere; the old ones fall silent. */
  void leadTo(int target) {
    Way former = way;
    way = new Way(target);
    former.silent = true;
  }

  /** All connections end, and new ones end at once, as where a router says that there is no way. */
  void cut() {
    way.cut = true;
    open.forEach(Relay::close);
  }

  /** There is a way again. */
  void mend() {
    way.cut = false;
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
          var target = new Socket(InetAddress.getLoopbackAddress(), taken.port);
          open.add(target);
          Thread.ofVirtual().start(() -> pump(client, target, taken));
          Thread.ofVirtual().start(() -> pump(target, client, taken));
        }
      }
    } catch (IOException _) {
      // Closed, or its target is.
    }
  }

  private void pump(Socket from, Socket to, Way through) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0 && !through.silent; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        carried.addAndGet(read);
      }
      if (!through.silent) {
        to.close();
      }
    } catch (IOException _) {
      if (!through.silent) {
        close(to);
      }
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
