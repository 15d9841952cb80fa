package dev.ringpost.apns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenEnvironmentsTest {

  private static final BundleId WORK = new BundleId("com.example.work");

  private final AtomicLong nanos = new AtomicLong();
  private final TokenEnvironments homes = new TokenEnvironments(nanos::get);

  @Test
  void remembersWhereATokenIsValidUntilItIsWhereItIsRegistered() {
    assertThat(homes.of(Calls.device(Calls.TOKEN))).isNull();
    homes.learn(Calls.device(Calls.TOKEN), Environment.SANDBOX);
    assertThat(homes.of(Calls.device(Calls.TOKEN))).isEqualTo(Environment.SANDBOX);
    assertThat(homes.of(Calls.device(Calls.token(1)))).isNull();
    homes.learn(Calls.device(Calls.TOKEN), Environment.PRODUCTION);

    assertThat(homes.of(Calls.device(Calls.TOKEN))).isNull();
  }

  @Test
  void asksAgainAfterAnHourWhetherATokenIsOfNeitherEnvironment() {
    homes.learnNowhere(Calls.device(Calls.TOKEN));
    nanos.addAndGet(TokenEnvironments.NOWHERE.toNanos());
    assertThat(homes.isNowhere(Calls.device(Calls.TOKEN))).isTrue();
    assertThat(homes.isNowhere(Calls.device(Calls.token(1)))).isFalse();
    nanos.incrementAndGet();

    assertThat(homes.isNowhere(Calls.device(Calls.TOKEN))).isFalse();
  }

  @Test
  void aTokenOfNeitherEnvironmentIsThatOfItsAppAndRegistrationOnly() {
    Device device = Calls.device(Calls.TOKEN, Calls.PHONE, Environment.PRODUCTION);
    homes.learnNowhere(device);

    assertThat(homes.isNowhere(device)).isTrue();
    assertThat(homes.isNowhere(Calls.device(Calls.TOKEN, WORK, Environment.PRODUCTION))).isFalse();
    assertThat(homes.isNowhere(Calls.device(Calls.TOKEN, Calls.PHONE, Environment.SANDBOX)))
        .isFalse();
  }

  @Test
  void aTokenMayBeOfAnotherEnvironmentForAnotherApp() {
    homes.learn(Calls.device(Calls.TOKEN), Environment.SANDBOX);

    assertThat(homes.of(Calls.device(Calls.TOKEN, WORK, Environment.PRODUCTION))).isNull();
  }

  @Test
  void forgetsTheOldestWhenThereAreTooMany() {
    for (int i = 0; i <= TokenEnvironments.MOST; i++) {
      homes.learn(Calls.device(Calls.token(i)), Environment.SANDBOX);
    }

    assertThat(homes.of(Calls.device(Calls.token(0)))).isNull();
    assertThat(homes.of(Calls.device(Calls.token(1)))).isEqualTo(Environment.SANDBOX);
  }
}
