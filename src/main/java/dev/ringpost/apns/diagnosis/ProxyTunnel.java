package dev.ringpost.apns.diagnosis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.apns.credentials.Causes;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Proxy;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.call.Secret;
import dev.ringpost.call.findings.Finding;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy's tunnel to a server, over an open connection, with each refusal in words and a fix.
 * Pushes go through Netty's own handlers, whose exceptions carry a status and headers; here every
 * step runs on a plain socket, so that the step which fails is known and timed. HTTP's CONNECT is
 * in RFC 9110, section 9.3.6, SOCKS5 in RFC 1928 and 1929. For one use, on one thread.
 */
final class ProxyTunnel {

  /** Bound on the head of an HTTP answer. */
  private static final int MAX_HEAD = 1 << 14;

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})( ?.{0,60}).*");
  private static final Pattern CHALLENGE =
      Pattern.compile("(?i)proxy-authenticate:\\s*([A-Za-z0-9_-]+).*");

  private static final int HUNDRED = 100;
  private static final int SUCCESS = 2;
  private static final int FORBIDDEN = 403;
  private static final int WANTS_LOGIN = 407;

  private static final byte VERSION = 5;
  private static final byte LOGIN_VERSION = 1;
  private static final byte NO_LOGIN = 0;
  private static final byte LOGIN = 2;
  private static final byte CONNECT = 1;
  private static final byte NAME = 3;
  private static final byte IPV6 = 4;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  /** What SOCKS5 answers to CONNECT, by number (RFC 1928, section 6). */
  private static final List<String> REPLIES =
      List.of(
          "granted",
          "general failure",
          "not allowed",
          "network unreachable",
          "host unreachable",
          "connection refused",
          "it took too long",
          "it knows no CONNECT",
          "it knows no names as addresses");

  private static final int NOT_ALLOWED = 2;

  private static final String GIVE_LOGIN =
      "Give Ringpost a username and a password file for the proxy.";
  private static final String CHECK_LOGIN =
      "Compare username and password file with what the proxy's operator gave out.";

  /** A refusal of the proxy. */
  private static final class ClosedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Finding trouble;

    ClosedException(String what, String todo) {
      super(what, null, false, false);
      this.trouble = Finding.failed("", what, todo);
    }
  }

  private final Proxy proxy;
  private final Secret password;
  private final Endpoint server;

  /**
   * @param password for the proxy; of no account if it asks for none
   */
  ProxyTunnel(Proxy proxy, Secret password, Endpoint server) {
    this.proxy = proxy;
    this.password = password;
    this.server = server;
  }

  /**
   * Asks the proxy; each of its words may take as long as the socket's own time-out.
   *
   * @return what is in the way, if anything is
   */
  Optional<Finding> open(Socket socket) {
    try {
      switch (proxy.kind()) {
        case HTTP -> http(socket);
        case SOCKS5 -> socks(socket);
      }
      return Optional.empty();
    } catch (ClosedException e) {
      return Optional.of(e.trouble);
    } catch (SocketTimeoutException _) {
      return Optional.of(
          Finding.failed(
              "",
              "The " + proxy + " accepts connections but does not answer.",
              "See whether it can reach " + target() + ", and whether it is of that kind."));
    } catch (IOException e) {
      return Optional.of(
          Finding.failed(
              "",
              "The " + proxy + " ended the connection: " + Causes.innermost(e) + ".",
              "See whether it is of that kind, and what its own log says."));
    }
  }

  private String target() {
    return server.host() + " port " + server.port();
  }

  private byte[] password() {
    return password.reveal().getBytes(UTF_8);
  }

  private void http(Socket socket) throws IOException, ClosedException {
    String host = server.host().contains(":") ? "[" + server.host() + "]" : server.host();
    String address = host + ":" + server.port();
    var request = new StringBuilder("CONNECT " + address + " HTTP/1.1\r\nHost: " + address);
    proxy
        .login()
        .ifPresent(login -> request.append("\r\nProxy-Authorization: ").append(basic(login)));
    socket.getOutputStream().write(request.append("\r\n\r\n").toString().getBytes(US_ASCII));

    List<String> head = head(socket.getInputStream());
    Matcher status = STATUS.matcher(head.getFirst());
    if (!status.matches()) {
      throw new ClosedException(
          "What answers as the " + proxy + " does not speak HTTP.",
          "Check its kind, host and port.");
    }
    int code = Integer.parseInt(status.group(1));
    String given = status.group(1) + status.group(2);
    if (code == WANTS_LOGIN) {
      throw wantsLogin(head, given);
    }
    if (code / HUNDRED != SUCCESS) {
      throw new ClosedException(
          "The " + proxy + " refused to connect to " + target() + ": " + given + ".",
          code == FORBIDDEN
              ? "Have it allow CONNECT to " + target() + "."
              : "See whether it can reach " + target() + " itself, and what its own log says.");
    }
  }

  private ClosedException wantsLogin(List<String> head, String given) {
    List<String> schemes =
        head.stream()
            .map(CHALLENGE::matcher)
            .filter(Matcher::matches)
            .map(challenge -> challenge.group(1))
            .toList();
    if (!schemes.isEmpty() && schemes.stream().noneMatch("Basic"::equalsIgnoreCase)) {
      return new ClosedException(
          "The " + proxy + " only accepts " + String.join(" or ", schemes) + " authentication.",
          "Ringpost speaks Basic: have the proxy accept that, or let this machine through to "
              + target()
              + " without.");
    }
    return proxy.login().isEmpty()
        ? new ClosedException(
            "The " + proxy + " requires authentication: " + given + ".", GIVE_LOGIN)
        : new ClosedException(
            "The " + proxy + " does not let this user in: " + given + ".", CHECK_LOGIN);
  }

  private String basic(ProxyCredentials login) {
    var pair = new ByteArrayOutputStream();
    pair.writeBytes((login.username() + ":").getBytes(UTF_8));
    pair.writeBytes(password());
    return "Basic " + Base64.getEncoder().encodeToString(pair.toByteArray());
  }

  /** The lines of an answer's head, at least one; control characters are left out. */
  private static List<String> head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.length() < MAX_HEAD && head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    if (head.isEmpty()) {
      throw new EOFException("it said nothing");
    }
    return head.toString().lines().map(line -> line.replaceAll("\\p{Cntrl}", "")).toList();
  }

  private void socks(Socket socket) throws IOException, ClosedException {
    var in = new DataInputStream(socket.getInputStream());
    OutputStream out = socket.getOutputStream();
    boolean named = proxy.login().isPresent();
    out.write(named ? new byte[] {VERSION, 2, NO_LOGIN, LOGIN} : new byte[] {VERSION, 1, NO_LOGIN});
    if (in.readUnsignedByte() != VERSION) {
      throw new ClosedException(
          "What answers as the " + proxy + " does not speak SOCKS5.",
          "Check its kind, host and port.");
    }
    int method = in.readUnsignedByte();
    if (named && method == LOGIN) {
      login(proxy.login().get(), in, out);
    } else if (method != NO_LOGIN) {
      throw named
          ? new ClosedException(
              "The " + proxy + " asks who we are, but not by username and password.",
              "Have it accept these, or let this machine through to " + target() + " without.")
          : new ClosedException("The " + proxy + " requires authentication.", GIVE_LOGIN);
    }
    connect(in, out);
  }

  private void login(ProxyCredentials login, DataInputStream in, OutputStream out)
      throws IOException, ClosedException {
    var request = new ByteArrayOutputStream();
    request.write(LOGIN_VERSION);
    for (byte[] part : List.of(login.username().getBytes(US_ASCII), password())) {
      request.write(part.length);
      request.writeBytes(part);
    }
    out.write(request.toByteArray());
    in.readUnsignedByte(); // the version
    if (in.readUnsignedByte() != 0) {
      throw new ClosedException("The " + proxy + " does not let this user in.", CHECK_LOGIN);
    }
  }

  /** By name, so that the proxy resolves it. */
  private void connect(DataInputStream in, OutputStream out) throws IOException, ClosedException {
    byte[] host = server.host().getBytes(US_ASCII);
    var request = new ByteArrayOutputStream();
    request.writeBytes(new byte[] {VERSION, CONNECT, 0, NAME, (byte) host.length});
    request.writeBytes(host);
    request.write(server.port() >> Byte.SIZE);
    request.write(server.port());
    out.write(request.toByteArray());
    in.readUnsignedByte(); // the version
    int reply = in.readUnsignedByte();
    if (reply != 0) {
      String why = reply < REPLIES.size() ? REPLIES.get(reply) : "reply " + reply;
      throw new ClosedException(
          "The " + proxy + " refused to connect to " + target() + ": " + why + ".",
          reply == NOT_ALLOWED
              ? "Have it allow the way to " + target() + "."
              : "See whether it can reach " + target() + " itself, and what its own log says.");
    }
    in.readUnsignedByte(); // reserved
    int rest =
        switch (in.readUnsignedByte()) {
          case NAME -> in.readUnsignedByte();
          case IPV6 -> IPV6_BYTES;
          default -> IPV4_BYTES;
        };
    in.skipNBytes(rest + Short.BYTES); // the address that it connected from, and its port
  }
}
