package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.Chromium;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.Poll;
import dev.ringpost.testing.TestInTurn;
import dev.ringpost.testing.apns.Behaviour;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The live page of a worker in a browser, beside what the call platform was told. In this order.
 */
@Needs(Need.CHROMIUM)
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LivePageIT {

  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(100);

  /** More calls than the page shows. */
  private static final int MANY = 60;

  private static final UserId ALICE = new UserId("alice-on-the-page");
  private static final String CALLER = "Robert on the page";
  private static final String BUTTONS = "document.querySelectorAll('#calls button')";

  /** Every word that may not show: who calls whom, on which device, in which call. */
  private final List<String> secrets = new ArrayList<>(List.of(CALLER, "bob@", "sip:"));

  private GuardedCallEnvironment guarded;
  private CallEnvironment environment;
  private CallPlatform platform;
  private Chromium browser;
  private ShownPage on;
  private String page;

  @BeforeAll
  void start(@TempDir Path folder) {
    // the setting continues the group admin, with which the configuration ends
    guarded = GuardedCallEnvironment.in(folder, "  page: true\n");
    environment = guarded.environment();
    platform = environment.platform();
    page = "http://localhost:" + environment.worker().adminPort() + "/";
    browser = Chromium.start(folder);
    on = new ShownPage(browser, page);
    browser.resize(1000, 1400, false);
    browser.open(page);
    browser.await(WITHIN, "document.querySelector('#state')?.textContent === 'Ready'");
    makeCalls();
  }

  @AfterAll
  void everyGuaranteeHeld() {
    browser.close();
    guarded.endWithAtLeast(MANY);
  }

  /** Calls of every kind of end, and a record that is no call. */
  private void makeCalls() {
    Device phone = phone("iphone-of-alice");
    give(ALICE, phone);
    var dead = new UserId("dead-on-the-page");
    Device gone = phone("gone-phone");
    give(dead, gone);
    environment
        .production()
        .answer(gone.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));
    var mistaken = new UserId("mistaken-on-the-page");
    Device wrong = phone("wrong-phone");
    give(mistaken, wrong);
    environment.production().answer(wrong.token(), Behaviour.rejects(400, "BadTopic"));

    List<Origin> invites = new ArrayList<>();
    invites.add(platform.publish("nobody", "this is no JSON"));
    invites.add(invite(fresh(), new UserId("nobody-on-the-page"), ""));
    invites.add(invite(fresh(), dead, ""));
    invites.add(invite(fresh(), mistaken, ""));
    invites.add(
        invite(fresh(), ALICE, ",\"expiresAt\": \"%s\"".formatted(Instant.now().minusMillis(50))));
    CallId twice = fresh();
    invites.add(invite(twice, ALICE, ""));
    environment.resultOf(invites.getLast());
    invites.add(invite(twice, ALICE, ""));
    for (int i = 0; i < MANY; i++) {
      invites.add(invite(fresh(), ALICE, ""));
    }
    invites.stream().skip(1).forEach(environment::resultOf);
  }

  private Device phone(String id) {
    Device phone = environment.phone(id);
    secrets.add(id);
    secrets.add(phone.token().hex());
    return phone;
  }

  private void give(UserId user, Device phone) {
    secrets.add(user.value());
    environment.give(user, phone);
  }

  private CallId fresh() {
    CallId call = environment.freshCall();
    secrets.add(call.value());
    return call;
  }

  private Origin invite(CallId call, UserId callee, String more) {
    secrets.add(callee.value());
    String value =
        """
        {"callId": "%s", "callee": "%s", "caller": {"uri": "sip:bob@example.com", "name": "%s"}%s}\
        """
            .formatted(call.value(), callee.value(), CALLER, more);
    return platform.publish(
        new ProducerRecord<>(CallPlatform.INVITES, value.getBytes(StandardCharsets.UTF_8)));
  }

  @TestInTurn
  @Order(1)
  void itsFiguresAreThoseOfTheTopicOfResults() {
    Map<String, Long> told =
        platform.results().stream()
            .filter(result -> result.path("final").asBoolean())
            .collect(
                Collectors.groupingBy(
                    result -> result.path("verdict").asText(),
                    TreeMap::new,
                    Collectors.counting()));
    assertThat(told.keySet())
        .contains("accepted", "all_dead", "duplicate", "expired", "failed", "no_devices");

    Poll.until(
        WITHIN, LOOK, () -> on.shown("accepted.sinceStart") == told.getOrDefault("accepted", 0L));

    told.forEach(
        (verdict, count) -> assertThat(on.shown(verdict + ".sinceStart")).isEqualTo(count));
    long all = told.values().stream().mapToLong(Long::longValue).sum();
    assertThat(on.number("document.querySelector('#start-calls').textContent")).isEqualTo(all);
    assertThat(on.number("document.querySelector('#malformed').textContent")).isEqualTo(1);
    on.select("span", "sinceStart");
    assertThat(on.shown("verdict.count")).isEqualTo(all);
    assertThat(on.shown("tokens.entries")).isEqualTo(3);
    assertThat(on.text("#routes")).contains("com.example.phone", "production", "closed");
  }

  @TestInTurn
  @Order(2)
  void theLastFiftyCallsStandThereByTheirDigestsTheNewestFirst() {
    Map<String, JsonNode> byDigest =
        platform.results().stream()
            .collect(
                Collectors.toMap(
                    result -> CalleeAs.digest(result.path("callId").asText()),
                    result -> result,
                    (first, _) -> first));
    CallId last = fresh();
    environment.resultOf(invite(last, ALICE, ""));
    String digest = CalleeAs.digest(last.value());
    browser.await(WITHIN, BUTTONS + "[0]?.textContent === '" + digest + "'");

    List<String> calls = new ArrayList<>();
    browser
        .value("[..." + BUTTONS + "].map(it => it.textContent)")
        .forEach(it -> calls.add(it.asText()));

    assertThat(calls).hasSize(50).doesNotHaveDuplicates();
    assertThat(byDigest.keySet()).containsAll(calls.subList(1, calls.size()));
  }

  @TestInTurn
  @Order(3)
  void aKeyboardOpensATimelineWhichStandsStillUntilEscape() {
    CallId call = fresh();
    JsonNode result = environment.resultOf(invite(call, ALICE, ""));
    String digest = CalleeAs.digest(call.value());
    browser.await(WITHIN, BUTTONS + "[0]?.textContent === '" + digest + "'");

    for (int tabs = 0; tabs < 15 && !on.focused().equals(digest); tabs++) {
      browser.press("Tab");
    }
    assertThat(on.focused()).as("the first call, by Tab alone").isEqualTo(digest);
    browser.press("Enter");

    browser.await(WITHIN, "document.activeElement.getAttribute('aria-expanded') === 'true'");
    String timeline = on.text(".timeline");
    JsonNode device = result.at("/devices/0");
    assertThat(timeline)
        .contains(
            "appended as " + origin(result),
            "callee " + CalleeAs.digest(ALICE.value()),
            "attempt 1: accepted, final",
            device.path("tokenDigest").asText() + " accepted, 200",
            device.path("millis").asText() + " ms, 1 try");

    environment.resultOf(invite(fresh(), ALICE, ""));
    long before = on.number("document.querySelector('#start-calls').textContent");
    environment.resultOf(invite(fresh(), ALICE, ""));
    Poll.until(
        WITHIN,
        LOOK,
        () -> on.number("document.querySelector('#start-calls').textContent") > before);
    assertThat(on.focused()).as("the list stands still").isEqualTo(digest);
    assertThat(on.text("#calls button")).isEqualTo(digest);

    browser.press("Escape");

    browser.await(WITHIN, BUTTONS + "[0].textContent !== '" + digest + "'");
    assertThat(browser.value("document.querySelector('.timeline') === null").asBoolean()).isTrue();
  }

  @TestInTurn
  @Order(4)
  void aScreenReaderIsToldWhatEverythingIs() {
    assertThat(browser.value("document.documentElement.lang").asText()).isEqualTo("en");
    assertThat(browser.value("document.title").asText()).isNotBlank();
    assertThat(
            browser.value("[...document.querySelectorAll('th')].every(it => it.scope)").asBoolean())
        .isTrue();
    // what is read aloud by itself says one thing, not a figure a second
    assertThat(browser.value("document.querySelectorAll('[aria-live],[role=status]').length"))
        .hasToString("1");
    assertThat(on.text("#state")).isEqualTo("Ready");

    List<String> nameless = new ArrayList<>();
    Map<String, Integer> roles = new TreeMap<>();
    for (JsonNode node : browser.accessibility()) {
      String role = node.at("/role/value").asText();
      if (!node.path("ignored").asBoolean()) {
        roles.merge(role, 1, Integer::sum);
        if (Set.of("button", "combobox", "table", "image", "link", "region").contains(role)
            && node.at("/name/value").asText().isBlank()) {
          nameless.add(role + ": " + node);
        }
      }
    }
    assertThat(nameless).isEmpty();
    assertThat(roles).containsKeys("banner", "main", "contentinfo", "heading", "status", "table");
    assertThat(roles.get("button")).as("one for each call, and Pause").isEqualTo(51);
  }

  @TestInTurn
  @Order(5)
  void itFitsAPhoneAndFollowsItsUsersWishForDarkness() {
    String background = "getComputedStyle(document.body).backgroundColor";
    String light = browser.value(background).asText();

    browser.resize(360, 740, true);

    assertThat(browser.value("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(360);
    assertThat(browser.value(background).asText()).isNotEqualTo(light);
    browser.resize(1000, 1400, false);
  }

  @TestInTurn
  @Order(6)
  void pausedItStandsStillAsAWhole() {
    browser.value("document.querySelector('#pause').click()");
    String before = on.text("#start-calls");

    environment.resultOf(invite(fresh(), ALICE, ""));
    browser.value("new Promise(done => setTimeout(done, 2500))");

    assertThat(on.text("#start-calls")).isEqualTo(before);
    assertThat(on.text("#state")).isEqualTo("Paused");
    browser.value("document.querySelector('#pause').click()");
    browser.await(
        WITHIN, "document.querySelector('#start-calls').textContent !== '" + before + "'");
  }

  @TestInTurn
  @Order(7)
  void nothingSecretIsOnItNorInWhatItIsSent() throws Exception {
    browser.press("Escape");
    browser.value("document.querySelectorAll('#calls button').forEach(it => it.click())");
    browser.await(WITHIN, "document.querySelectorAll('.timeline').length === 50");
    String html = browser.value("document.documentElement.outerHTML").asText();
    String json = environment.worker().get("/page.json");
    String stream = on.firstOfTheStream();

    assertThat(html).contains(CalleeAs.digest(ALICE.value()));
    assertThat(stream).contains("data: {").contains(CalleeAs.digest(ALICE.value()));
    for (String secret : secrets) {
      assertThat(html).doesNotContainIgnoringCase(secret);
      assertThat(json).doesNotContainIgnoringCase(secret);
      assertThat(stream).doesNotContainIgnoringCase(secret);
    }
  }

  @TestInTurn
  @Order(8)
  void theBrowserAskedNobodyElseAndRefusedNothing() {
    assertThat(browser.requests())
        .isNotEmpty()
        .allMatch(address -> address.startsWith(page), "of the worker itself");
    assertThat(browser.complaints()).isEmpty();

    // and what a policy forbids is forbidden
    String markup = "try { document.body.innerHTML = 'x'; 'set' } catch (e) { e.name }";
    assertThat(browser.value(markup).asText()).isEqualTo("TypeError");
    browser.value(
        "const s = document.createElement('style'); s.textContent = 'body{color:red}';"
            + " document.head.append(s)");
    assertThat(browser.complaints()).anyMatch(it -> it.contains("Content Security Policy"));
  }

  private static String origin(JsonNode result) {
    return "%s-%s@%s"
        .formatted(
            result.at("/invite/topic").asText(),
            result.at("/invite/partition").asText(),
            result.at("/invite/offset").asText());
  }
}
