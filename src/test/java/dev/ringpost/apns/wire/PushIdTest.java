package dev.ringpost.apns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PushIdTest {

  private final CallInvite invite = Calls.invite(Instant.EPOCH, Calls.LONG);

  @Test
  void isWhatOthersComputeToo() {
    // python: uuid5(uuid5(uuid5(NAMESPACE_DNS, 'ringpost.dev'), 'a84b4c76e66710@pc33.example.com'),
    // 'alice\0iphone-1\0com.example.phone')
    assertThat(PushId.of(invite, Calls.device(Calls.TOKEN)))
        .isEqualTo(UUID.fromString("468aab1a-c547-5dbc-b4e7-75b4ec69de70"));
  }

  @Test
  void isTheSameForANewTokenOfTheDevice() {
    assertThat(PushId.of(invite, Calls.device(Calls.token(1))))
        .isEqualTo(PushId.of(invite, Calls.device(Calls.token(2))));
  }

  @Test
  void isAnotherForAnotherApp() {
    Device other =
        Calls.device(Calls.TOKEN, new BundleId("com.example.work"), Environment.PRODUCTION);

    assertThat(PushId.of(invite, other)).isNotEqualTo(PushId.of(invite, Calls.device(Calls.TOKEN)));
  }
}
