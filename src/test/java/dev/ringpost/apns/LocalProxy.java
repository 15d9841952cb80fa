package dev.ringpost.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ringpost.apns.ApnsSettings.Proxy.Kind;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy of one kind, as far as Ringpost uses it. */
final class LocalProxy implements AutoCloseable {

  private final ServerSocket door;
  private final Kind kind;
  private final boolean refuses;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  private LocalProxy(Kind kind, boolean refuses) {
    this.kind = kind;
    this.refuses = refuses;
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var _ = Thread.ofVirtual().start(this::serve);
  }

  static LocalProxy start(Kind kind) {
    return new LocalProxy(kind, false);
  }

  /** An HTTP proxy that lets nobody through. */
  static LocalProxy refusing() {
    return new LocalProxy(Kind.HTTP, true);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Where clients wanted to go, as they wrote it. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void serve() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        open.add(client);
        var _ = Thread.ofVirtual().start(() -> serve(client));
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
      // the client is gone, and so is its way
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private String connect(Socket client) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = client.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("left early");
      }
      head.append((char) next);
    }
    if (refuses) {
      client.getOutputStream().write("HTTP/1.1 403 Forbidden\r\n\r\n".getBytes(US_ASCII));
      throw new IOException("refused");
    }
    return head.toString().split(" ", 3)[1];
  }

  private static String socks(Socket client) throws IOException {
    var in = new DataInputStream(client.getInputStream());
    in.readByte();
    in.skipNBytes(in.readUnsignedByte());
    client.getOutputStream().write(new byte[] {5, 0});
    in.skipNBytes(3);
    int form = in.readUnsignedByte();
    if (form != 3) {
      throw new IOException("not by name but by form " + form);
    }
    String host = new String(in.readNBytes(in.readUnsignedByte()), US_ASCII);
    return host + ":" + in.readUnsignedShort();
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
