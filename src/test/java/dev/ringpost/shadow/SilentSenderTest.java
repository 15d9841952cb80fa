package dev.ringpost.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.Device;
import dev.ringpost.config.ConfigLoader;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RoomSettings;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.delivery.WriteGuard;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.apns.LocalCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class SilentSenderTest {

  private static final WriteGuard OPEN = Optional::empty;

  private final SettableClock clock = new SettableClock(Samples.NOW);
  private SilentSender sender;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    var credentials = LocalCredentials.in(folder);
    // nobody listens there
    Path file =
        ConfigFile.withDefaultTopics("localhost:9")
            .apns(credentials, 9, 9)
            .apps(Samples.APP.value(), credentials.signingKey("KEYKEYKEY1", "TEAMTEAM01"))
            .write(folder.resolve("ringpost.yaml"));
    RingpostConfig config = ConfigLoader.load(file, Map.of(), InstantSource.system());
    sender = new SilentSender(new RoomSettings(config).apns().apps(), config.credentials(), clock);
  }

  @Test
  void whatAWorkerWouldHandOverCountsAsAcceptedAndAsNotWritten() {
    PushReport report = push(Samples.invite(), Samples.device("phone"), OPEN);

    assertThat(report.outcome().code()).isEqualTo("accepted");
    assertThat(report.writtenAt()).isEmpty();
    assertThat(report.answer()).isEmpty();
    assertThat(report.tries()).isZero();
  }

  @Test
  void anAppWithoutACredentialHasNoRoute() {
    Device stranger =
        Samples.device("phone", new BundleId("com.example.other"), Samples.NOW.minusSeconds(1));

    assertThat(push(Samples.invite(), stranger, OPEN).outcome().code()).isEqualTo("no_route");
  }

  @Test
  void aPayloadThatApnsWouldRefuseIsNotHandedOver() {
    CallInvite invite = Samples.invite();
    CallInvite large =
        new CallInvite(
            invite.callId(),
            invite.callUuid(),
            invite.callee(),
            invite.caller(),
            invite.media(),
            invite.invitedAt(),
            invite.deadline(),
            invite.app(),
            invite.excludeDevices(),
            new CustomFields(Map.of("text", "x".repeat(5_000))));

    assertThat(push(large, Samples.device("phone"), OPEN).outcome().code())
        .isEqualTo("payload_too_large");
  }

  @Test
  void whatIsOverIsHeldBackAsByAWorker() {
    Device phone = Samples.device("phone");

    assertThat(
            push(Samples.invite(), phone, () -> Optional.of(NotSentReason.ENDED)).outcome().code())
        .isEqualTo("ended");
    clock.advance(Duration.between(Samples.NOW, Samples.DEADLINE.at()).plusMillis(1));
    assertThat(push(Samples.invite(), phone, OPEN).outcome().code()).isEqualTo("late");
  }

  private PushReport push(CallInvite invite, Device device, WriteGuard guard) {
    return sender.push(new PushRequest(Attempt.first(invite), device, guard, Samples.NOW)).join();
  }
}
