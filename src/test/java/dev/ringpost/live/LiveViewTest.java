package dev.ringpost.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.DeliveryListener;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.delivery.rings.AcceptedCall;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.telemetry.ApnsMeterName;
import dev.ringpost.telemetry.DeliveryMeters;
import dev.ringpost.telemetry.DirectoryMeterName;
import dev.ringpost.telemetry.MeterReader;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.Samples;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The content of a live view, with the meters of a worker. */
@Timeout(10)
class LiveViewTest {

  private static final Device PHONE = Samples.device("iphone-of-alice");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Telemetry telemetry = new Telemetry(registry);
  private final List<RingReport> told = new ArrayList<>();
  private long nanos;
  private final LiveView view =
      new LiveView(
          new MeterReader(registry),
          () -> List.of("a view is not loaded"),
          () -> List.of("Kafka is away"),
          "1.2.3",
          () -> Samples.NOW,
          () -> nanos);
  private final DeliveryListener listener =
      view.decisionsTo(new DeliveryMeters(telemetry, Set.of(Samples.APP)));

  @Test
  void beforeTheFirstRoomStandsItShowsWhatIsNotReady() throws Exception {
    JsonNode shown = look();

    assertThat(shown.path("at").asText()).isEqualTo("2026-11-24T10:00:00.250Z");
    assertThat(shown.path("version").asText()).isEqualTo("1.2.3");
    assertThat(shown.at("/notReady/0").asText()).isEqualTo("a view is not loaded");
    assertThat(shown.at("/notes/0").asText()).isEqualTo("Kafka is away");
    assertThat(shown.path("calls")).isEmpty();
    assertThat(shown.path("verdicts")).hasSize(Verdict.values().length);
  }

  /** A repeat is an invite with a verdict of its own; a record read again and a retry are none. */
  @Test
  void figuresAreThoseOfTheMetersAndCountNothingTwice() throws Exception {
    look();
    listener.decided(decision(Verdict.ACCEPTED, Samples.accepted(PHONE)));
    listener.decided(decision(Verdict.DUPLICATE));
    listener.settledAgain(Samples.invited(), Arrival.Claim.ALONE);
    nanos += Duration.ofSeconds(1).toNanos();

    JsonNode shown = look();

    assertThat(registry.get("ringpost.records.settled.again").counter().count()).isEqualTo(1);
    assertThat(shown.at("/verdicts/accepted/sinceStart").asLong()).isEqualTo(1);
    assertThat(shown.at("/verdicts/duplicate/lastMinute").asLong()).isEqualTo(1);
    assertThat(shown.path("callsPerSecond")).hasSize(1);
    assertThat(shown.at("/callsPerSecond/0").asDouble()).isEqualTo(2);
    assertThat(shown.at("/times/verdict/sinceStart/count").asLong()).isEqualTo(2);
    assertThat(shown.at("/times/verdict/sinceStart/p99").asDouble()).isBetween(500.0, 1000.0);
  }

  @Test
  void theLastMinuteForgetsWhatIsOlder() throws Exception {
    listener.decided(decision(Verdict.ACCEPTED, Samples.accepted(PHONE)));
    for (int second = 0; second < 200; second++) {
      look();
      nanos += Duration.ofSeconds(1).toNanos();
    }

    JsonNode shown = look();

    assertThat(shown.path("callsPerSecond")).hasSize(60);
    assertThat(shown.path("seconds").asDouble()).isEqualTo(60);
    assertThat(shown.at("/verdicts/accepted/lastMinute").asLong()).isZero();
    assertThat(shown.at("/verdicts/accepted/sinceStart").asLong()).isEqualTo(1);
    assertThat(shown.at("/times/answer/lastMinute/p50").isNull()).isTrue();
  }

  @Test
  void aCallShowsItsDevicesByTheDigestsOfTheirTokens() throws Exception {
    listener.decided(
        decision(
            Verdict.ACCEPTED,
            Samples.accepted(PHONE),
            Samples.answered(
                Samples.device("ipad"),
                new PushOutcome.Unregistered(Optional.empty()),
                410,
                "Unregistered")));

    JsonNode call = look().at("/calls/0");

    assertThat(call.path("record").asText()).isEqualTo("call-invites-3@42");
    assertThat(call.path("callee").asText()).isEqualTo("2bd806c97f0e");
    JsonNode device = call.at("/attempts/0/devices/1");
    assertThat(device.path("token").asText())
        .isEqualTo(Samples.device("ipad").token().digest().value());
    assertThat(device.path("outcome").asText()).isEqualTo("token_gone");
    assertThat(device.path("status").asInt()).isEqualTo(410);
    assertThat(device.path("reason").asText()).isEqualTo("Unregistered");
    assertThat(device.path("millis").asLong()).isEqualTo(50);
  }

  @Test
  void aPhoneThatRingsIsNamedByItsTokensDigest() throws Exception {
    listener.decided(decision(Verdict.ACCEPTED, Samples.accepted(PHONE)));
    var call =
        new AcceptedCall(
            Samples.invite(),
            Samples.envelope().origin(),
            List.of(),
            1,
            Optional.empty(),
            Samples.NOW);
    var rang = new RingVerdict.Rang(PHONE.id(), Optional.of(Duration.ofMillis(420)));
    var report = new RingReport(call, rang, Samples.NOW);

    view.ringsTo(told::add).tell(report);

    assertThat(told).containsExactly(report);
    JsonNode ring = look().at("/calls/0/ring");
    assertThat(ring.path("verdict").asText()).isEqualTo("rang");
    assertThat(ring.path("token").asText()).isEqualTo(PHONE.token().digest().value());
    assertThat(ring.path("millis").asLong()).isEqualTo(420);
  }

  @Test
  void aRecordThatCouldNotBeReadIsShownWithItsReason() throws Exception {
    var flaw = new Flaw(DeadLetterReason.NOT_JSON, "the words may quote what stands there");
    listener.decided(
        new Decision(
            Samples.malformed(flaw, Optional.empty()),
            Samples.pushes(),
            new Disposition.DeadLetter(flaw),
            Samples.NOW));

    JsonNode shown = look();

    assertThat(shown.path("malformed").asLong()).isEqualTo(1);
    assertThat(shown.at("/calls/0/attempts/0/reason").asText()).isEqualTo("not_json");
    assertThat(shown.at("/calls/0/call").asText()).isEmpty();
    assertThat(shown.toString()).doesNotContain("may quote");
  }

  /** Whoever sees the page can ring nobody, and learns no name. */
  @Test
  void nothingOfTheCallersOrTheCalleesIsInIt() throws Exception {
    listener.decided(
        decision(
            Verdict.FAILED,
            Samples.unanswered(
                PHONE, new PushOutcome.TryAgain(PushOutcome.RetryReason.NO_ANSWER))));

    assertThat(look().toString())
        .doesNotContain("alice", "Bob", "bob@", "sip:", Samples.CALL.value())
        .doesNotContain(PHONE.token().hex(), PHONE.id().value());
  }

  /** A route has one canary for each of its apps, and is as good as the worst. */
  @Test
  void aRouteShowsItsBreakerAndTheWorstOfItsCanaries() throws Exception {
    String sandbox = Environment.SANDBOX.wire();
    telemetry.gauge(ApnsMeterName.APNS_ROUTE_DOWN, () -> 1, "com.a,com.b", sandbox);
    telemetry.gauge(ApnsMeterName.APNS_CONNECTIONS_OPEN, () -> 2, "com.a,com.b", sandbox);
    telemetry.gauge(ApnsMeterName.APNS_CANARY, () -> 1, "com.a", sandbox);
    telemetry.gauge(ApnsMeterName.APNS_CANARY, () -> 0, "com.b", sandbox);

    JsonNode route = look().at("/routes/0");

    assertThat(route.path("down").asBoolean()).isTrue();
    assertThat(route.path("canary").isNull()).isFalse();
    assertThat(route.path("canary").asDouble()).isZero();
    assertThat(route.path("connections").asDouble()).isEqualTo(2);
    assertThat(route.path("limit").isNull()).isTrue();
  }

  @Test
  void theLagOfConsumersAndViewsIsShownAndIsNullWhereNobodyKnowsIt() throws Exception {
    Gauge.builder("kafka.consumer.fetch.manager.records.lag.max", () -> 17)
        .tag("client.id", "ringpost-invites")
        .strongReference(true)
        .register(registry);
    telemetry.gauge(DirectoryMeterName.VIEW_LOADED, () -> 1, "tokens");
    telemetry.gauge(DirectoryMeterName.VIEW_LAG, () -> 5, "tokens");

    JsonNode shown = look();

    assertThat(shown.at("/consumers/0/source").asText()).isEqualTo("invites");
    assertThat(shown.at("/consumers/0/lag").asLong()).isEqualTo(17);
    assertThat(shown.at("/consumers/1/source").asText()).isEqualTo("retries");
    assertThat(shown.at("/consumers/1/lag").isNull()).isTrue();
    assertThat(shown.at("/views/0/view").asText()).isEqualTo("tokens");
    assertThat(shown.at("/views/0/lag").asLong()).isEqualTo(5);
  }

  private static Decision decision(Verdict verdict, PushReport... pushes) {
    return new Decision(
        Samples.invited(),
        Samples.pushes(pushes),
        new Disposition.Final(verdict),
        Samples.NOW.plusSeconds(1));
  }

  private JsonNode look() throws Exception {
    String line = view.look();
    assertThat(line).doesNotContain("\n", "\r");
    return new JsonMapper().readTree(line);
  }
}
