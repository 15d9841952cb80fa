package dev.ringpost.apns.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.path.ApnsSettings.Endpoint;
import dev.ringpost.apns.path.ApnsSettings.Expiration;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApnsSettingsTest {

  private static final CredentialSettings KEY =
      new CredentialSettings.SigningKey(Path.of("AuthKey.p8"), "ABC123DEFG", "TEAM123456");

  private static final AppSettings PHONE =
      new AppSettings(
          List.of(Calls.PHONE), EnumSet.allOf(Environment.class), KEY, PayloadSettings.DEFAULT);

  @Test
  void eachEnvironmentHasItsServer() {
    ApnsSettings settings = settings(List.of(PHONE), 2, Duration.ofSeconds(4));

    assertThat(settings.endpoint(Environment.PRODUCTION).host()).isEqualTo("api.push.apple.com");
    assertThat(settings.endpoint(Environment.SANDBOX).port()).isEqualTo(2197);
  }

  @Test
  void allImpossibleValuesAreNamedTogether() {
    assertThatThrownBy(() -> settings(List.of(), 0, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            apps must name at least one app, or no phone can ring
            apns.connections must be 1 to 32, not 0
            attempt.max must be above 0, not 0ms\
            """);
  }

  @Test
  void anAppHasOneCredentialPerEnvironment() {
    AppSettings again =
        new AppSettings(
            List.of(Calls.PHONE), EnumSet.of(Environment.SANDBOX), KEY, PayloadSettings.DEFAULT);

    assertThatThrownBy(() -> settings(List.of(PHONE, again), 1, Duration.ofSeconds(4)))
        .hasMessage(
            "apps must name each bundle id once per environment, but com.example.phone stands"
                + " twice for sandbox");
  }

  @Test
  void anAppWithoutNameOrEnvironmentIsRefused() {
    assertThatThrownBy(
            () ->
                new AppSettings(
                    List.of(), EnumSet.noneOf(Environment.class), KEY, PayloadSettings.DEFAULT))
        .hasMessageContaining("apps[].bundle-ids")
        .hasMessageContaining("apps[].environments");
  }

  @Test
  void appsMayShareACredential() {
    AppSettings both =
        new AppSettings(
            List.of(Calls.PHONE, new BundleId("com.example.work")),
            EnumSet.of(Environment.PRODUCTION),
            KEY,
            PayloadSettings.DEFAULT);

    assertThat(settings(List.of(both), 1, Duration.ofSeconds(4)).apps()).hasSize(1);
  }

  private static ApnsSettings settings(
      List<AppSettings> apps, int connections, Duration attemptMax) {
    return new ApnsSettings(
        apps,
        connections,
        900,
        Duration.ofSeconds(3),
        Duration.ofSeconds(15),
        attemptMax,
        Expiration.DEADLINE,
        new Endpoint("api.push.apple.com", 443),
        new Endpoint("api.sandbox.push.apple.com", 2197),
        Optional.empty(),
        ApnsSettings.Canary.OFF,
        Optional.empty());
  }
}
