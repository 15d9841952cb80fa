package dev.ringpost.apns.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.SenderFixture;
import dev.ringpost.apns.credentials.CredentialSettings.KeyId;
import dev.ringpost.apns.path.ApnsSettings.Canary;
import dev.ringpost.apns.path.CredentialTrial;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.MountedKey;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.SigningKey;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The proof of a key for each of its apps, for it may be limited to topics. */
@Timeout(90)
class CredentialPerAppTest {

  private static final String NEW_ID = "NEW123DEFG";
  private static final BundleId PHONE = Calls.PHONE;
  private static final BundleId DESK = new BundleId("com.example.desk");
  private static final VoipToken NOBODY = VoipToken.parse(CredentialTrial.NOBODY);

  @TempDir Path folder;

  /** Key ids and topics that do not go together, as {@code KEY/app}. */
  private final Set<String> disallowed = ConcurrentHashMap.newKeySet();

  @Test
  void eachAppHasItsOwnCanary() {
    disallowed.add(SenderFixture.KEY_ID + "/" + DESK);
    try (var fixture = SenderFixture.in(folder).canary(Canary.DECIDES_READY);
        var apns = server(fixture)) {
      fixture.app(EnumSet.of(Environment.PRODUCTION), PHONE, DESK).production(apns.port()).start();

      SenderFixture.eventually(() -> apns.pushes(NOBODY).size() == 2);
      SenderFixture.eventually(() -> canary(fixture, PHONE) == 1 && canary(fixture, DESK) == 0);
      assertThat(fixture.unproven())
          .singleElement()
          .asString()
          .contains("com.example.desk in production", "400 TopicDisallowed");
    }
  }

  @Test
  void aNewKeyThatIsOfNoUseForOneOfTheAppsIsNotMovedTo() throws Exception {
    disallowed.add(NEW_ID + "/" + DESK);
    var mount = new MountedKey(folder);
    try (var fixture = SenderFixture.in(folder).connections(1)) {
      SigningKey next = fixture.local.signingKey(NEW_ID, SenderFixture.TEAM_ID);
      mount.put(fixture.key);
      try (var apns = server(fixture, next)) {
        open(fixture, mount, apns);

        mount.put(next);
        fixture.lookAtCredentials();

        assertThat(fixture.reloads("refused")).isEqualTo(1);
        assertThat(fixture.reloads("moved")).isZero();
        assertThat(triedWith(apns, NEW_ID)).containsExactlyInAnyOrder(PHONE, DESK);
        assertThat(fixture.logged())
            .anySatisfy(
                line ->
                    assertThat(line)
                        .contains(
                            "APNs refuses the new credential",
                            "com.example.desk: APNs answered 400 TopicDisallowed"));
      }
    }
  }

  @Test
  void anAppThatTheKeyInUseDoesNotServeEitherHoldsNothingUp() throws Exception {
    disallowed.add(SenderFixture.KEY_ID + "/" + DESK);
    disallowed.add(NEW_ID + "/" + DESK);
    var mount = new MountedKey(folder);
    try (var fixture = SenderFixture.in(folder).connections(1)) {
      SigningKey next = fixture.local.signingKey(NEW_ID, SenderFixture.TEAM_ID);
      mount.put(fixture.key);
      try (var apns = server(fixture, next)) {
        open(fixture, mount, apns);

        mount.put(next);
        fixture.lookAtCredentials();

        assertThat(fixture.reloads("moved")).isEqualTo(1);
      }
    }
  }

  private LocalApns server(SenderFixture fixture, SigningKey... more) {
    LocalApns.Builder builder = fixture.server().topic(DESK.voipTopic());
    for (SigningKey key : more) {
      builder.key(key);
    }
    LocalApns apns = builder.start();
    apns.answer(NOBODY, Behaviour.rejects(400, "BadDeviceToken"));
    apns.answerBy(
        push ->
            disallowed.contains(push.keyId() + "/" + app(push))
                ? Behaviour.rejects(400, "TopicDisallowed")
                : push.behaviour());
    return apns;
  }

  private static BundleId app(ReceivedPush push) {
    return new BundleId(push.header("apns-topic").replaceFirst("\\.voip$", ""));
  }

  private static void open(SenderFixture fixture, MountedKey mount, LocalApns apns) {
    fixture
        .app(
            EnumSet.of(Environment.PRODUCTION),
            new CredentialSettings.SigningKey(
                mount.keyFile(), new KeyId.InFile(mount.keyIdFile()), SenderFixture.TEAM_ID),
            PHONE,
            DESK)
        .production(apns.port())
        .start();
    SenderFixture.eventually(() -> fixture.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN) == 1);
  }

  private static Set<BundleId> triedWith(LocalApns apns, String keyId) {
    Set<BundleId> apps = new HashSet<>();
    for (ReceivedPush push : apns.pushes(NOBODY)) {
      if (push.keyId().equals(keyId)) {
        apps.add(app(push));
      }
    }
    return apps;
  }

  private static double canary(SenderFixture fixture, BundleId app) {
    return fixture
        .registry
        .get(ApnsMeterName.APNS_CANARY.meter())
        .tag("app", app.value())
        .gauge()
        .value();
  }
}
