package dev.ringpost.testing.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.testing.MarkedSecret;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy of one kind, as far as Ringpost uses it. */
public final class LocalProxy implements AutoCloseable {

  /** The protocol of the proxy. */
  public enum Kind {
    HTTP,
    SOCKS5
  }

  /** The manner in which it treats those who come. */
  private sealed interface Manner {

    /** The manner of letting everybody through. */
    record Open() implements Manner {}

    /** The manner of letting through who knows these. */
    record Asks(String username, String password) implements Manner {}

    /** The manner of asking for what is not a password. */
    record AsksOtherwise() implements Manner {}

    /** The manner of letting nobody through. */
    record Refuses() implements Manner {}

    /** The manner of accepting connections and saying nothing. */
    record Silent() implements Manner {}
  }

  /** The exception for a client that is not let through, and has been told so. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1;
  }

  private static final int MAX_HEAD = 8192;

  private final ServerSocket door;
  private final Kind kind;
  private volatile Manner manner = new Manner.Open();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private LocalProxy(Kind kind) {
    this.kind = kind;
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var _ = Thread.ofVirtual().start(this::serve);
  }

  public static LocalProxy start(Kind kind) {
    return new LocalProxy(kind);
  }

  /**
   * From now on it lets through only who knows these.
   *
   * @param password a {@link MarkedSecret}
   */
  public LocalProxy asks(String username, String password) {
    manner = new Manner.Asks(username, MarkedSecret.of(password));
    return this;
  }

  /** From now on it asks who comes, but wants no password. */
  public LocalProxy asksOtherwise() {
    manner = new Manner.AsksOtherwise();
    return this;
  }

  /** From now on it lets nobody through. */
  public LocalProxy refuses() {
    manner = new Manner.Refuses();
    return this;
  }

  /** From now on it says nothing. */
  public LocalProxy silent() {
    manner = new Manner.Silent();
    return this;
  }

  public int port() {
    return door.getLocalPort();
  }

  /** Where clients that were let in wanted to go, as they wrote it. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private void serve() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        open.add(client);
        if (!(manner instanceof Manner.Silent)) {
          var _ = Thread.ofVirtual().start(() -> serve(client));
        }
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String target =
          switch (kind) {
            case HTTP -> connect(client);
            case SOCKS5 -> socks(client);
          };
      asked.add(target);
      int colon = target.lastIndexOf(':');
      try (Socket server =
          new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)))) {
        open.add(server);
        grant(client.getOutputStream());
        var back = Thread.ofVirtual().start(() -> pump(server, client));
        pump(client, server);
        back.join();
      }
    } catch (IOException _) {
      // the client is gone or was not let in, and so is its way
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private String connect(Socket client) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = client.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0 || head.length() > MAX_HEAD) {
        throw new IOException("left early");
      }
      head.append((char) next);
    }
    Optional<String> refusal =
        switch (manner) {
          case Manner.Open _, Manner.Silent _ -> Optional.empty();
          case Manner.Refuses _ -> Optional.of("403 Forbidden\r\n");
          case Manner.AsksOtherwise _ ->
              Optional.of("407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\n");
          case Manner.Asks(String username, String password) ->
              head.toString().lines().anyMatch(basic(username, password)::equalsIgnoreCase)
                  ? Optional.empty()
                  : Optional.of(
                      "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n");
        };
    if (refusal.isPresent()) {
      client.getOutputStream().write(("HTTP/1.1 " + refusal.get() + "\r\n").getBytes(US_ASCII));
      throw new Refused();
    }
    return head.toString().split(" ", 3)[1];
  }

  private static String basic(String username, String password) {
    return "Proxy-Authorization: Basic "
        + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(UTF_8));
  }

  private String socks(Socket client) throws IOException {
    var in = new DataInputStream(client.getInputStream());
    OutputStream out = client.getOutputStream();
    in.readByte();
    byte[] methods = in.readNBytes(in.readUnsignedByte());
    switch (manner) {
      case Manner.Open _, Manner.Silent _, Manner.Refuses _ -> out.write(new byte[] {5, 0});
      case Manner.AsksOtherwise _ -> {
        out.write(new byte[] {5, (byte) 0xFF});
        throw new Refused();
      }
      case Manner.Asks asks -> login(asks, methods, in, out);
    }
    in.skipNBytes(3);
    int form = in.readUnsignedByte();
    if (form != 3) {
      throw new IOException("not by name but by form " + form);
    }
    String host = new String(in.readNBytes(in.readUnsignedByte()), US_ASCII);
    int port = in.readUnsignedShort();
    if (manner instanceof Manner.Refuses) {
      out.write(new byte[] {5, 2, 0, 1, 0, 0, 0, 0, 0, 0});
      throw new Refused();
    }
    return host + ":" + port;
  }

  private static void login(Manner.Asks asks, byte[] methods, DataInputStream in, OutputStream out)
      throws IOException {
    if (new String(methods, US_ASCII).indexOf(2) < 0) {
      out.write(new byte[] {5, (byte) 0xFF});
      throw new Refused();
    }
    out.write(new byte[] {5, 2});
    in.readByte();
    String username = new String(in.readNBytes(in.readUnsignedByte()), US_ASCII);
    String password = new String(in.readNBytes(in.readUnsignedByte()), US_ASCII);
    boolean known = username.equals(asks.username()) && password.equals(asks.password());
    out.write(new byte[] {1, (byte) (known ? 0 : 1)});
    if (!known) {
      throw new Refused();
    }
  }

  private void grant(OutputStream out) throws IOException {
    switch (kind) {
      case HTTP -> out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
      case SOCKS5 -> out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException _) {
      // one side is gone; the other will see it
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
