package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.ApnsSettings.Proxy.Kind;
import dev.ringpost.call.CallInvite;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.telemetry.MeterName;
import java.nio.file.Path;
import java.time.Instant;
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
    try (var rig = Rig.in(folder).lanes(2);
        var apns = rig.server().start();
        var proxy = LocalProxy.start(kind)) {
      rig.production(apns.port()).proxy(kind, proxy.port()).start();
      assertThat(rig.outcome(Calls.ring(invite, Calls.device(Calls.TOKEN))).outcome())
          .isEqualTo(new Accepted());
      Rig.eventually(() -> rig.gauge(MeterName.APNS_LANES_OPEN) == 2);

      // by name: a proxy resolves it, for the worker may not be able to
      assertThat(proxy.asked()).hasSize(2).containsOnly("localhost:" + apns.port());
    }
  }

  @Test
  void aProxyThatRefusesIsALaneThatCannotConnect() throws Exception {
    try (var rig = Rig.in(folder).lanes(1);
        var apns = rig.server().start();
        var proxy = LocalProxy.refusing()) {
      rig.production(apns.port()).proxy(Kind.HTTP, proxy.port()).start();

      Rig.eventually(() -> rig.lanesReplaced("connect_failed") >= 2);
      assertThat(apns.connections()).isEmpty();
    }
  }
}
