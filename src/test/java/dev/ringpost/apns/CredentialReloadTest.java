package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.credentials.CredentialSettings.KeyId;
import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ConnectionFault;
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
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The exchange of credentials on disk while calls ring. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = LogWatch.LEVELS, mode = ResourceAccessMode.READ)
class CredentialReloadTest {

  private static final String NEW_ID = "NEW123DEFG";

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);
  private final PushRequest request = Calls.push(invite, Calls.device(Calls.TOKEN));

  @Test
  void aNewKeyTakesOverUnderLoadWithoutAFailedPush() throws Exception {
    var mount = new MountedKey(folder);
    try (var fixture = SenderFixture.in(folder).connections(3).lookEvery(Duration.ofMillis(50))) {
      SigningKey next = fixture.local.signingKey(NEW_ID, SenderFixture.TEAM_ID);
      mount.put(fixture.key);
      try (var apns = fixture.server().key(next).start()) {
        apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(20)));
        open(fixture, mount, apns, 3);

        try (var load = new SteadyPushes(fixture, invite)) {
          SenderFixture.eventually(() -> load.done() > 500);
          mount.put(next);
          SenderFixture.eventually(() -> fixture.reloads("moved") == 1);
          SenderFixture.eventually(() -> keyIds(lastOf(apns, 100)).equals(List.of(NEW_ID)));
          int before = load.done();
          SenderFixture.eventually(() -> load.done() > before + 500);
          load.stop();

          assertThat(load.failures()).isEmpty();
        }
        assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        assertThat(
                fixture.connectionsReplaced("connect_failed")
                    + fixture.connectionsReplaced("connection_lost"))
            .isZero();
        SenderFixture.eventually(() -> apns.open() == 3);
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
    try (var fixture = SenderFixture.in(folder).connections(1).clock(clock)) {
      SigningKey stranger = fixture.local.signingKey(NEW_ID, SenderFixture.TEAM_ID);
      mount.put(fixture.key);
      try (var apns = fixture.server().start()) {
        fixture.app(EnumSet.of(Environment.PRODUCTION), settings(mount), Calls.PHONE);
        fixture.production(apns.port()).start();
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());

        mount.put(stranger);
        fixture.lookAtCredentials();
        fixture.lookAtCredentials();

        assertThat(fixture.reloads("refused")).isEqualTo(1);
        assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);
        assertThat(apns.answeredWith(403)).isEqualTo(1);
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(apns.connections()).hasSize(2);

        clock.advance(RouteCredential.ASK_AGAIN_AFTER);
        fixture.lookAtCredentials();
        assertThat(apns.answeredWith(403)).isEqualTo(2);
        assertThat(fixture.reloads("refused")).isEqualTo(1);

        mount.put(fixture.key);
        fixture.lookAtCredentials();

        assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        assertThat(fixture.reloads("moved")).isZero();
        assertThat(apns.connections()).hasSize(3);
      }
    }
  }

  @Test
  void filesThatHoldNoCredentialAreRefusedOnceWithoutAskingApns() throws Exception {
    var mount = new MountedKey(folder);
    try (LogWatch log = LogWatch.open();
        var fixture = SenderFixture.in(folder).connections(1)) {
      SigningKey next = fixture.local.signingKey(NEW_ID, SenderFixture.TEAM_ID);
      mount.put(fixture.key);
      try (var apns = fixture.server().key(next).start()) {
        open(fixture, mount, apns, 1);

        mount.put("not a key", NEW_ID);
        fixture.lookAtCredentials();
        fixture.lookAtCredentials();

        assertThat(fixture.reloads("refused")).isEqualTo(1);
        assertThat(log.lines()).filteredOn(line -> line.contains("is not valid")).hasSize(1);
        assertThat(apns.accepted()).isEqualTo(1);
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());

        mount.put(next);
        fixture.lookAtCredentials();

        assertThat(fixture.reloads("moved")).isEqualTo(1);
        assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        SenderFixture.eventually(() -> apns.connections().size() == 3 && apns.open() == 1);
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  /** A worker may wait for Kafka between the reading of its files and its first push. */
  @Test
  void aKeyThatIsExchangedBetweenReadingAndStartIsNotMissed() throws Exception {
    var mount = new MountedKey(folder);
    try (var fixture = SenderFixture.in(folder).connections(1).lookEvery(Duration.ofHours(1))) {
      SigningKey next = fixture.local.signingKey(NEW_ID, SenderFixture.TEAM_ID);
      mount.put(fixture.key);
      try (var apns = fixture.server().key(next).start()) {
        fixture.app(EnumSet.of(Environment.PRODUCTION), settings(mount), Calls.PHONE);
        Credentials read = fixture.production(apns.port()).readCredentials();
        mount.put(next);
        fixture.start(read);
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(SenderFixture.KEY_ID);

        fixture.lookOnceAtCredentials();
        assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);
        fixture.lookOnceAtCredentials();

        assertThat(fixture.reloads("moved")).isEqualTo(1);
        assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        SenderFixture.eventually(() -> apns.connections().size() == 3 && apns.open() == 1);
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  @Test
  void aCredentialThatCannotBeTriedWaitsUntilItCan() throws Exception {
    var mount = new MountedKey(folder);
    int port = FreePort.find();
    var clock = new SettableClock(Instant.now());
    try (var fixture = SenderFixture.in(folder).connections(1).clock(clock).production(port)) {
      SigningKey next = fixture.local.signingKey(NEW_ID, SenderFixture.TEAM_ID);
      mount.put(fixture.key);
      fixture.app(EnumSet.of(Environment.PRODUCTION), settings(mount), Calls.PHONE).start();

      mount.put(next);
      fixture.lookAtCredentials();
      fixture.lookAtCredentials();
      assertThat(fixture.reloads("untried")).isEqualTo(1);
      assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);

      try (var apns = fixture.server().key(next).port(port).start()) {
        clock.advance(RouteCredential.TRY_AGAIN_AFTER);
        fixture.lookAtCredentials();

        assertThat(fixture.reloads("moved")).isEqualTo(1);
        SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
        SenderFixture.eventually(() -> apns.open() == 1);
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  @Test
  void theOldConnectionServesUntilTheNewOneIsUp() throws Exception {
    var mount = new MountedKey(folder);
    try (var fixture =
        SenderFixture.in(folder).connections(1).connectTimeout(Duration.ofSeconds(2))) {
      SigningKey next = fixture.local.signingKey(NEW_ID, SenderFixture.TEAM_ID);
      mount.put(fixture.key);
      try (var apns = fixture.server().key(next).start()) {
        open(fixture, mount, apns, 1);

        // the connection has the first connection, the trial the second
        var _ = apns.begin(Fault.noSettings(), Scope.connection(3));
        mount.put(next);
        fixture.lookAtCredentials();
        assertThat(fixture.reloads("moved")).isEqualTo(1);
        SenderFixture.eventually(() -> apns.accepted() == 3);
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(SenderFixture.KEY_ID);

        SenderFixture.eventually(() -> apns.accepted() == 4 && apns.open() == 1);
        assertThat(fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN)).isEqualTo(1);
        assertThat(fixture.outcome(request).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  @Test
  void connectionsThatBreakDuringTheTakeOverLeaveNothingBehind() throws Exception {
    var mount = new MountedKey(folder);
    try (var fixture = SenderFixture.in(folder).connections(3)) {
      SigningKey next = fixture.local.signingKey(NEW_ID, SenderFixture.TEAM_ID);
      mount.put(fixture.key);
      try (var apns = fixture.server().key(next).start()) {
        apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(20)));
        open(fixture, mount, apns, 3);

        try (var load = new SteadyPushes(fixture, invite)) {
          mount.put(next);
          fixture.lookAtCredentials();
          for (int failures = 1; failures <= 3; failures++) {
            int connections = apns.connections().size();
            apns.inject(ConnectionFault.goAway("Shutdown"), Scope.all());
            SenderFixture.eventually(() -> apns.connections().size() > connections);
          }
          SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 3);
          int before = load.done();
          SenderFixture.eventually(() -> load.done() > before + 500);
        }
        SenderFixture.eventually(() -> apns.open() == 3);
        assertThat(keyIds(lastOf(apns, 300))).containsExactly(NEW_ID);
        SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_IN_FLIGHT) == 0);
      }
    }
  }

  @Test
  void aContentThatOnlyOneLookHasSeenIsLeftAlone() throws Exception {
    var mount = new MountedKey(folder);
    try (var fixture = SenderFixture.in(folder).connections(1)) {
      mount.put(fixture.key);
      try (var apns = fixture.server().start()) {
        fixture.app(EnumSet.of(Environment.PRODUCTION), settings(mount), Calls.PHONE);
        fixture.production(apns.port()).start();
        mount.put("half a ke", SenderFixture.KEY_ID);
        fixture.lookOnceAtCredentials();

        assertThat(fixture.reloads("refused")).isZero();
        assertThat(fixture.gauge(ApnsMeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);
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
        mount.keyFile(), new KeyId.InFile(mount.keyIdFile()), SenderFixture.TEAM_ID);
  }

  /** Until all connections are open with the credential that is mounted. */
  private static void open(
      SenderFixture fixture, MountedKey mount, LocalApns apns, int connections) {
    fixture.app(EnumSet.of(Environment.PRODUCTION), settings(mount), Calls.PHONE);
    fixture.production(apns.port()).start();
    SenderFixture.eventually(
        () -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == connections);
  }
}
