package dev.ringpost.tools.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ringpost.call.UserId;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.events.InvalidationJson;
import dev.ringpost.events.ResultJson;
import dev.ringpost.testing.Samples;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sizes of records that plans rest on, compared with records whose ids are as usual. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RecordSizesTest {

  /** What Kafka adds to key and value of an uncompressed record in a batch of a few. */
  private static final int FRAME = 20;

  private static final String USER = "sip:alice@example.com";
  private static final String DEVICE = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
  private static final String CALL = Samples.CALL.value();

  @Test
  void resultsAreAsLong() {
    int none = size(CALL, result(0));

    assertThat((double) none).isCloseTo(Assumption.RESULT_BYTES.value(), within(10.0));
    assertThat((double) size(CALL, result(2)) - none)
        .isCloseTo(2 * Assumption.DEVICE_BYTES.value(), within(10.0));
  }

  @Test
  void invalidationsAreAsLong() {
    var dead = Samples.device(DEVICE);
    assertThat(
            (double)
                size(
                    USER + "/" + DEVICE,
                    InvalidationJson.of(Samples.invalidation(new UserId(USER), dead))))
        .isCloseTo(Assumption.INVALIDATION_BYTES.value(), within(10.0));
  }

  @Test
  void whatOthersWriteIsAsLong() {
    assertThat(
            (double)
                size(
                    USER,
                    """
                    {"callId": "%s", "callee": "%s", "caller": {"uri": "sip:bob@example.com", \
                    "name": "Bob Example"}, "media": "audio", \
                    "invitedAt": "2026-11-24T09:30:00.000Z", "ringSeconds": 30}\
                    """
                        .formatted(CALL, USER)))
        .isCloseTo(Assumption.INVITE_BYTES.value(), within(10.0));
    assertThat(
            (double)
                size(
                    CALL,
                    """
                    {"callId": "%s", "type": "ringing", "deviceId": "%s", \
                    "at": "2026-11-24T09:30:01Z"}\
                    """
                        .formatted(CALL, DEVICE)))
        .isCloseTo(Assumption.SIGNAL_BYTES.value(), within(10.0));
    assertThat(
            (double)
                size(
                    USER + "/" + DEVICE,
                    """
                    {"token": "%s", "environment": "production", "bundleId": "com.example.phone", \
                    "registeredAt": "2026-11-24T09:30:00Z"}\
                    """
                        .formatted("0".repeat(64))))
        .isCloseTo(Assumption.TOKEN_BYTES.value(), within(10.0));
  }

  private static byte[] result(int devices) {
    PushReport[] pushes =
        IntStream.range(0, devices)
            .mapToObj(n -> Samples.accepted(Samples.device(DEVICE.substring(1) + n)))
            .toArray(PushReport[]::new);
    var decision =
        new Decision(
            Samples.invited(),
            Samples.pushes(pushes),
            new Disposition.Final(Verdict.ACCEPTED),
            Samples.NOW);
    return new ResultJson(CalleeAs.PLAIN, (_, _) -> false)
        .of(Samples.CALL, Verdict.ACCEPTED, 1, true, decision);
  }

  private static int size(String key, String value) {
    return size(key, value.getBytes(UTF_8));
  }

  private static int size(String key, byte[] value) {
    return key.length() + value.length + FRAME;
  }
}
