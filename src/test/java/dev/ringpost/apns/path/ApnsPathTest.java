package dev.ringpost.apns.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.LogWatch;
import dev.ringpost.apns.SenderFixture;
import dev.ringpost.apns.path.ApnsSettings.Canary;
import dev.ringpost.apns.path.ApnsSettings.Proxy.Kind;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.VoipToken;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalProxy;
import dev.ringpost.testing.apns.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections, canaries and the check reach APNs, or not, by the same way and say the same. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogWatch.LEVELS, mode = ResourceAccessMode.READ)
class ApnsPathTest {

  private static final VoipToken NOBODY = VoipToken.parse(CredentialTrial.NOBODY);

  /** Of this machine, and nothing listens there. */
  private static final String DEAD = "127.0.0.2";

  private static final String ALIVE = "127.0.0.1";

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @ParameterizedTest
  @ValueSource(strings = {DEAD, "2001:db8::1"})
  void anAddressThatDoesNotAnswerIsFollowedByTheNext(String first) throws Exception {
    try (var fixture =
            SenderFixture.in(folder)
                .connections(1)
                .canary(Canary.DECIDES_READY)
                .names(_ -> at(first, ALIVE));
        var apns = server(fixture)) {
      fixture.production(apns.port()).start();

      assertAllIsWell(fixture);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void soIsAProxysFirstAddress(Kind kind) throws Exception {
    try (var fixture =
            SenderFixture.in(folder)
                .connections(1)
                .canary(Canary.DECIDES_READY)
                .names(_ -> at(DEAD, ALIVE));
        var apns = server(fixture);
        var proxy = LocalProxy.start(LocalProxy.Kind.valueOf(kind.name()))) {
      fixture.production(apns.port()).proxy(kind, proxy.port()).start();

      assertAllIsWell(fixture);
    }
  }

  private void assertAllIsWell(SenderFixture fixture) throws Exception {
    assertThat(fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN))).outcome())
        .isEqualTo(new Accepted());
    SenderFixture.eventually(() -> fixture.unproven().isEmpty());
    assertThat(fixture.check()).extracting(Finding::severity).containsOnly(Severity.OK);
  }

  @Test
  void aSilentNameServerIsNamedByAllAndItsLateAnswerServes() throws Exception {
    var answer = new CountDownLatch(1);
    try (var fixture =
            SenderFixture.in(folder)
                .connections(1)
                .connectTimeout(Duration.ofMillis(400))
                .canary(Canary.DECIDES_READY)
                .names(_ -> after(answer));
        var apns = server(fixture)) {
      fixture.production(apns.port()).start();
      SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") >= 1);

      String silence = "no answer from DNS about localhost within";
      // Its own wait and the connection's budget end together; both name the step and the host.
      assertThat(fixture.logged())
          .anySatisfy(line -> assertThat(line).contains("is being replaced", "DNS, localhost: "));
      SenderFixture.eventually(() -> fixture.unproven().toString().contains(silence));
      assertThat(fixture.check().getLast().found()).contains(silence);

      answer.countDown();
      assertThat(fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN))).outcome())
          .isEqualTo(new Accepted());
    }
  }

  @Test
  void tlsThatIsSlowerThanAConnectionMayBeIsTooSlowForAll() throws Exception {
    try (var fixture =
            SenderFixture.in(folder).connections(1).connectTimeout(Duration.ofSeconds(1));
        var apns = server(fixture);
        var slow = new SlowServer(apns.port(), Duration.ofSeconds(2))) {
      fixture.production(slow.port()).start();

      SenderFixture.eventually(
          () ->
              fixture.logged().stream()
                  .anyMatch(line -> line.contains("TLS, localhost 127.0.0.1")));
      assertThat(fixture.check().getLast())
          .returns(Severity.FAILED, Finding::severity)
          .satisfies(finding -> assertThat(finding.found()).contains("does not answer TLS"));
    }
  }

  @Test
  void tlsThatIsSlowIsFastEnoughForAllWhereAConnectionMayTakeThatLong() throws Exception {
    try (var fixture =
            SenderFixture.in(folder)
                .connections(1)
                .connectTimeout(Duration.ofSeconds(30))
                .canary(Canary.DECIDES_READY);
        var apns = server(fixture);
        var slow = new SlowServer(apns.port(), Duration.ofSeconds(6))) {
      fixture.production(slow.port()).start();

      assertAllIsWell(fixture);
    }
  }

  @Test
  void aServerThatGivesNoSettingsIsNamed() throws Exception {
    try (var fixture =
            SenderFixture.in(folder).connections(1).connectTimeout(Duration.ofMillis(700));
        var apns = server(fixture);
        var _ = apns.begin(Fault.noSettings(), Scope.all())) {
      fixture.production(apns.port()).start();

      SenderFixture.eventually(
          () ->
              fixture.logged().stream()
                  .anyMatch(line -> line.contains("HTTP/2 SETTINGS, localhost")));
      assertThat(fixture.check().getLast().found())
          .contains("TLS works, but no HTTP/2 follows", "Nothing was written");
    }
  }

  private static LocalApns server(SenderFixture fixture) {
    LocalApns apns = fixture.server().start();
    apns.answer(NOBODY, Behaviour.rejects(400, "BadDeviceToken"));
    return apns;
  }

  private static List<InetAddress> at(String... literals) {
    return Arrays.stream(literals).map(InetAddress::ofLiteral).toList();
  }

  private static List<InetAddress> after(CountDownLatch answer) {
    try {
      answer.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return at(ALIVE);
  }

  /**
   * A server that passes everything on, but begins to speak on each connection only after a time.
   */
  private static final class SlowServer implements AutoCloseable {

    private final ServerSocket door;
    private final int port;
    private final Duration delay;

    SlowServer(int port, Duration delay) throws IOException {
      this.port = port;
      this.delay = delay;
      door = new ServerSocket(0, 50, InetAddress.ofLiteral(ALIVE));
      Thread.ofVirtual().start(this::serve);
    }

    int port() {
      return door.getLocalPort();
    }

    private void serve() {
      try {
        while (true) {
          Socket client = door.accept();
          Thread.ofVirtual().start(() -> passOn(client));
        }
      } catch (IOException _) {
        // closed
      }
    }

    private void passOn(Socket client) {
      try (client;
          var server = new Socket(InetAddress.ofLiteral(ALIVE), port)) {
        Thread.sleep(delay);
        Thread.ofVirtual().start(() -> copy(client, server));
        copy(server, client);
      } catch (IOException | InterruptedException _) {
        // one of them has left
      }
    }

    private static void copy(Socket from, Socket to) {
      try {
        from.getInputStream().transferTo(to.getOutputStream());
        to.close();
      } catch (IOException _) {
        // one of them has left
      }
    }

    @Override
    public void close() throws IOException {
      door.close();
    }
  }
}
