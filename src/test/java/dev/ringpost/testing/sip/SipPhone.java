package dev.ringpost.testing.sip;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.VoipToken;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A phone that registers over TCP with the parameters of RFC 8599, and whose connection is gone
 * while it sleeps. For one thread.
 */
public final class SipPhone implements AutoCloseable {

  private static final Duration HEARS_WITHIN = Duration.ofSeconds(20);
  private static final String PN_PARAM = "TEAMTEAM01.com.example.phone.voip";

  private final int server;
  private final String user;
  private final VoipToken token;
  private final UUID instance = UUID.randomUUID();
  private final String tag = UUID.randomUUID().toString().substring(0, 8);
  private @Nullable Socket socket;
  private @Nullable InputStream in;
  private int cseq;

  /**
   * @param server the SIP server's port on loopback
   */
  public SipPhone(int server, String user, VoipToken token) {
    this.server = server;
    this.user = user;
    this.token = token;
  }

  /** What Ringpost calls it. */
  public String deviceId() {
    return instance.toString();
  }

  /** Connects and registers, with its token; returns when that was confirmed. */
  public Instant register() {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), server);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) HEARS_WITHIN.toMillis());
      in = new BufferedInputStream(socket.getInputStream());
      cseq++;
      send(
          """
          REGISTER sip:example.com SIP/2.0
          Via: SIP/2.0/TCP 127.0.0.1:%1$d;branch=z9hG4bK-%2$s-%3$d;rport
          Max-Forwards: 70
          From: <sip:%4$s@example.com>;tag=%2$s
          To: <sip:%4$s@example.com>
          Call-ID: %5$s
          CSeq: %3$d REGISTER
          Contact: %6$s
          Expires: 600
          Content-Length: 0

          """
              .formatted(socket.getLocalPort(), tag, cseq, user, instance, contact()));
      expect("SIP/2.0 200");
      return Instant.now();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String contact() {
    return ("<sip:%s@127.0.0.1:%d;transport=tcp;pn-provider=apns;pn-param=%s;pn-prid=%s>"
            + ";+sip.instance=\"<urn:uuid:%s>\"")
        .formatted(user, open().getLocalPort(), PN_PARAM, token.hex(), instance);
  }

  /** Loses its connection, as an iPhone that suspends the app does. */
  public void sleep() {
    try {
      open().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a message that begins so, and passes over others. */
  public String expect(String begin) {
    while (true) {
      String message = read();
      if (message.startsWith(begin)) {
        return message;
      }
    }
  }

  /** Answers a request. */
  public Instant answer(String request, String status) {
    var reply = new StringBuilder("SIP/2.0 " + status + "\r\n");
    for (String line : request.split("\r\n", -1)) {
      String name = line.split(":", 2)[0].toLowerCase(Locale.ROOT).strip();
      switch (name) {
        case "via", "from", "call-id", "cseq", "record-route" -> reply.append(line).append("\r\n");
        case "to" ->
            reply.append(line).append(line.contains("tag=") ? "" : ";tag=" + tag).append("\r\n");
        default -> {}
      }
    }
    reply.append("Contact: ").append(contact()).append("\r\nContent-Length: 0\r\n\r\n");
    send(reply.toString());
    return Instant.now();
  }

  private String read() {
    try {
      var head = new ByteArrayOutputStream();
      while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
        int next = input().read();
        if (next < 0) {
          throw new IllegalStateException("the server closed the connection");
        }
        head.write(next);
      }
      String text = head.toString(UTF_8);
      int length =
          text.lines()
              .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
              .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
              .findFirst()
              .orElse(0);
      return text + new String(input().readNBytes(length), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(String message) {
    try {
      open().getOutputStream().write(message.replaceAll("\r?\n", "\r\n").getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket open() {
    return Optional.ofNullable(socket).orElseThrow();
  }

  private InputStream input() {
    return Optional.ofNullable(in).orElseThrow();
  }

  @Override
  public void close() {
    if (socket != null) {
      sleep();
    }
  }
}
