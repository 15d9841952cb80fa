package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.credentials.CredentialSettings.KeyId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Blow;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.MountedKey;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.Scope;
import dev.ringpost.testing.apns.SigningKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials are exchanged on disk while calls ring. */
class CredentialReloadTest {

  private static final String NEW_ID = "NEW123DEFG";

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);
  private final PushRequest request = Calls.push(invite, Calls.device(Calls.TOKEN));

  @Test
  void aNewKeyTakesOverUnderLoadWithoutAFailedPush() throws Exception {
    var mount = new MountedKey(folder);
    try (var rig = Rig.in(folder).connections(3).lookEvery(Duration.ofMillis(50))) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key);
      try (var apns = rig.server().key(next).start()) {
        apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(20)));
        open(rig, mount, apns, 3);

        try (var load = new ConstantRinging(rig, invite)) {
          Rig.eventually(() -> load.done() > 500);
          mount.put(next);
          Rig.eventually(() -> rig.reloads("moved") == 1);
          Rig.eventually(() -> keyIds(lastOf(apns, 100)).equals(List.of(NEW_ID)));
          int before = load.done();
          Rig.eventually(() -> load.done() > before + 500);
          load.stop();

          assertThat(load.failures()).isEmpty();
        }
        assertThat(rig.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        assertThat(
                rig.connectionsReplaced("connect_failed")
                    + rig.connectionsReplaced("connection_lost"))
            .isZero();
        Rig.eventually(() -> apns.open() == 3);
        // three connections before, one trial, three connections after
        assertThat(apns.connections()).hasSize(7);
        assertThat(apns.connections()).allMatch(connection -> connection.refusedStreams() == 0);
      }
    }
  }

  @Test
  void aKeyThatApnsRefusesChangesNothingAndIsAskedAboutSeldom() throws Exception {
    var mount = new MountedKey(folder);
    var clock = new SettableClock(Instant.now());
    try (var rig = Rig.in(folder).connections(1).clock(clock)) {
      SigningKey stranger = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key);
      try (var apns = rig.server().start()) {
        rig.app(EnumSet.of(Environment.PRODUCTION), settings(mount), Calls.PHONE);
        rig.production(apns.port()).start();
        assertThat(rig.outcome(request).outcome()).isEqualTo(new Accepted());

        mount.put(stranger);
        rig.lookAtCredentials();
        rig.lookAtCredentials();

        assertThat(rig.reloads("refused")).isEqualTo(1);
        assertThat(rig.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);
        assertThat(apns.answeredWith(403)).isEqualTo(1);
        assertThat(rig.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(apns.connections()).hasSize(2);

        clock.advance(RouteCredential.ASK_AGAIN_AFTER);
        rig.lookAtCredentials();
        assertThat(apns.answeredWith(403)).isEqualTo(2);
        assertThat(rig.reloads("refused")).isEqualTo(1);

        mount.put(rig.key);
        rig.lookAtCredentials();

        assertThat(rig.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        assertThat(rig.reloads("moved")).isZero();
        assertThat(apns.connections()).hasSize(3);
      }
    }
  }

  @Test
  void filesThatHoldNoCredentialAreRefusedWithoutAskingApns() throws Exception {
    var mount = new MountedKey(folder);
    try (var rig = Rig.in(folder).connections(1)) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key);
      try (var apns = rig.server().key(next).start()) {
        open(rig, mount, apns, 1);

        mount.put("not a key", NEW_ID);
        rig.lookAtCredentials();
        rig.lookAtCredentials();

        assertThat(rig.reloads("refused")).isEqualTo(1);
        assertThat(apns.accepted()).isEqualTo(1);
        assertThat(rig.outcome(request).outcome()).isEqualTo(new Accepted());

        mount.put(next);
        rig.lookAtCredentials();

        assertThat(rig.reloads("moved")).isEqualTo(1);
        assertThat(rig.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        Rig.eventually(() -> apns.connections().size() == 3 && apns.open() == 1);
        assertThat(rig.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  @Test
  void aCredentialThatCannotBeTriedWaitsUntilItCan() throws Exception {
    var mount = new MountedKey(folder);
    int port = FreePort.find();
    var clock = new SettableClock(Instant.now());
    try (var rig = Rig.in(folder).connections(1).clock(clock).production(port)) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key);
      rig.app(EnumSet.of(Environment.PRODUCTION), settings(mount), Calls.PHONE).start();

      mount.put(next);
      rig.lookAtCredentials();
      rig.lookAtCredentials();
      assertThat(rig.reloads("untried")).isEqualTo(1);
      assertThat(rig.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);

      try (var apns = rig.server().key(next).port(port).start()) {
        clock.advance(RouteCredential.TRY_AGAIN_AFTER);
        rig.lookAtCredentials();

        assertThat(rig.reloads("moved")).isEqualTo(1);
        Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
        Rig.eventually(() -> apns.open() == 1);
        assertThat(rig.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  @Test
  void theOldConnectionServesUntilTheNewOneIsUp() throws Exception {
    var mount = new MountedKey(folder);
    try (var rig = Rig.in(folder).connections(1).connectTimeout(Duration.ofSeconds(2))) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key);
      try (var apns = rig.server().key(next).start()) {
        open(rig, mount, apns, 1);

        // the connection has the first connection, the trial the second
        var _ = apns.begin(Fault.noSettings(), Scope.connection(3));
        mount.put(next);
        rig.lookAtCredentials();
        assertThat(rig.reloads("moved")).isEqualTo(1);
        Rig.eventually(() -> apns.accepted() == 3);
        assertThat(rig.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(Rig.KEY_ID);

        Rig.eventually(() -> apns.accepted() == 4 && apns.open() == 1);
        assertThat(rig.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN)).isEqualTo(1);
        assertThat(rig.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  @Test
  void connectionsThatBreakDuringTheTakeOverLeaveNothingBehind() throws Exception {
    var mount = new MountedKey(folder);
    try (var rig = Rig.in(folder).connections(3)) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key);
      try (var apns = rig.server().key(next).start()) {
        apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(20)));
        open(rig, mount, apns, 3);

        try (var load = new ConstantRinging(rig, invite)) {
          mount.put(next);
          rig.lookAtCredentials();
          for (int blows = 1; blows <= 3; blows++) {
            int connections = apns.connections().size();
            apns.strike(Blow.goAway("Shutdown"), Scope.all());
            Rig.eventually(() -> apns.connections().size() > connections);
          }
          Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 3);
          int before = load.done();
          Rig.eventually(() -> load.done() > before + 500);
        }
        Rig.eventually(() -> apns.open() == 3);
        assertThat(keyIds(lastOf(apns, 300))).containsExactly(NEW_ID);
        Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
      }
    }
  }

  @Test
  void aContentThatOnlyOneLookHasSeenIsLeftAlone() throws Exception {
    var mount = new MountedKey(folder);
    try (var rig = Rig.in(folder).connections(1)) {
      mount.put(rig.key);
      try (var apns = rig.server().start()) {
        rig.app(EnumSet.of(Environment.PRODUCTION), settings(mount), Calls.PHONE);
        rig.production(apns.port()).start();
        mount.put("half a ke", Rig.KEY_ID);
        rig.lookOnceAtCredentials();

        assertThat(rig.reloads("refused")).isZero();
        assertThat(rig.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);
      }
    }
  }

  private static List<ReceivedPush> lastOf(LocalApns apns, int count) {
    List<ReceivedPush> pushes = apns.pushes();
    return pushes.subList(Math.max(0, pushes.size() - count), pushes.size());
  }

  private static List<String> keyIds(List<ReceivedPush> pushes) {
    return pushes.stream().map(ReceivedPush::keyId).distinct().toList();
  }

  private static CredentialSettings settings(MountedKey mount) {
    return new CredentialSettings.SigningKey(
        mount.keyFile(), new KeyId.InFile(mount.keyIdFile()), Rig.TEAM_ID);
  }

  /** Until all connections are open with the credential that is mounted. */
  private static void open(Rig rig, MountedKey mount, LocalApns apns, int connections) {
    rig.app(EnumSet.of(Environment.PRODUCTION), settings(mount), Calls.PHONE);
    rig.production(apns.port()).start();
    Rig.eventually(() -> rig.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == connections);
  }
}
