package dev.ringpost;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.ringpost.call.VoipToken;
import dev.ringpost.cli.Cli;
import dev.ringpost.cli.logging.Logging;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.LocalApns;
import dev.ringpost.testing.apns.LocalCredentials;
import dev.ringpost.testing.apns.SigningKey;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ringpost push} as a developer types it, against a local APNs. */
class PushCommandTest {

  private static final String APP = "com.example.phone";
  private static final String HEX = "0123456789abcdef".repeat(4);

  /** As Xcode prints it. */
  private static final String PRINTED =
      "<" + HEX.replaceAll("(.{8})(?!$)", "$1 ").toUpperCase(Locale.ROOT) + ">";

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private LocalCredentials local;
  private SigningKey key;

  @BeforeEach
  void makeFiles() {
    local = LocalCredentials.in(folder);
    key = local.signingKey("ABC123DEFG", "TEAM123456");
  }

  @Test
  void aTokenAsXcodePrintsItIsRungWithATypedKey() throws Exception {
    try (var apns = server()) {
      assertThat(pushWithKey(apns.port())).isZero();

      assertThat(apns.pushes(VoipToken.parse(HEX))).hasSize(1);
      assertThat(out.toString()).contains("200", "DNS", "TCP", "TLS", "answer");
      assertThat(out.toString() + err).doesNotContain(HEX, PRINTED);
    }
  }

  @Test
  void theExitCodeTellsWhoseFaultItIs() throws Exception {
    try (var apns = server()) {
      apns.answerNext(
          VoipToken.parse(HEX),
          Behaviour.rejects(400, "BadDeviceToken"),
          Behaviour.rejects(403, "InvalidProviderToken"),
          Behaviour.rejects(503, "ServiceUnavailable"));

      assertThat(pushWithKey(apns.port())).isEqualTo(65);
      assertThat(pushWithKey(apns.port())).isEqualTo(77);
      assertThat(pushWithKey(apns.port())).isEqualTo(75);
    }
    assertThat(pushWithKey(1)).isEqualTo(69);
    assertThat(push("--credential", "nowhere.p12")).isEqualTo(78);
    assertThat(err.toString()).contains("certificate.file nowhere.p12 does not exist");
  }

  @Test
  void aWorkersConfigurationLendsItsCredentialAndServers() throws Exception {
    String desk = "com.example.desk";
    try (var production = server();
        var sandbox = LocalApns.builder(local).topic(desk + ".voip").start()) {
      Path config =
          ConfigFile.of("localhost:9092")
              .apns(local, production, sandbox)
              .apps(APP, key)
              .andApp(desk, local.clientCertificate(desk, "s3cret"))
              .with("payload: {key: ring}\n")
              .write(folder.resolve("ringpost.yaml"));

      assertThat(push("--config", config.toString())).isZero();
      assertThat(production.pushes().getFirst().json().at("/ring/video").asBoolean()).isFalse();
      assertThat(production.pushes().getFirst().json().has("ring")).isTrue();

      assertThat(
              cli("")
                  .run(
                      "push",
                      "--app",
                      desk,
                      "--token",
                      HEX,
                      "--environment",
                      "sandbox",
                      "--config",
                      config.toString()))
          .isZero();
      assertThat(sandbox.pushes()).hasSize(1);

      assertThat(cli("").run("push", "--app", "a.b", "--token", HEX, "--config", config.toString()))
          .isEqualTo(78);
      assertThat(err.toString()).contains("apps has no credential for a.b in production");
    }
  }

  @Test
  void thePayloadComesFromAFileOrFromStandardInput() throws Exception {
    Path file = Files.writeString(folder.resolve("call.json"), "{\"aps\":{},\"from\":\"file\"}");
    try (var apns = server()) {
      assertThat(pushWithKey(apns.port(), "--payload", file.toString())).isZero();
      assertThat(
              cli("{\"aps\":{},\"from\":\"stdin\"}")
                  .run(arguments(typedKey(apns.port()), "--payload", "-")))
          .isZero();

      assertThat(apns.pushes())
          .extracting(push -> push.json().get("from").asText())
          .containsExactly("file", "stdin");
      assertThat(pushWithKey(apns.port(), "--payload", "nowhere.json")).isEqualTo(2);
    }
  }

  @Test
  void theTokenNeedNotStandOnTheCommandLine() throws Exception {
    Path file = Files.writeString(folder.resolve("phone.token"), PRINTED + "\n");
    try (var apns = server()) {
      String[] fromFile = withoutToken(typedKey(apns.port()), "--token-file", file.toString());
      String[] fromInput = withoutToken(typedKey(apns.port()), "--token", "-");

      assertThat(cli("").run(fromFile)).isZero();
      assertThat(cli(PRINTED + "\n").run(fromInput)).isZero();

      assertThat(apns.pushes(VoipToken.parse(HEX))).hasSize(2);
      assertThat(cli("").run(withoutToken(typedKey(apns.port())))).isEqualTo(2);
      assertThat(pushWithKey(apns.port(), "--token-file", file.toString())).isEqualTo(2);
      assertThat(cli("").run(withoutToken(typedKey(1), "--token", "-", "--payload", "-")))
          .isEqualTo(2);
      assertThat(err.toString())
          .contains("Give either --token or --token-file", "Only one of --token and");
    }
  }

  @Test
  void aDryRunSendsNothing() throws Exception {
    try (var apns = server()) {
      assertThat(pushWithKey(apns.port(), "--dry-run", "--expires", "0s")).isZero();

      assertThat(apns.accepted()).isZero();
      assertThat(out.toString())
          .contains("apns-expiration: 0 (APNs tries once)", "0123…cdef", "Nothing was sent.")
          .doesNotContain(HEX);
    }
  }

  @Test
  void aDryRunShowsTheShapeOfTheAppsPayload() throws Exception {
    try (var apns = server()) {
      Path config =
          ConfigFile.of("localhost:9092")
              .apns(local, apns, apns)
              .apps(APP, key)
              .with("    payload: {shape: {aps: {}, who: '{caller.display}', video: '{video}'}}\n")
              .write(folder.resolve("ringpost.yaml"));

      assertThat(push("--config", config.toString(), "--dry-run")).isZero();

      assertThat(out.toString().lines())
          .contains("{\"aps\":{},\"who\":\"Ringpost test\",\"video\":false}");
      assertThat(apns.accepted()).isZero();
    }
  }

  @Test
  void whatIsMistypedIsAShortError() {
    assertThat(push()).isEqualTo(2);
    assertThat(push("--credential", "AuthKey.p8")).isEqualTo(2);
    assertThat(push("--config", "a.yaml", "--server", "localhost:1")).isEqualTo(2);
    assertThat(push("--credential", "a.p12", "--proxy", "http://u:hunter2@p:1")).isEqualTo(2);
    assertThat(push("--credential", "a.p12", "--proxy", "http://u@p:1")).isEqualTo(2);
    assertThat(push("--credential", "a.p12", "--expires", "1h")).isEqualTo(2);
    assertThat(push("--credential", "a.p12", "--server", "localhost")).isEqualTo(2);
    assertThat(push("--credential", "a.p12", "--environment", "test")).isEqualTo(2);
    assertThat(cli("").run("push", "--app", APP + ".voip", "--token", HEX, "--credential", "a.p12"))
        .isEqualTo(2);
    assertThat(cli("").run("push", "--app", APP, "--token", "hunter2", "--credential", "a.p12"))
        .isEqualTo(2);

    assertThat(err.toString().lines().filter(line -> line.startsWith("ringpost: ")))
        .containsExactly(
            "ringpost: Give either --config or --credential",
            "ringpost: a .p8 key needs --team-id, and --key-id unless its file is named"
                + " AuthKey_ID.p8",
            "ringpost: Leave out what goes with --credential: --config has its own",
            "ringpost: --proxy must be host:port, http://user@host:port or socks5://user@host:port;"
                + " the password is in a file, --proxy-password-file",
            "ringpost: --proxy with a user needs --proxy-password-file, and a password file needs a"
                + " user",
            "ringpost: --expires must be 0s to 120s",
            "ringpost: --server must be host:port",
            "ringpost: --environment must be production or sandbox",
            "ringpost: --app must be the bundle id without .voip",
            "ringpost: --token: token must be hex digits (with '<', '>' and spaces allowed);"
                + " character 1 is something else");
  }

  @Test
  void helpTellsExamplesAndExitCodes() {
    assertThat(cli("").run("push", "--help")).isZero();

    assertThat(out.toString()).contains("--dry-run", "Examples:", "Exit codes:", "77 ");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 96);
  }

  private LocalApns server() {
    return LocalApns.builder(local).key(key).topic(APP + ".voip").start();
  }

  private int pushWithKey(int port, String... more) {
    return cli("").run(arguments(typedKey(port), more));
  }

  private String[] typedKey(int port) {
    return new String[] {
      "--credential",
      key.file().toString(),
      "--key-id",
      key.keyId(),
      "--team-id",
      key.teamId(),
      "--server",
      LocalApns.HOST + ":" + port,
      "--trusted-certificates",
      local.trustedCertificates().toString()
    };
  }

  private int push(String... more) {
    return cli("").run(arguments(more));
  }

  private static String[] arguments(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of("push", "--app", APP, "--token", PRINTED));
    all.addAll(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String[] withoutToken(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of("push", "--app", APP));
    all.addAll(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private Cli cli(String typed) {
    InputStream in = new ByteArrayInputStream(typed.getBytes(UTF_8));
    return new Cli(
        Map.of(),
        in,
        new PrintWriter(out),
        new PrintWriter(err),
        _ -> {
          throw new IllegalStateException("no worker is wanted");
        },
        (_, _) -> {
          throw new IllegalStateException("no shadow is wanted");
        },
        _ -> {
          throw new IllegalStateException("no gateway is wanted");
        },
        _ -> {
          throw new IllegalStateException("no search is wanted");
        },
        _ -> {
          throw new IllegalStateException("no synthetic call is wanted");
        },
        InstantSource.system(),
        UUID::randomUUID,
        _ -> {},
        Logging.of(new LoggerContext()));
  }
}
