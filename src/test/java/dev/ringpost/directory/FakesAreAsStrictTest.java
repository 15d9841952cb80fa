package dev.ringpost.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.delivery.CallStates;
import dev.ringpost.delivery.DeviceLookup;
import dev.ringpost.directory.table.UserValues;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import dev.ringpost.testing.TestingCallStates;
import dev.ringpost.testing.TestingTokenDirectory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promises that pipelines may count on, held against the real directory and the fakes that
 * tests put in its place.
 */
@Timeout(30)
class FakesAreAsStrictTest {

  /** The directory that answers lookups. */
  enum Phones {
    REAL(devices -> LiveDevices.among(new UserValues<>(devices, List.of()), List.of(), 0, false)),
    FAKE(
        devices -> {
          var directory = new TestingTokenDirectory();
          directory.put(Samples.ALICE, devices.toArray(Device[]::new));
          return directory.lookup(Samples.ALICE);
        });

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final Function<List<Device>, DeviceLookup> lookup;

    Phones(Function<List<Device>, DeviceLookup> lookup) {
      this.lookup = lookup;
    }

    List<Device> live(Device... devices) {
      return lookup.apply(List.of(devices)).live();
    }
  }

  /** The call states that answer questions about calls. */
  enum Calls {
    REAL {
      @Override
      Told begin() {
        var meters = new DirectoryMeters(new Telemetry(new SimpleMeterRegistry()));
        var skips = new UnusableRecords("signals", meters, System::nanoTime);
        var clock = new SettableClock(Samples.NOW);
        var calls = new CallSignals(Duration.ofMinutes(2), skips, meters, clock, System::nanoTime);
        return new Told() {
          @Override
          public CallStates states() {
            return calls;
          }

          @Override
          public void end(CallId call, Instant at) {
            tell(call, "ended", "", at);
          }

          @Override
          public void push(CallId call, DeviceId device, Instant at) {
            tell(call, "ringing", ", \"deviceId\": \"%s\"".formatted(device.value()), at);
          }

          private void tell(CallId call, String type, String more, Instant at) {
            String json =
                "{\"callId\": \"%s\", \"type\": \"%s\", \"at\": \"%s\"%s}"
                    .formatted(call.value(), type, at, more);
            calls.apply(
                new ConsumerRecord<>(
                    "calls",
                    0,
                    0,
                    Samples.NOW.plusSeconds(60).toEpochMilli(),
                    TimestampType.LOG_APPEND_TIME,
                    0,
                    json.length(),
                    null,
                    json.getBytes(UTF_8),
                    new RecordHeaders(),
                    Optional.empty()));
          }
        };
      }
    },
    FAKE {
      @Override
      Told begin() {
        var calls = new TestingCallStates();
        return new Told() {
          @Override
          public CallStates states() {
            return calls;
          }

          @Override
          public void end(CallId call, Instant at) {
            calls.end(call, at);
          }

          @Override
          public void push(CallId call, DeviceId device, Instant at) {
            calls.ring(call, device, at);
          }
        };
      }
    };

    abstract Told begin();
  }

  /** The states of calls, real or faked, with the means to give them signals. */
  interface Told {
    CallStates states();

    void end(CallId call, Instant at);

    void push(CallId call, DeviceId device, Instant at);
  }

  @ParameterizedTest
  @EnumSource
  void theNewestRegistrationIsFirst(Phones phones) {
    Device old = registered("a", 1);
    Device newer = registered("c", 3);
    Device alsoOld = registered("b", 1);

    assertThat(phones.live(alsoOld, old, newer)).containsExactly(newer, old, alsoOld);
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoRegistrationsOfOneTokenTheNewestCounts(Phones phones) {
    Device old = registered("a", 1);
    Device again =
        new Device(new DeviceId("b"), old.token(), old.app(), old.environment(), Samples.NOW);

    assertThat(phones.live(old, again)).containsExactly(again);
  }

  @ParameterizedTest
  @EnumSource
  void aTokenThatIsRegisteredForBothEnvironmentsIsOnePhone(Phones phones) {
    Device old = registered("a", 1);
    Device again =
        new Device(new DeviceId("b"), old.token(), old.app(), Environment.SANDBOX, Samples.NOW);

    assertThat(old.environment()).isNotEqualTo(again.environment());
    assertThat(phones.live(old, again)).containsExactly(again);
  }

  @ParameterizedTest
  @EnumSource
  void anEndConcernsInvitesOfItsCallUpToTwoSecondsLater(Calls calls) {
    Told told = calls.begin();
    told.end(Samples.CALL, Samples.NOW);

    assertThat(told.states().ended(invitedAfter(Duration.ofSeconds(2)))).isTrue();
    assertThat(told.states().ended(invitedAfter(Duration.ofMillis(2001)))).isFalse();
    told.end(Samples.CALL, Samples.NOW.plusSeconds(5));
    told.end(Samples.CALL, Samples.NOW);
    assertThat(told.states().ended(invitedAfter(Duration.ofSeconds(7)))).isTrue();
    told = calls.begin();
    told.end(new CallId("another"), Samples.NOW);
    assertThat(told.states().ended(Samples.invite())).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void ringingConcernsItsDeviceInItsCall(Calls calls) {
    var phone = new DeviceId("phone");
    Told told = calls.begin();
    told.push(new CallId("another"), phone, Samples.NOW);
    assertThat(told.states().rings(Samples.invite(), phone)).isFalse();

    told.push(Samples.CALL, phone, Samples.NOW);
    assertThat(told.states().rings(invitedAfter(Duration.ofSeconds(2)), phone)).isTrue();
    assertThat(told.states().rings(invitedAfter(Duration.ofMillis(2001)), phone)).isFalse();
    assertThat(told.states().rings(Samples.invite(), new DeviceId("tablet"))).isFalse();
    assertThat(told.states().ended(Samples.invite())).isFalse();
  }

  private static Device registered(String id, int day) {
    return Samples.device(id, Samples.APP, Samples.NOW.minus(Duration.ofDays(30 - day)));
  }

  private static CallInvite invitedAfter(Duration time) {
    return Samples.invite().asInvitedAt(Samples.NOW.plus(time));
  }
}
