package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.diagnosis.ApnsCheck;
import dev.ringpost.apns.diagnosis.PushEnd;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.telemetry.ApnsMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.ReadOnce;
import dev.ringpost.testing.apns.ClientCertificate;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.LocalProxy;
import dev.ringpost.tools.check.SettingsCheck;
import dev.ringpost.tools.push.TypedPush;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The one reading of each file of a credential at start, by whoever reads the configuration. */
@Timeout(60)
class OneReadingTest {

  private static final BundleId DESK = new BundleId("com.example.desk");

  @TempDir Path folder;

  @Test
  void whatWasReadWithTheConfigurationServesCheckAndSender() throws Exception {
    var local = LocalCredentials.in(folder);
    var key = local.signingKey(SenderFixture.KEY_ID, SenderFixture.TEAM_ID);
    ClientCertificate certificate = local.clientCertificate(DESK.value(), "s3cret");
    try (var apns =
            LocalApns.builder(local)
                .key(key)
                .topic(Calls.PHONE.voipTopic())
                .topic(DESK.voipTopic())
                .start();
        var keyFile = ReadOnce.of(key.file());
        var certificateFile = ReadOnce.of(certificate.file());
        var passphraseFile = ReadOnce.of(certificate.passphraseFile());
        var trusted = ReadOnce.of(local.trustedCertificates())) {
      Path file =
          ConfigFile.of("kafka.invalid:9092")
              .apns(local, apns, apns)
              .apps(Calls.PHONE.value(), key)
              .andApp(DESK.value(), certificate)
              .write(folder.resolve("ringpost.yaml"));

      RingpostConfig config = ConfigLoader.load(file, Map.of(), InstantSource.system());
      assertThat(List.of(keyFile, certificateFile, passphraseFile, trusted))
          .allMatch(ReadOnce::isRead);
      assertThat(config.toString()).contains("credentials=Credentials[2 read]");

      SettingsCheck.require(config);
      assertThat(check(config)).allMatch(finding -> finding.severity() == Severity.OK);
      try (var sender =
          new ApnsPushSender(
              new RoomSettings(config).apns(),
              config.credentials(),
              new ApnsMeters(new Telemetry(new SimpleMeterRegistry())),
              InstantSource.system())) {
        for (BundleId app : List.of(Calls.PHONE, DESK)) {
          var request =
              Calls.push(
                  Calls.invite(Instant.now(), Calls.LONG),
                  Calls.device(Calls.TOKEN, app, Environment.PRODUCTION));
          assertThat(sender.push(request).get(30, TimeUnit.SECONDS).outcome())
              .isEqualTo(new Accepted());
        }
      }
    }
  }

  @Test
  void aPushByTheConfigurationGoesWithWhatWasReadWithIt() throws Exception {
    var local = LocalCredentials.in(folder);
    var key = local.signingKey(SenderFixture.KEY_ID, SenderFixture.TEAM_ID);
    Path password = Files.writeString(folder.resolve("proxy.password"), "s3cret");
    try (var apns = LocalApns.builder(local).key(key).topic(Calls.PHONE.voipTopic()).start();
        var proxy = LocalProxy.start(LocalProxy.Kind.HTTP).asks("ringpost", "s3cret");
        var keyFile = ReadOnce.of(key.file());
        var passwordFile = ReadOnce.of(password);
        var trusted = ReadOnce.of(local.trustedCertificates())) {
      Path file =
          ConfigFile.of("kafka.invalid:9092")
              .apns(local, apns, apns)
              .with(
                  """
                    proxy:
                      host: %s
                      port: %d
                      username: ringpost
                      password-file: %s
                  """
                      .formatted(LocalApns.HOST, proxy.port(), password))
              .apps(Calls.PHONE.value(), key)
              .write(folder.resolve("ringpost.yaml"));

      RingpostConfig config = ConfigLoader.load(file, Map.of(), InstantSource.system());
      assertThat(List.of(keyFile, passwordFile, trusted)).allMatch(ReadOnce::isRead);
      assertThat(config.toString()).doesNotContain("s3cret");

      var push =
          new TypedPush(
              Calls.PHONE.value(),
              Calls.TOKEN.hex(),
              "production",
              Optional.empty(),
              Duration.ofSeconds(30),
              false,
              new TypedPush.Source.Configured(config));
      assertThat(push.send(InstantSource.system(), UUID.randomUUID()))
          .isInstanceOfSatisfying(
              TypedPush.Outcome.Done.class,
              done -> assertThat(done.end()).as("%s", done.lines()).isEqualTo(PushEnd.ACCEPTED));
      assertThat(check(config)).allMatch(finding -> finding.severity() == Severity.OK);
    }
  }

  private static List<Finding> check(RingpostConfig config) {
    var found =
        new ApnsCheck(
                new RoomSettings(config).apns(),
                config.credentials(),
                InstantSource.system(),
                UUID::randomUUID)
            .run();
    return Stream.concat(found.credentials().stream(), found.ways().stream()).toList();
  }
}
