package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.Calls;
import dev.ringpost.apns.payload.CallerShown;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.apns.payload.VoipPayload;
import dev.ringpost.call.Attempt;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shape of an app's payload, as an operator writes it. */
@Timeout(60)
class PayloadShapeTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private static final String VARIABLE = "RINGPOST_APPS_0__PAYLOAD_SHAPE";

  private final ConfigFolder folder;

  PayloadShapeTest(@TempDir Path temporary) {
    folder = new ConfigFolder(temporary);
  }

  @Test
  void withoutAWordItIsRingpostsOwn() {
    RingpostConfig config = folder.load(ConfigFolder.SMALLEST);

    assertThat(config.apps().getFirst().payload().settings("call"))
        .isEqualTo(PayloadSettings.DEFAULT);
    assertThat(
            folder
                .load(ConfigFolder.SMALLEST + "payload: {key: invite}\n")
                .apps()
                .getFirst()
                .payload()
                .settings("invite")
                .shape()
                .toString())
        .contains("invite");
  }

  @Test
  void theCallerCanBeHidden() {
    assertThat(
            folder
                .load(ConfigFolder.SMALLEST + "    payload: {caller: none}\n")
                .apps()
                .getFirst()
                .payload()
                .caller())
        .isEqualTo(CallerShown.NONE);
  }

  @Test
  void aTemplateIsWrittenAsYaml() {
    assertThat(
            pushed(
                """
                    payload:
                      shape:
                        aps: {}
                        call.id: "{call.id}"
                        video: "{video}"
                        answer: yes
                        really: true
                        number: 1.5
                        quoted: "1.5"
                        octal: 010
                        day: 2026-11-24
                        nothing: null
                        list: [a, "{caller.name}", {b: "{attempt}"}]
                """))
        .isEqualTo(
            """
            {"aps":{},"call.id":"a84b4c76e66710@pc33.example.com","video":true,"answer":"yes",\
            "really":true,"number":1.5,"quoted":"1.5","octal":"010","day":"2026-11-24",\
            "nothing":null,"list":["a","Bob",{"b":1}]}\
            """);
  }

  @Test
  void aTemplateIsWrittenAsJson() {
    String uuid = "{\"u\":\"0a0b23a8-bf87-54f6-adf1-9e8a1e2dd10d\"}";

    assertThat(pushed("    payload: {shape: {\"u\": \"{call.uuid}\"}}\n")).isEqualTo(uuid);
    assertThat(pushed("    payload:\n      shape: '{\"u\": \"{call.uuid}\"}'\n")).isEqualTo(uuid);
    assertThat(pushed("    payload:\n      shape: |\n        {\"u\":\n         \"{call.uuid}\"}\n"))
        .isEqualTo(uuid);
  }

  @Test
  void aTemplateStandsInAVariable() {
    String yaml = ConfigFolder.SMALLEST + "    payload: {shape: {aps: {}, old: 1}}\n";

    assertThat(pushed(folder.load(yaml, Map.of(VARIABLE, "{\"v\":\"{video}\"}"))))
        .isEqualTo("{\"v\":true}");
    assertThat(pushed(folder.load(yaml, Map.of(VARIABLE, "linphone")))).contains("call-id");
  }

  @Test
  void allProblemsComeAtOnceWithTheirLine() {
    assertThat(
            folder.problems(
                ConfigFolder.SMALLEST.replace("TEAM123456", "team")
                    + """
                        payload:
                          shape:
                            aps: none
                            id: "{call.uid}"
                            name: "{caller.name"
                            id: twice
                          caller: nobody
                    """))
        .containsExactly(
            "apps[0].key.team-id (line 8): \"team\" is not valid; write the 10 characters A-Z and"
                + " 0-9 that Apple shows as the team id",
            "apps[0].payload.shape (line 11): has an aps that is not an object, which APNs refuses;"
                + " write \"aps\": {}",
            "apps[0].payload.shape (line 11): \"{call.uid}\" at id names nothing; did you mean"
                + " {call.id}?",
            "apps[0].payload.shape (line 11): \"{caller.name\" at name has a brace without its"
                + " partner; write braces only around a name, as in {call.id}",
            "apps[0].payload.shape (line 14): has id twice; keep one of them",
            "apps[0].payload.caller (line 15): \"nobody\" is not one of full, none; write one of"
                + " full, none");
  }

  @Test
  void aHiddenCallerAndAShapeThatNamesItDoNotFit() {
    assertThat(
            folder.problems(
                ConfigFolder.SMALLEST + "    payload: {shape: callkeep, caller: none}\n"))
        .hasSize(2)
        .allMatch(line -> line.startsWith("apps[0].payload.shape (line 9): \"{caller."));
  }

  private String pushed(String payload) {
    return pushed(folder.load(ConfigFolder.SMALLEST + payload));
  }

  private static String pushed(RingpostConfig config) {
    PayloadSettings settings = new RoomSettings(config).apns().apps().getFirst().payload();
    return new VoipPayload(settings)
        .render(Attempt.first(Calls.invite(NOW, Calls.LONG, Optional.of("Bob"), Map.of())), NOW);
  }
}
