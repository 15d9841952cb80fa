package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvalidConfigExceptionTest {

  private final ConfigFolder folder;

  InvalidConfigExceptionTest(@TempDir Path temporary) {
    folder = new ConfigFolder(temporary);
  }

  @Test
  void allProblemsComeAtOnceInTheOrderOfTheFile() {
    List<String> problems =
        folder.problems(
            """
            kafka:
              properties:
                enable.auto.commit: true
            ring:
              default: 200s
              max: 10 seconds
            attempt:
              max: -1s
            topics:
              invites: calls
              results: calls
              partitions: 0
            apns:
              connections: 0
              connections: 3
            apps:
              - bundle-ids: [com.example.phone]
                key: {file: gone.p8, key-id: short, team-id: TEAM123456}
              - bundle-ids: [com.example.phone]
            colour: blue
            """,
            Map.of("RINGPOST_RING_DEFALT", "1s", "RINGPOST_ADMIN_PORT", "99999"));

    assertThat(problems)
        .containsExactly(
            "kafka.bootstrap-servers: is missing; write host:port, such as kafka.example.com:9092",
            "kafka.properties.enable.auto.commit (line 3): is decided by Ringpost: an offset is"
                + " committed when its invite is settled, never by the clock; remove it",
            "ring.max (line 6): \"10 seconds\" is not a duration; write a whole number and a unit:"
                + " 500ms, 10s, 2m or 1h",
            "attempt.max (line 8): \"-1s\" is out of bounds; write 100ms to 60s",
            "topics.results (line 11): calls is also the name of topics.invites; give each topic a"
                + " name of its own",
            "topics.partitions (line 12): \"0\" is out of bounds; write 1 to 10000",
            "apns.connections (line 14): \"0\" is out of bounds; write 1 to 32",
            "apns.connections (line 15): was already set on line 14; keep one of them",
            "apps[0].key.key-id (line 18): \"short\" is not valid; write the 10 characters A-Z and"
                + " 0-9 that Apple shows beside the key",
            "apps[0].key.file (line 18): "
                + folder.path("gone.p8")
                + " does not exist; correct the name, or put the file there",
            "apps[1] (line 19): has neither a key nor a certificate; write key for a .p8 file or"
                + " certificate for a .p12 or PEM file",
            "apps[1].bundle-ids (line 19): com.example.phone is also in apps[0] for production;"
                + " keep one credential per app and environment",
            "apps[1].bundle-ids (line 19): com.example.phone is also in apps[0] for sandbox; keep"
                + " one credential per app and environment",
            "colour (line 20): unknown key; remove it",
            "admin.port (RINGPOST_ADMIN_PORT): \"99999\" is out of bounds; write 0 to 65535",
            "RINGPOST_RING_DEFALT: unknown variable; did you mean RINGPOST_RING_DEFAULT?");
  }

  @Test
  void anEmptyFileNamesAllThatIsNeeded() {
    assertThat(folder.problems(""))
        .containsExactly(
            "kafka.bootstrap-servers: is missing; write host:port, such as kafka.example.com:9092",
            "apps: is missing; write at least one app: its bundle-ids and its key");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          log: {level: loud}          | log.level (line 9): "loud" is not one of trace, debug, info, warn, error; write one of trace, debug, info, warn, error
          log: {level: INFO}          | log.level (line 9): "INFO" is not one of trace, debug, info, warn, error; write one of trace, debug, info, warn, error
          topics: {create: yes}       | topics.create (line 9): "yes" is not true or false; write true or false
          topics: {tokens: a b}       | topics.tokens (line 9): "a b" is not valid; write a topic name: 1 to 249 of a-z, A-Z, 0-9, dot, - and _
          topics: {tokens: ..}        | topics.tokens (line 9): ".." is not valid; write a topic name: 1 to 249 of a-z, A-Z, 0-9, dot, - and _
          topics: {tokens: call-invites} | topics.tokens (line 9): call-invites is also the name of topics.invites; give each topic a name of its own
          topics: {tokens: call-invites.retry-7} | topics.tokens (line 9): call-invites.retry-7 is a name of topics.retry, whose topics are call-invites.retry-1 and so on; give each topic a name of its own
          topics: {retry: call, results: call-9} | topics.results (line 9): call-9 is a name of topics.retry, whose topics are call-1 and so on; give each topic a name of its own
          payload: {key: aps}         | payload.key (line 9): "aps" is not valid; write 1 to 64 letters, digits, - or _, and not aps, which is Apple's own
          ring: {max: 20s}            | ring.max (line 9): ring.default, 30s by default, is longer than ring.max, 20s; lower ring.default or raise ring.max
          ring: 30s                   | ring (line 9): has keys of its own, not a value; write under it default, flood-window, max, max-per-callee, max-per-caller, push-again, silent-after
          ring:                       |
          attempt: {max: }            | attempt.max (line 9): has no value; write one, or remove it
          attempt: {max: {a: 1}}      | attempt.max.a (line 9): lies inside of a key that has one value; write that value itself
          attempt: {max: [1s]}        | attempt.max[0] (line 9): lies inside of a key that has one value; write that value itself
          intake: {maxInFlight: 5}    | intake.maxInFlight (line 9): unknown key; did you mean intake.max-in-flight?
          intake: {max-in-flight: 1e3} | intake.max-in-flight (line 9): "1e3" is not a whole number; write digits only
          apns: {production: {host: "https://api.push.apple.com"}} | apns.production.host (line 9): "https://api.push.apple.com" is not valid; write a host name or an address, without scheme and port; the port has a key of its own
          apns: {sandbox: {host: "x:2197"}} | apns.sandbox.host (line 9): "x:2197" is not valid; write a host name or an address, without scheme and port; the port has a key of its own
          admin: {host: "::1"}        |
          admin: {host: "fe80::1%eth0"} |
          topics: {tokens: []}        | topics.tokens (line 9): has no value; write one, or remove it
          admin: {port: 8_080}        | admin.port (line 9): "8_080" is not a whole number; write digits only
          ring.default: 31s           |
          ring: {silent-after: 0s, push-again: true} | ring.push-again (line 9): follows silent, which ring.silent-after: 0s never tells; write a longer ring.silent-after, such as 5s, or remove ring.push-again
          apns: {canary: {enabled: false, ready: true}} | apns.canary.ready (line 9): waits for what apns.canary.enabled: false forbids; write apns.canary.enabled: true, or remove apns.canary.ready
          apns: {canary: {ready: true}} |
          apns: {canary: {enabled: false}} |
          apns: {proxy: {port: 3128}} | apns.proxy.port (line 9): has no effect without apns.proxy.host; write apns.proxy.host too, or remove apns.proxy.port
          apns: {proxy: {kind: socks5}} | apns.proxy.kind (line 9): has no effect without apns.proxy.host; write apns.proxy.host too, or remove apns.proxy.kind
          apns: {proxy: {host: proxy, port: 1080, kind: socks5}} |
          apns: {proxy: {host: proxy, username: u}} | apns.proxy.username (line 9): has no effect without apns.proxy.password-file; write apns.proxy.password-file too, or remove apns.proxy.username
          apns: {proxy: {host: proxy, password-file: p}} | apns.proxy.password-file (line 9): has no effect without apns.proxy.username; write apns.proxy.username too, or remove apns.proxy.password-file
          apns: {proxy: {host: proxy, username: u, password-file: p}} | apns.proxy.password-file (line 9): the file that it names does not exist; correct the name, or put the file there
          apns: {proxy: {host: "http://u:hunter2@proxy:3128"}} | apns.proxy.host (line 9): an address with a name and a password in it is not valid; write a host name or an address, without scheme and port; the port has a key of its own
          tokens: {snapshot: {folder: f}} | tokens.snapshot.folder (line 9): would hold tokens in clear text, and tokens are secrets; write tokens.snapshot.key-file too, the name of a file with 32 random bytes in Base64 (openssl rand -base64 32), or remove tokens.snapshot.folder
          tokens: {snapshot: {key-file: k}} | tokens.snapshot.key-file (line 9): has no effect without tokens.snapshot.folder; write tokens.snapshot.folder too, or remove tokens.snapshot.key-file
          tokens: {snapshot: {interval: 1m}} | tokens.snapshot.interval (line 9): has no effect without tokens.snapshot.folder; write tokens.snapshot.folder too, or remove tokens.snapshot.interval
          apns: {hedge: {max-percent: 5}} | apns.hedge.max-percent (line 9): has no effect without apns.hedge.after; write apns.hedge.after too, or remove apns.hedge.max-percent
          apns: {hedge: {after: 5s}}  | apns.hedge.after (line 9): apns.hedge.after, 5s is longer than attempt.max, 4s by default; lower apns.hedge.after or raise attempt.max
          apns: {hedge: {after: 400ms, max-percent: 5}} |
          apns: {delivery-metrics: {team-id: TEAM123456}} | apns.delivery-metrics.team-id (line 9): has no effect without apns.delivery-metrics.token-folder; write apns.delivery-metrics.token-folder too, or remove apns.delivery-metrics.team-id
          apns: {delivery-metrics: {token-folder: f, url: "http://example.com"}} | apns.delivery-metrics.url (line 9): "http://example.com" is not valid; write an address of HTTPS without a path, such as https://api.icloud.apple.com
          apns: {delivery-metrics: {token-folder: f, url: "https://localhost:8443"}} |
          """)
  void aWrongValueIsNamedWithItsPlaceAndItsFix(String line, String problem) {
    assertThat(folder.problems(ConfigFolder.SMALLEST + line))
        .isEqualTo(problem == null ? List.of() : List.of(problem));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          group.id: mine         | it is intake.group
          bootstrap.servers: a:1 | it is kafka.bootstrap-servers
          interceptor.classes: x | it would see every token and could change or lose records unnoticed
          key.deserializer: x    | records stay bytes until Ringpost reads them
          acks: 1                | a result counts as stored only when all replicas in sync have it, once
          """)
  void aKafkaPropertyThatRingpostDecidesIsRefusedWithItsReason(String property, String reason) {
    String name = property.substring(0, property.indexOf(':'));

    assertThat(folder.problems(withKafka("  properties: {" + property + "}\n")))
        .containsExactly(
            "kafka.properties."
                + name
                + " (line 2): is decided by Ringpost: "
                + reason
                + "; remove it");
  }

  @Test
  void securityThatKafkaWouldIgnoreIsAProblem() {
    assertThat(folder.problems(withKafka("  properties: {sasl.mechanism: PLAIN}\n")))
        .singleElement()
        .asString()
        .startsWith("kafka.properties.sasl.mechanism (line 2): has no effect without");
  }

  @Test
  void theConsumerProtocolTakesNoSessionTimeout() {
    assertThat(
            folder.problems(
                withKafka(
                    "  group-protocol: consumer\n  properties: {session.timeout.ms: 6000}\n")))
        .singleElement()
        .asString()
        .startsWith("kafka.properties.session.timeout.ms (line 3): does not go with");
  }

  @Test
  void aPropertyIsOneValue() {
    assertThat(folder.problems(withKafka("  properties: {config.providers: [file, env]}\n")))
        .hasSize(2)
        .first()
        .asString()
        .startsWith("kafka.properties.config.providers[0] (line 2): lies inside of a key");
  }

  @Test
  void brokenYamlIsNamedByItsLineAndShowsNothingOfTheFile() {
    assertThat(folder.problems("kafka:\n  password: hunter2\n\tx: 1\n"))
        .singleElement()
        .asString()
        .startsWith("line 3: YAML cannot be read here: ")
        .doesNotContain("hunter2");
  }

  @Test
  void aTabIsNamedToTheEndWithItsFix() {
    assertThat(folder.problems("kafka:\n\tbootstrap-servers: kafka:9092\n"))
        .singleElement()
        .asString()
        .contains("TAB", "Do not use")
        .endsWith("; write spaces in place of the tab");
  }

  @Test
  void aListIsNoConfiguration() {
    assertThat(folder.problems("- a\n- b\n"))
        .first()
        .asString()
        .startsWith("line 1: is not a list of keys");
  }

  @Test
  void aKeyMayNotStandTwice() {
    assertThat(folder.problems(ConfigFolder.SMALLEST + "kafka: {}\n"))
        .containsExactly("kafka (line 9): was already set on line 1; keep one of them");
  }

  @Test
  void aFileThatIsNotThereIsOneProblem() {
    InvalidConfigException problems =
        catchThrowableOfType(
            InvalidConfigException.class,
            () ->
                ConfigLoader.load(
                    folder.path("none.yaml"), Map.of("RINGPOST_X", "1"), InstantSource.system()));

    assertThat(problems.file()).isEqualTo(folder.path("none.yaml").toString());
    assertThat(problems.problems())
        .singleElement()
        .hasToString("does not exist; correct the name, or put the file there");
  }

  @Test
  void aFileMustBeUtf8() {
    folder.write("latin.yaml", "a: ä".getBytes(StandardCharsets.ISO_8859_1));

    InvalidConfigException problems =
        catchThrowableOfType(
            InvalidConfigException.class,
            () -> ConfigLoader.load(folder.path("latin.yaml"), Map.of(), InstantSource.system()));

    assertThat(problems.problems())
        .singleElement()
        .hasToString("is not in UTF-8; save it in UTF-8");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bundle-ids: com.example.phone.voip | apps[0].bundle-ids[0] (line 4): "com.example.phone.voip" is not a bundle id; write letters, digits, dots and hyphens without .voip at the end, such as com.example.phone
          bundle-ids: []                     | apps[0].bundle-ids (line 4): has no value; write one, or remove it
          bundle-ids: com.example.phone, environments: [] | apps[0].environments (line 4): has no value; write one, or remove it
          """)
  void anAppThatNamesNothingThatCanBeRungIsAProblem(String lines, String problem) {
    String app = "{" + lines + ", key: {file: phone.p8, key-id: ABC123DEFG, team-id: TEAM123456}}";

    assertThat(folder.problems("kafka:\n  bootstrap-servers: kafka:9092\napps:\n  - " + app + "\n"))
        .containsExactly(problem);
  }

  @Test
  void appsAreNumberedWithoutAGap() {
    assertThat(
            folder.problems(
                ConfigFolder.SMALLEST, Map.of("RINGPOST_APPS_2__BUNDLE_IDS", "com.example.x")))
        .contains("apps[1]: is left out; number the apps from 0 on, without a gap");
  }

  @Test
  void anAppOfWhichNothingIsRightDoesNotHideTheOthers() {
    assertThat(
            folder.problems(
                """
                kafka: {bootstrap-servers: kafka:9092}
                apps:
                  - colour: blue
                  - bundle-ids: com.example.phone
                    key: {file: gone.p8, key-id: ABC123DEFG, team-id: TEAM123456}
                """))
        .contains("apps[0].colour (line 3): unknown key; remove it")
        .anyMatch(problem -> problem.startsWith("apps[1].key.file (line 5): "));
  }

  @Test
  void appsAreAList() {
    assertThat(
            folder.problems(
                "kafka: {bootstrap-servers: kafka:9092}\napps: {bundle-ids: com.example.phone}\n"))
        .first()
        .isEqualTo("apps.bundle-ids (line 2): unknown key; did you mean apps[0].bundle-ids?");
  }

  @Test
  void anEmptyVariableIsAProblem() {
    assertThat(folder.problems(ConfigFolder.SMALLEST, Map.of("RINGPOST_LOG_LEVEL", "")))
        .containsExactly("log.level (RINGPOST_LOG_LEVEL): has no value; write one, or remove it");
  }

  private static String withKafka(String lines) {
    return ConfigFolder.SMALLEST.replace("kafka:\n", "kafka:\n" + lines);
  }
}
