package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ringpost.example.yaml} is true: it loads, it is complete, and its defaults are ours. */
class ExampleFileTest {

  static final Path EXAMPLE = Path.of("ringpost.example.yaml");

  private static final Pattern COMMENTED_OUT =
      Pattern.compile("^( *)#(?=[^ #])", Pattern.MULTILINE);

  /** The first app shows the defaults. */
  private static final String SECOND_APP = "apps[1]";

  private final ConfigFolder folder;
  private final Schema schema = Schema.of(Path.of(""));

  ExampleFileTest(@TempDir Path temporary) {
    folder = new ConfigFolder(temporary);
    folder
        .write(
            "secrets/AuthKey_ABC123DEFG.p8",
            ConfigFolder.pem("PRIVATE KEY", ConfigFolder.ellipticKey("secp256r1")))
        .write(
            "secrets/tablet.p8",
            ConfigFolder.pem("PRIVATE KEY", ConfigFolder.ellipticKey("secp256r1")))
        .write("secrets/tablet.key-id", "XYZ123DEFG\n")
        .write("secrets/proxy.password", "s3cret\n")
        .write("secrets/desk.passphrase", ConfigFolder.PASSPHRASE)
        .certificate("secrets/desk", ConfigFolder.PASSPHRASE)
        .certificate("secrets/test-ca", ConfigFolder.PASSPHRASE);
  }

  @Test
  void itLoadsAsItStands() throws Exception {
    RingpostConfig config = folder.load(Files.readString(EXAMPLE));

    assertThat(config.apps()).hasSize(1);
  }

  @Test
  void itLoadsWithEveryLineInUse() throws Exception {
    RingpostConfig config = folder.load(everyLine());

    assertThat(config.apps()).hasSize(3);
    assertThat(config.kafka().properties()).isNotEmpty();
  }

  @Test
  void everyKeyStandsInIt() throws Exception {
    Map<String, RawValues.Value> written = written();

    assertThat(schema.keys())
        .allSatisfy(key -> assertThat(written.keySet()).anyMatch(key::matches));
  }

  @Test
  void theDefaultsThatItShowsAreTheDefaultsOfTheCode() throws Exception {
    Map<String, RawValues.Value> written = written();

    assertThat(schema.keys().stream().filter(key -> key.byDefault().isPresent()))
        .allSatisfy(
            key -> {
              String shown =
                  written.entrySet().stream()
                      .filter(setting -> !setting.getKey().startsWith(SECOND_APP))
                      .filter(setting -> key.matches(setting.getKey()))
                      .map(setting -> setting.getValue().text())
                      .collect(Collectors.joining(","));
              assertThat(shown).as(key.path()).isEqualTo(key.byDefault().orElseThrow());
            });
  }

  private Map<String, RawValues.Value> written() throws IOException, InvalidConfigException {
    RawValues settings = new RawValues();
    Problems problems = new Problems(EXAMPLE);
    YamlSource.read(everyLine(), schema, settings, problems);
    problems.throwIfAny();
    Map<String, RawValues.Value> written = new TreeMap<>();
    settings.forEach(written::put);
    return written;
  }

  /** The example with all that is commented out in use. */
  static String everyLine() throws IOException {
    return COMMENTED_OUT.matcher(Files.readString(EXAMPLE)).replaceAll("$1");
  }
}
