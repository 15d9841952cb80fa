package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.events.InviteDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: one virtual thread for each request. It stops as a good one does: it accepts no
 * more, answers what it has, then closes.
 */
final class JettyDoor implements AutoCloseable {

  /** Bound on a body: an invite's, which is the largest of all. */
  static final int MAX_BODY_BYTES = InviteDecoder.MAX_VALUE_BYTES;

  /** Bound on a client that says nothing, or reads nothing, beyond the time that it may wait. */
  static final Duration IDLE = Duration.ofSeconds(30);

  /** How many requests are answered at once beside those that wait. */
  private static final int CONNECTIONS_BESIDE_WAITING = 256;

  private static final Logger log = LoggerFactory.getLogger(JettyDoor.class);

  /** The one that answers a request. */
  interface Answers {

    /**
     * The answer to a request whose body is not to be read, if it is one.
     *
     * @param headers as those of a call
     */
    Optional<HttpAnswer> refusal(Map<String, String> headers);

    HttpAnswer answer(HttpCall call) throws InterruptedException;
  }

  private final Server server;
  private final ServerConnector connector;

  private JettyDoor(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Opens the port.
   *
   * @throws IOException in words for an operator, if the address cannot be opened
   */
  static JettyDoor open(GatewaySettings settings, Answers answers, EventStreams streams)
      throws IOException {
    // each client that waits holds a thread; the pool's own bound is 200
    var server =
        new Server(new VirtualThreadPool(settings.maxWaiting() + CONNECTIONS_BESIDE_WAITING));
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setUriCompliance(
        UriCompliance.DEFAULT.with(
            "ids",
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING));
    ServerConnector connector = connector(server, http, settings);
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(
        IDLE.plus(settings.maxWait()).plus(settings.storeWithin().multipliedBy(2)).toMillis());
    connector.setAcceptQueueSize(settings.maxWaiting() + CONNECTIONS_BESIDE_WAITING);
    server.addConnector(connector);
    server.setHandler(new GracefulHandler(new Door(answers, streams)));
    server.setStopTimeout(settings.maxWait().plus(settings.storeWithin()).toMillis());
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException(
          "gateway.host "
              + settings.host()
              + " with gateway.port "
              + settings.port()
              + " cannot be opened ("
              + e.getMessage()
              + "); free the port or choose another, 0 for any free one",
          e);
    }
    return new JettyDoor(server, connector);
  }

  private static ServerConnector connector(
      Server server, HttpConfiguration http, GatewaySettings settings) {
    if (settings.tls().isEmpty()) {
      return new ServerConnector(server, new HttpConnectionFactory(http));
    }
    return new ServerConnector(
        server, ServerTls.of(settings.tls().get()), new HttpConnectionFactory(http));
  }

  /** The port that is open. */
  int port() {
    return connector.getLocalPort();
  }

  /** Accepts no more, answers what it has, then closes; bounded by the longest wait. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      log.atWarn().setCause(e).log("the gateway's port was not closed cleanly");
    }
  }

  /** The handler of all requests. */
  private static final class Door extends Handler.Abstract {

    private final Answers answers;
    private final EventStreams streams;

    Door(Answers answers, EventStreams streams) {
      this.answers = answers;
      this.streams = streams;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback)
        throws IOException {
      try {
        switch (answer(request)) {
          case HttpAnswer.Whole whole -> write(whole, response);
          case HttpAnswer.Stream stream -> streams.write(stream, response);
        }
        callback.succeeded();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        callback.failed(new InterruptedIOException("the gateway leaves"));
      } catch (IOException | RuntimeException e) {
        log.atDebug()
            .setCause(e)
            .log("a client of the gateway broke off, or could not be answered");
        callback.failed(e);
      }
      return true;
    }

    private HttpAnswer answer(Request request) throws IOException, InterruptedException {
      Map<String, String> headers = headers(request);
      Optional<HttpAnswer> refusal = answers.refusal(headers);
      if (refusal.isPresent()) {
        return refusal.get();
      }
      byte[] body = body(request);
      return body.length > MAX_BODY_BYTES
          ? HttpAnswer.problem(
              413,
              "too_large",
              "the body must have at most " + MAX_BODY_BYTES + " bytes; shorten custom")
          : answers.answer(call(request, headers, body));
    }

    private static byte[] body(Request request) throws IOException {
      try (InputStream in = Content.Source.asInputStream(request)) {
        return in.readNBytes(MAX_BODY_BYTES + 1);
      }
    }

    private static HttpCall call(Request request, Map<String, String> headers, byte[] body) {
      List<String> path = new ArrayList<>();
      String raw = request.getHttpURI().getPath();
      for (String segment : raw.substring(1).split("/", -1)) {
        path.add(URLDecoder.decode(segment.replace("+", "%2B"), UTF_8));
      }
      Map<String, String> query = new HashMap<>();
      for (Fields.Field field : Request.extractQueryParameters(request)) {
        query.put(field.getName(), field.getValue());
      }
      return new HttpCall(request.getMethod(), path, query, headers, body);
    }

    private static Map<String, String> headers(Request request) {
      Map<String, String> headers = new HashMap<>();
      for (HttpField field : request.getHeaders()) {
        headers.putIfAbsent(field.getName().toLowerCase(Locale.ROOT), field.getValue());
      }
      return headers;
    }

    private static void write(HttpAnswer.Whole answer, Response response) throws IOException {
      response.setStatus(answer.status());
      if (!answer.type().isEmpty()) {
        response.getHeaders().put("Content-Type", answer.type());
      }
      response.getHeaders().put("Cache-Control", "no-store");
      answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
      Content.Sink.write(response, true, ByteBuffer.wrap(answer.body()));
    }
  }
}
