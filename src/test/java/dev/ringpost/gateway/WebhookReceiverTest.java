package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated // it lets a pool stand still that others use
@Timeout(20)
class WebhookReceiverTest {

  private static final Told TOLD =
      new Told(new CallId("c1"), "alice", new Told.Place(0, 7), true, "accepted", "{}");

  private static final String HEADERS = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  /** Its thread would wait for ever, and its gateway leave the group. */
  @Test
  void anAnswerThatStallsBehindItsHeadersIsNone() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var receiver = receiver(server.getLocalPort())) {
      Thread.ofVirtual().start(() -> answerWithHeaders(server));

      assertThat(receiver.refusal(TOLD)).hasValue("no whole answer within 3 s");
    }
  }

  @Test
  void aVerdictThatStallsInEachTryIsDropped() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var receiver = receiver(server.getLocalPort())) {
      Thread.ofVirtual().start(() -> answerWithHeaders(server));

      assertThat(receiver.tell(TOLD, new CountDownLatch(1))).isTrue();
      assertThat(dropped()).isEqualTo(1);
    }
  }

  /** On a small pod that is a pool of one thread, and any library may stand still in it. */
  @Test
  void anAnswerNeedsNoPoolThatTheJvmShares() throws Exception {
    var stands = new CountDownLatch(1);
    for (int n = 0; n < ForkJoinPool.getCommonPoolParallelism() + 1; n++) {
      ForkJoinPool.commonPool().execute(() -> standStill(stands));
    }
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var receiver = receiver(server.getLocalPort())) {
      Thread.ofVirtual().start(() -> answerWith(server, "HTTP/1.1 204 No Content\r\n\r\n"));

      assertThat(receiver.refusal(TOLD)).isEmpty();
    } finally {
      stands.countDown();
    }
  }

  private static void standStill(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoeverIsNotThereRefuses() throws Exception {
    int port;
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    try (var receiver = receiver(port)) {
      assertThat(receiver.refusal(TOLD)).isPresent();
    }
  }

  /** Says 200 and a length, and sends nothing of it until the client goes away. */
  private static void answerWithHeaders(ServerSocket server) {
    answerWith(server, HEADERS);
  }

  private static void answerWith(ServerSocket server, String answer) {
    try (Socket client = server.accept()) {
      client.getOutputStream().write(answer.getBytes(UTF_8));
      var _ = client.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // It is gone.
    }
  }

  private WebhookReceiver receiver(int port) {
    URI url = URI.create("http://127.0.0.1:" + port + "/");
    return new WebhookReceiver(
        new GatewaySettings.Webhook(url, Path.of("unread"), "group", 1),
        WebhookKey.of("hunter2-hunter2-hunter2-hunter2-"),
        new GatewayMeters(new Telemetry(registry)),
        InstantSource.system());
  }

  private double dropped() {
    return registry.get("ringpost.gateway.webhooks").tag("end", "dropped").counter().count();
  }
}
