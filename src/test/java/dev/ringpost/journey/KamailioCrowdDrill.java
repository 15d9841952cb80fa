package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.LocalGateway;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import dev.ringpost.testing.sip.Kamailio;
import dev.ringpost.testing.sip.SipPhone;
import dev.ringpost.testing.sip.SippCaller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * More calls at once through Kamailio's example than it has processes that wait for a verdict,
 * while APNs is slow.
 */
@Needs(Need.KAMAILIO)
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KamailioCrowdDrill {

  private static final Path CONFIGURATION = Path.of("examples", "kamailio", "kamailio.cfg");
  private static final String BEARER = "hunter2-hunter2-hunter2-hunter2-";
  private static final Duration WITHIN = Duration.ofSeconds(60);

  /** {@code async_workers} of the example. */
  private static final int PROCESSES = 16;

  /** Less than the 1.5 s that the example waits for a verdict. */
  private static final Duration APNS_TAKES = Duration.ofMillis(1_200);

  private Path folder;
  private LocalKafka kafka;
  private CallEnvironment environment;
  private LocalGateway gateway;
  private Kamailio kamailio;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    this.folder = folder;
    kafka = LocalKafka.start();
    Path tokens = Files.writeString(folder.resolve("tokens"), BEARER + "\n");
    String settings = "gateway:\n  port: 0\n  bearer-tokens-file: " + tokens + "\n";
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder, settings).startWorker();
    gateway = LocalGateway.start(environment.config(), Optional.of(BEARER));
    kamailio =
        Kamailio.start(CONFIGURATION, Map.of("GATEWAY", gateway.url(), "BEARER", BEARER), folder);
  }

  @AfterAll
  void stop() {
    kamailio.close();
    gateway.close();
    environment.close();
    kafka.close();
  }

  /** Beyond the processes, and beyond these and the ten places of their queue. */
  @ParameterizedTest
  @ValueSource(ints = {24, 60})
  void whoFindsNoProcessIsPushedWhenOneIsFreeAndNobodyIsLost(int calls) throws Exception {
    assertThat(Files.readString(CONFIGURATION)).contains("\nasync_workers=" + PROCESSES + "\n");
    String user = "crowd-of-" + calls;
    VoipToken token = environment.freshToken();
    try (var phone = new SipPhone(kamailio.port(), user, token);
        var bystander = new SipPhone(kamailio.port(), "bystander", environment.freshToken())) {
      phone.register();
      environment.callUntil(new UserId(user), told -> told.path("devices").size() == 1);
      phone.sleep();
      environment.production().answer(token, Behaviour.accepts().after(APNS_TAKES));
      try (var callers =
          SippCaller.calls("unanswered", kamailio.port(), user, user + "-%u", calls, folder)) {
        await().atMost(WITHIN).until(() -> pushes(token, user).size() >= PROCESSES);
        Instant asked = Instant.now();
        Instant registered = bystander.register();
        callers.awaitEnd();

        List<Long> millis = millisAfterTheFirst(pushes(token, user));
        print(calls, millis, callers.messages(), Duration.between(asked, registered));
        assertThat(millis).as("each call is pushed once").hasSize(calls);
        assertThat(millis.get(PROCESSES))
            .as("the first one beyond the processes waits for a verdict")
            .isGreaterThanOrEqualTo(APNS_TAKES.toMillis() - millis.get(PROCESSES - 1));
      }
    }
  }

  private List<ReceivedPush> pushes(VoipToken token, String call) {
    return environment.production().pushes(token).stream()
        .filter(push -> push.json().at("/call/id").asText().startsWith(call + "-"))
        .toList();
  }

  private static List<Long> millisAfterTheFirst(List<ReceivedPush> pushes) {
    List<Instant> arrived =
        pushes.stream().map(ReceivedPush::arrivedAt).sorted(Comparator.naturalOrder()).toList();
    return arrived.stream().map(at -> Duration.between(arrived.getFirst(), at).toMillis()).toList();
  }

  private static void print(
      int calls, List<Long> millis, List<SippCaller.Message> messages, Duration registration) {
    List<Instant> asked = times(messages, "INVITE ");
    List<Instant> heard = times(messages, "SIP/2.0 100");
    long slowest =
        IntStream.range(0, calls)
            .mapToLong(n -> Duration.between(asked.get(n), heard.get(n)).toMillis())
            .max()
            .orElseThrow();
    System.out.printf(
        "%d calls at once, APNs takes %d ms: pushes %s ms after the first; 100 after %d ms at most;"
            + " %d callers heard 180; a REGISTER by TCP meanwhile took %d ms%n",
        calls,
        APNS_TAKES.toMillis(),
        millis,
        slowest,
        times(messages, "SIP/2.0 180").size(),
        registration.toMillis());
  }

  private static List<Instant> times(List<SippCaller.Message> messages, String begin) {
    return messages.stream()
        .filter(message -> message.line().startsWith(begin))
        .map(SippCaller.Message::at)
        .toList();
  }
}
