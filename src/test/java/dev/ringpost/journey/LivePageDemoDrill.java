package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.demo.Demo;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.Chromium;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The live page of the demo on a short day, in a browser, beside the topic of results. */
@Needs(Need.CHROMIUM)
@Timeout(120)
@Isolated("the demo counts what is late")
class LivePageDemoDrill {

  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration RING = Duration.ofSeconds(30);
  private static final UserId ZOE = new UserId("zoe");
  private static final String THEN = "then ";

  /** What becomes of accepted calls: the page shows all of it, results tell the first two. */
  private static final List<String> ENDS =
      List.of("rang", "silent", "ended", "unheard", "uncommitted", "unwatched");

  @Test
  void itsFiguresAreThoseOfTheTopicOfResults(@TempDir Path folder) throws IOException {
    var output = new ByteArrayOutputStream();
    try (var demo = Demo.startShort(new PrintStream(output, true, StandardCharsets.UTF_8));
        var browser = Chromium.start(folder);
        var platform = new CallPlatform(demo.bootstrapServers())) {
      String page = "http://localhost:" + demo.adminPort() + "/";
      var on = new ShownPage(browser, page);
      browser.resize(1000, 1400, false);
      browser.open(page);
      browser.await(WITHIN, "document.querySelector('#state')?.textContent === 'Ready'");
      assertThat(demo.run()).as(output.toString(StandardCharsets.UTF_8)).isTrue();
      assertThat(output.toString(StandardCharsets.UTF_8)).contains("Live page:     " + page);
      CallId last = callsThatNobodyHears(platform, on);

      await()
          .atMost(WITHIN)
          .pollInterval(LOOK)
          .untilAsserted(() -> assertThat(shown(on)).isEqualTo(told(platform)));

      assertThat(on.shown(THEN + "rang.sinceStart")).isPositive();
      assertThat(on.shown(THEN + "silent.sinceStart")).isPositive();
      assertThat(on.shown(THEN + "ended.sinceStart")).isPositive();
      assertThat(on.number("document.querySelector('#malformed').textContent"))
          .isEqualTo(unreadable(platform));
      checkEnds(on, browser);
      checkTimesAndLag(on);
      browser.await(
          WITHIN,
          "document.querySelector('#calls button').textContent === '%s'"
              .formatted(CalleeAs.digest(last.value())));
      assertThat(on.text("#calls tr")).contains("accepted, silent");
    }
  }

  /**
   * One that its caller gives up, and one whose phone stays silent, which the demo has none of. All
   * calls before have had their end when that is told.
   */
  private static CallId callsThatNobodyHears(CallPlatform platform, ShownPage on) {
    long entries = on.shown("tokens.entries");
    platform.register(
        ZOE,
        new Device(
            new DeviceId("iphone-1"),
            VoipToken.parse("5a".repeat(32)),
            CallEnvironment.PHONE,
            Environment.PRODUCTION,
            Instant.now()));
    await().atMost(WITHIN).pollInterval(LOOK).until(() -> on.shown("tokens.entries") > entries);
    var givenUp = new CallId("given-up@ringpost.example");
    var unheard = new CallId("unheard@ringpost.example");
    accepted(platform, givenUp);
    platform.signalLater(givenUp, "cancelled", _ -> {});
    accepted(platform, unheard);
    await()
        .atMost(WITHIN)
        .pollInterval(LOOK)
        .until(
            () ->
                platform.secondVerdicts().stream()
                    .anyMatch(it -> it.path("callId").asText().equals(unheard.value())));
    return unheard;
  }

  private static void accepted(CallPlatform platform, CallId call) {
    Origin invite = platform.invite(call, ZOE, RING);
    await()
        .atMost(WITHIN)
        .pollInterval(LOOK)
        .until(
            () ->
                platform.results(invite).stream()
                    .anyMatch(it -> it.path("verdict").asText().equals("accepted")));
  }

  /** The last verdicts and the second ones on the page, since the worker's start. */
  private static Map<String, Long> shown(ShownPage on) {
    Map<String, Long> shown = new TreeMap<>();
    words().forEach(word -> shown.put(word, on.shown(word + ".sinceStart")));
    return shown;
  }

  /** The same on the topic, each once. A record that cannot be read is no call of anybody's. */
  private static Map<String, Long> told(CallPlatform platform) {
    Map<String, String> told = new HashMap<>();
    platform.results().stream()
        .filter(it -> it.path("final").asBoolean() && it.has("callee"))
        .forEach(it -> told.put(place(it), it.path("verdict").asText()));
    platform
        .secondVerdicts()
        .forEach(it -> told.put(THEN + place(it), THEN + it.path("verdict").asText()));
    Map<String, Long> counts = new TreeMap<>();
    words().forEach(word -> counts.put(word, 0L));
    told.values().forEach(word -> counts.merge(word, 1L, Long::sum));
    return counts;
  }

  private static Stream<String> words() {
    return Stream.concat(
        Stream.of(Verdict.values()).map(Verdict::wire), Stream.of(THEN + "rang", THEN + "silent"));
  }

  private static long unreadable(CallPlatform platform) {
    return platform.results().stream().filter(it -> !it.has("callee")).count();
  }

  /** Of what is not told there is no topic, but the page and the metrics agree. */
  private static void checkEnds(ShownPage on, Chromium browser) {
    String metrics = browser.value("fetch('metrics').then(it => it.text())").asText();
    long watched = 0;
    for (String end : ENDS) {
      long count = on.shown(THEN + end + ".sinceStart");
      assertThat(metrics)
          .contains("ringpost_ring_verdicts_total{verdict=\"%s\"} %d.0\n".formatted(end, count));
      watched += count;
    }
    assertThat(watched)
        .as("before the first word of ringing none is watched")
        .isLessThanOrEqualTo(on.shown("accepted.sinceStart"));
    assertThat(on.shown(THEN + "unheard.sinceStart")).isZero();
    assertThat(on.shown(THEN + "uncommitted.sinceStart")).isZero();
    assertThat(on.shown(THEN + "unwatched.sinceStart")).isZero();
  }

  private static void checkTimesAndLag(ShownPage on) {
    on.select("span", "sinceStart");
    assertThat(on.shown("verdict.count"))
        .isEqualTo(on.number("document.querySelector('#start-calls').textContent"));
    await()
        .atMost(WITHIN)
        .pollInterval(LOOK)
        .until(() -> on.shown("tokens.lag") == 0 && on.shown("invites.lag") >= 0);
  }

  private static String place(JsonNode result) {
    return result.path("invite").toString();
  }
}
