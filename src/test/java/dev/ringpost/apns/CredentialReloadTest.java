package dev.ringpost.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.apns.CredentialSettings.KeyId;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.Ring;
import dev.ringpost.telemetry.MeterName;
import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.Blow;
import dev.ringpost.testing.apns.Fault;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.apns.Scope;
import dev.ringpost.testing.apns.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Credentials are exchanged on disk while calls ring. */
class CredentialReloadTest {

  private static final String NEW_ID = "NEW123DEFG";
  private static final int RINGING_AT_ONCE = 40;

  @TempDir Path folder;

  private final CallInvite invite = Calls.invite(Instant.now(), Calls.LONG);
  private final Ring ring = Calls.ring(invite, Calls.device(Calls.TOKEN));

  /** A secret as Kubernetes mounts it: files that are links into a folder that is a link. */
  private final class Mount {

    private int versions;

    private void put(SigningKey key, String keyId) throws Exception {
      put(Files.readString(key.file()), keyId);
    }

    private void put(String key, String keyId) throws Exception {
      Path version = Files.createDirectories(folder.resolve("mount/..version-" + ++versions));
      Files.writeString(version.resolve("key.p8"), key, US_ASCII);
      Files.writeString(version.resolve("key-id"), keyId + "\n", US_ASCII);
      Path link = folder.resolve("mount/..data_tmp");
      Files.createSymbolicLink(link, version.getFileName());
      Files.move(
          link,
          folder.resolve("mount/..data"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      for (String name : List.of("key.p8", "key-id")) {
        Path file = folder.resolve("mount").resolve(name);
        if (Files.notExists(file)) {
          Files.createSymbolicLink(file, Path.of("..data", name));
        }
      }
    }

    private CredentialSettings settings() {
      return new CredentialSettings.SigningKey(
          folder.resolve("mount/key.p8"),
          new KeyId.InFile(folder.resolve("mount/key-id")),
          Rig.TEAM_ID);
    }
  }

  @Test
  void aNewKeyTakesOverUnderLoadWithoutAFailedPush() throws Exception {
    var mount = new Mount();
    try (var rig = Rig.in(folder).lanes(3).lookEvery(Duration.ofMillis(50))) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key, Rig.KEY_ID);
      try (var apns = rig.server().key(next).start()) {
        apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(20)));
        rig.app(EnumSet.of(Environment.PRODUCTION), mount.settings(), Calls.PHONE);
        rig.production(apns.port()).start();
        Rig.eventually(() -> rig.gauge(MeterName.APNS_LANES_OPEN) == 3);

        try (var load = new Load(rig, invite)) {
          Rig.eventually(() -> load.done() > 500);
          mount.put(next, NEW_ID);
          Rig.eventually(() -> rig.reloads("moved") == 1);
          Rig.eventually(() -> keyIds(lastOf(apns, 100)).equals(List.of(NEW_ID)));
          int before = load.done();
          Rig.eventually(() -> load.done() > before + 500);
          load.stop();

          assertThat(load.failures()).isEmpty();
        }
        assertThat(rig.gauge(MeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        assertThat(rig.lanesReplaced("connect_failed") + rig.lanesReplaced("connection_lost"))
            .isZero();
        Rig.eventually(() -> apns.open() == 3);
        // three lanes before, one trial, three lanes after
        assertThat(apns.connections()).hasSize(7);
        assertThat(apns.connections()).allMatch(connection -> connection.refusedStreams() == 0);
      }
    }
  }

  @Test
  void aKeyThatApnsRefusesChangesNothingAndIsAskedAboutSeldom() throws Exception {
    var mount = new Mount();
    var clock = new SettableClock(Instant.now());
    try (var rig = Rig.in(folder).lanes(1).clock(clock)) {
      SigningKey stranger = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key, Rig.KEY_ID);
      try (var apns = rig.server().start()) {
        rig.app(EnumSet.of(Environment.PRODUCTION), mount.settings(), Calls.PHONE);
        rig.production(apns.port()).start();
        assertThat(rig.outcome(ring).outcome()).isEqualTo(new Accepted());

        mount.put(stranger, NEW_ID);
        rig.lookAtCredentials();
        rig.lookAtCredentials();

        assertThat(rig.reloads("refused")).isEqualTo(1);
        assertThat(rig.gauge(MeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);
        assertThat(apns.answeredWith(403)).isEqualTo(1);
        assertThat(rig.outcome(ring).outcome()).isEqualTo(new Accepted());
        assertThat(apns.connections()).hasSize(2);

        clock.advance(CredentialSeat.ASK_AGAIN_AFTER);
        rig.lookAtCredentials();
        assertThat(apns.answeredWith(403)).isEqualTo(2);
        assertThat(rig.reloads("refused")).isEqualTo(1);

        mount.put(rig.key, Rig.KEY_ID);
        rig.lookAtCredentials();

        assertThat(rig.gauge(MeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        assertThat(rig.reloads("moved")).isZero();
        assertThat(apns.connections()).hasSize(3);
      }
    }
  }

  @Test
  void filesThatHoldNoCredentialAreRefusedWithoutAskingApns() throws Exception {
    var mount = new Mount();
    try (var rig = Rig.in(folder).lanes(1)) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key, Rig.KEY_ID);
      try (var apns = rig.server().key(next).start()) {
        rig.app(EnumSet.of(Environment.PRODUCTION), mount.settings(), Calls.PHONE);
        rig.production(apns.port()).start();
        Rig.eventually(() -> rig.gauge(MeterName.APNS_LANES_OPEN) == 1);

        mount.put("not a key", NEW_ID);
        rig.lookAtCredentials();
        rig.lookAtCredentials();

        assertThat(rig.reloads("refused")).isEqualTo(1);
        assertThat(apns.accepted()).isEqualTo(1);
        assertThat(rig.outcome(ring).outcome()).isEqualTo(new Accepted());

        mount.put(next, NEW_ID);
        rig.lookAtCredentials();

        assertThat(rig.reloads("moved")).isEqualTo(1);
        assertThat(rig.gauge(MeterName.APNS_CREDENTIAL_OUTDATED)).isZero();
        Rig.eventually(() -> apns.connections().size() == 3 && apns.open() == 1);
        assertThat(rig.outcome(ring).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  @Test
  void aCredentialThatCannotBeTriedWaitsUntilItCan() throws Exception {
    var mount = new Mount();
    int port = FreePort.find();
    var clock = new SettableClock(Instant.now());
    try (var rig = Rig.in(folder).lanes(1).clock(clock).production(port)) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key, Rig.KEY_ID);
      rig.app(EnumSet.of(Environment.PRODUCTION), mount.settings(), Calls.PHONE).start();

      mount.put(next, NEW_ID);
      rig.lookAtCredentials();
      rig.lookAtCredentials();
      assertThat(rig.reloads("untried")).isEqualTo(1);
      assertThat(rig.gauge(MeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);

      try (var apns = rig.server().key(next).port(port).start()) {
        clock.advance(CredentialSeat.TRY_AGAIN_AFTER);
        rig.lookAtCredentials();

        assertThat(rig.reloads("moved")).isEqualTo(1);
        Rig.eventually(() -> rig.gauge(MeterName.APNS_LANES_OPEN) == 1);
        Rig.eventually(() -> apns.open() == 1);
        assertThat(rig.outcome(ring).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  @Test
  void theOldConnectionServesUntilTheNewOneIsUp() throws Exception {
    var mount = new Mount();
    try (var rig = Rig.in(folder).lanes(1).connectTimeout(Duration.ofSeconds(2))) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key, Rig.KEY_ID);
      try (var apns = rig.server().key(next).start()) {
        rig.app(EnumSet.of(Environment.PRODUCTION), mount.settings(), Calls.PHONE);
        rig.production(apns.port()).start();
        Rig.eventually(() -> rig.gauge(MeterName.APNS_LANES_OPEN) == 1);

        // the lane has the first connection, the trial the second
        var _ = apns.begin(Fault.noSettings(), Scope.connection(3));
        mount.put(next, NEW_ID);
        rig.lookAtCredentials();
        assertThat(rig.reloads("moved")).isEqualTo(1);
        Rig.eventually(() -> apns.accepted() == 3);
        assertThat(rig.outcome(ring).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(Rig.KEY_ID);

        Rig.eventually(() -> apns.accepted() == 4 && apns.open() == 1);
        assertThat(rig.gauge(MeterName.APNS_LANES_OPEN)).isEqualTo(1);
        assertThat(rig.outcome(ring).outcome()).isEqualTo(new Accepted());
        assertThat(keyIds(lastOf(apns, 1))).containsExactly(NEW_ID);
      }
    }
  }

  @Test
  void connectionsThatBreakDuringTheTakeOverLeaveNothingBehind() throws Exception {
    var mount = new Mount();
    try (var rig = Rig.in(folder).lanes(3)) {
      SigningKey next = rig.local.signingKey(NEW_ID, Rig.TEAM_ID);
      mount.put(rig.key, Rig.KEY_ID);
      try (var apns = rig.server().key(next).start()) {
        apns.answerAll(Behaviour.accepts().after(Duration.ofMillis(20)));
        rig.app(EnumSet.of(Environment.PRODUCTION), mount.settings(), Calls.PHONE);
        rig.production(apns.port()).start();
        Rig.eventually(() -> rig.gauge(MeterName.APNS_LANES_OPEN) == 3);

        try (var load = new Load(rig, invite)) {
          mount.put(next, NEW_ID);
          rig.lookAtCredentials();
          for (int blows = 1; blows <= 3; blows++) {
            int connections = apns.connections().size();
            apns.strike(Blow.goAway("Shutdown"), Scope.all());
            Rig.eventually(() -> apns.connections().size() > connections);
          }
          Rig.eventually(() -> rig.gauge(MeterName.APNS_LANES_OPEN) == 3);
          int before = load.done();
          Rig.eventually(() -> load.done() > before + 500);
        }
        Rig.eventually(() -> apns.open() == 3);
        assertThat(keyIds(lastOf(apns, 300))).containsExactly(NEW_ID);
        Rig.eventually(() -> rig.gauge(MeterName.APNS_IN_FLIGHT) == 0);
      }
    }
  }

  @Test
  void aCertificateIsExchangedAndTellsWhenItExpires() throws Exception {
    BundleId desk = new BundleId("com.example.desk");
    try (var rig = Rig.in(folder).lanes(1)) {
      var first = rig.local.clientCertificate(desk.value(), "one");
      var second = rig.local.clientCertificate(desk.value(), "two");
      try (var apns = LocalApns.builder(rig.local).topic(desk.voipTopic()).start()) {
        rig.app(first, desk).production(apns.port()).start();
        Rig.eventually(() -> rig.gauge(MeterName.APNS_LANES_OPEN) == 1);
        assertThat(rig.gauge(MeterName.APNS_CREDENTIAL_EXPIRES)).isBetween(363.0, 366.0);

        Files.copy(second.file(), first.file(), StandardCopyOption.REPLACE_EXISTING);
        rig.lookAtCredentials();
        assertThat(rig.reloads("refused")).as("the passphrase is still the old one").isEqualTo(1);

        Files.copy(
            second.passphraseFile(), first.passphraseFile(), StandardCopyOption.REPLACE_EXISTING);
        rig.lookAtCredentials();
        assertThat(rig.reloads("moved")).isEqualTo(1);
        Rig.eventually(() -> apns.connections().size() == 3 && apns.open() == 1);
      }
    }
  }

  @Test
  void aCertificateNearItsEndIsWarnedOfOnceADay() throws Exception {
    BundleId desk = new BundleId("com.example.desk");
    var clock = new SettableClock(Instant.now().plus(Duration.ofDays(340)));
    Logger logger = (Logger) LoggerFactory.getLogger(CredentialReload.class);
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    logger.addAppender(lines);
    try (var rig = Rig.in(folder).lanes(1).clock(clock).production(FreePort.find())) {
      rig.app(rig.local.clientCertificate(desk.value()), desk).start();
      assertThat(rig.gauge(MeterName.APNS_CREDENTIAL_EXPIRES)).isBetween(23.0, 26.0);
      rig.lookAtCredentials();
      assertThat(lines.list)
          .singleElement()
          .satisfies(line -> assertThat(line.getMessage()).contains("expires soon"));

      clock.advance(Duration.ofDays(1));
      rig.lookAtCredentials();
      assertThat(lines.list).hasSize(2);

      clock.advance(Duration.ofDays(30));
      rig.lookOnceAtCredentials();
      assertThat(lines.list.getLast().getMessage()).contains("has expired");
    } finally {
      logger.detachAppender(lines);
    }
  }

  @Test
  void aCertificateThatApnsDoesNotBelieveIsRefused() throws Exception {
    BundleId desk = new BundleId("com.example.desk");
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    try (var rig = Rig.in(folder).lanes(1)) {
      var good = rig.local.clientCertificate(desk.value());
      var foreign = LocalCredentials.in(elsewhere).clientCertificate(desk.value());
      try (var apns = LocalApns.builder(rig.local).topic(desk.voipTopic()).start()) {
        rig.app(good, desk).production(apns.port()).start();
        Rig.eventually(() -> rig.gauge(MeterName.APNS_LANES_OPEN) == 1);

        Files.copy(foreign.file(), good.file(), StandardCopyOption.REPLACE_EXISTING);
        rig.lookAtCredentials();

        assertThat(rig.reloads("moved")).isZero();
        assertThat(rig.reloads("refused")).isEqualTo(1);
        assertThat(rig.gauge(MeterName.APNS_LANES_OPEN)).isEqualTo(1);
      }
    }
  }

  @Test
  void aContentThatOnlyOneLookHasSeenIsLeftAlone() throws Exception {
    var mount = new Mount();
    try (var rig = Rig.in(folder).lanes(1)) {
      mount.put(rig.key, Rig.KEY_ID);
      try (var apns = rig.server().start()) {
        rig.app(EnumSet.of(Environment.PRODUCTION), mount.settings(), Calls.PHONE);
        rig.production(apns.port()).start();
        mount.put("half a ke", Rig.KEY_ID);
        rig.lookOnceAtCredentials();

        assertThat(rig.reloads("refused")).isZero();
        assertThat(rig.gauge(MeterName.APNS_CREDENTIAL_OUTDATED)).isEqualTo(1);
      }
    }
  }

  private static List<ReceivedPush> lastOf(LocalApns apns, int count) {
    List<ReceivedPush> pushes = apns.pushes();
    return pushes.subList(Math.max(0, pushes.size() - count), pushes.size());
  }

  private static List<String> keyIds(List<ReceivedPush> pushes) {
    return pushes.stream().map(CredentialReloadTest::keyId).distinct().toList();
  }

  private static String keyId(ReceivedPush push) {
    String header = push.header("authorization").substring("bearer ".length()).split("\\.", -1)[0];
    try {
      return new JsonMapper().readTree(Base64.getUrlDecoder().decode(header)).get("kid").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Rings without a pause, some at once, until it is stopped. */
  private static final class Load implements AutoCloseable {

    private final Semaphore places = new Semaphore(RINGING_AT_ONCE);
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicInteger done = new AtomicInteger();
    private final Queue<PushOutcome> failures = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    private Load(Rig rig, CallInvite invite) {
      thread = Thread.ofPlatform().start(() -> run(rig, invite));
    }

    private void run(Rig rig, CallInvite invite) {
      for (int i = 0; running.get(); i++) {
        places.acquireUninterruptibly();
        var _ =
            rig.ring(Calls.ring(invite, Calls.device(Calls.token(i))))
                .thenAccept(
                    report -> {
                      if (!(report.outcome() instanceof Accepted)) {
                        failures.add(report.outcome());
                      }
                      done.incrementAndGet();
                      places.release();
                    });
      }
      places.acquireUninterruptibly(RINGING_AT_ONCE);
    }

    private int done() {
      return done.get();
    }

    private List<PushOutcome> failures() {
      return List.copyOf(failures);
    }

    @Override
    public void close() {
      stop();
    }

    /** Rings no more, and waits until nothing rings. */
    private void stop() {
      running.set(false);
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
