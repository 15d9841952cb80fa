package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.path.ApnsSettings.Proxy.Kind;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.ConnectionFault;
import dev.ringpost.testing.apns.LocalProxy;
import dev.ringpost.testing.apns.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProxyTest {

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);

  @ParameterizedTest
  @EnumSource(Kind.class)
  void pushesGoThroughTheProxyAndTlsReachesApnsItself(Kind kind) throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(2);
        var apns = fixture.server().start();
        var proxy = local(kind)) {
      fixture.production(apns.port()).proxy(kind, proxy.port()).start();
      assertThat(fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN))).outcome())
          .isEqualTo(new Accepted());
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 2);

      // by name: a proxy resolves it, for the worker may not be able to
      assertThat(proxy.asked()).hasSize(2).containsOnly("localhost:" + apns.port());
    }
  }

  @Test
  void aProxyThatRefusesIsAConnectionThatCannotConnect() throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start();
        var proxy = local(Kind.HTTP).refuses()) {
      fixture.production(apns.port()).proxy(Kind.HTTP, proxy.port()).start();

      SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") >= 2);
      assertThat(apns.connections()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aProxyThatAsksIsToldWhoComes(Kind kind) throws Exception {
    Path password = Files.writeString(folder.resolve("proxy.password"), "s3cret: ~/%\n");
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start();
        var proxy = local(kind).asks("ringpost", "s3cret: ~/%")) {
      fixture.production(apns.port()).proxy(kind, proxy.port(), login(password)).start();

      assertThat(fixture.outcome(Calls.push(invite, Calls.device(Calls.TOKEN))).outcome())
          .isEqualTo(new Accepted());
      assertThat(proxy.asked()).containsOnly("localhost:" + apns.port());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aNewPasswordCountsFromTheNextConnectionOn(Kind kind) throws Exception {
    Path password = Files.writeString(folder.resolve("proxy.password"), "yesterday's s3cret");
    // through the proxy, a lost connection shows only when it is asked
    try (var fixture = SenderFixture.in(folder).connections(1).idlePing(Duration.ofMillis(400));
        var apns = fixture.server().start();
        var proxy = local(kind).asks("ringpost", "today's s3cret")) {
      fixture.production(apns.port()).proxy(kind, proxy.port(), login(password)).start();
      SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") >= 1);
      assertThat(proxy.asked()).isEmpty();

      Files.writeString(password, "today's s3cret");
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
      // gone for a moment, as while a mounted secret is exchanged: the last one counts
      Files.delete(password);
      apns.inject(ConnectionFault.tcpReset(), Scope.all());
      SenderFixture.eventually(() -> proxy.asked().size() >= 2);
      SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void withoutALoginAProxyThatAsksLetsNobodyThrough(Kind kind) throws Exception {
    try (var fixture = SenderFixture.in(folder).connections(1);
        var apns = fixture.server().start();
        var proxy = local(kind).asks("ringpost", "s3cret")) {
      fixture.production(apns.port()).proxy(kind, proxy.port()).start();

      SenderFixture.eventually(() -> fixture.connectionsReplaced("connect_failed") >= 1);
      assertThat(proxy.asked()).isEmpty();
      assertThat(apns.connections()).isEmpty();
    }
  }

  private static Optional<ProxyCredentials> login(Path password) {
    return Optional.of(new ProxyCredentials("ringpost", password));
  }

  private static LocalProxy local(Kind kind) {
    return LocalProxy.start(LocalProxy.Kind.valueOf(kind.name()));
  }
}
