package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The agreement of the schema for editors with the loader: what one of them calls wrong is wrong to
 * the other, key by key. That valid files pass is checked by {@link ConfigFolder}, on each one that
 * loads.
 */
@Timeout(60)
class JsonSchemaTest {

  private static final String FLOWING =
      """
      kafka: {bootstrap-servers: kafka:9092}
      apps:
        - {bundle-ids: com.example.phone, key: {file: phone.p8, key-id: ABC123DEFG, team-id: TEAM123456}}
      """;

  private final ConfigFolder folder;

  JsonSchemaTest(@TempDir Path temporary) {
    folder = new ConfigFolder(temporary);
  }

  @Test
  void theExamplePasses() throws Exception {
    String example = Files.readString(ExampleFileTest.EXAMPLE);

    assertThat(FileSchema.flaws(example)).isEmpty();
    assertThat(FileSchema.flaws(ExampleFileTest.everyLine())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "colour: blue",
        "ring: {defualt: 10s}",
        "apns: {hedge: {before: 1s}}",
        "apns: {connections: 0}",
        "apns: {connections: 33}",
        "apns: {connections: [2]}",
        "apns: {expiration: never}",
        "apns: {production: {host: 'https://api.push.apple.com'}}",
        "apns: {proxy: {host: 'proxy:3128'}}",
        "apns: {trusted-certificates: }",
        "admin: {port: 65536}",
        "admin: {port: -1}",
        "admin: {port: http}",
        "admin: 8080",
        "intake: {max-in-flight: 1.5}",
        "intake: {group: 'two words'}",
        "intake: {skip-unreadable: maybe}",
        "log: {level: loud}",
        "log: {format: JSON}",
        "results: {callee: hidden}",
        "topics: {create: 1}",
        "topics: {partitions: many}",
        "topics: {tokens: a b}",
        "topics: {tokens: ..}",
        "topics: {tokens: []}",
        "payload: {key: aps}",
        "ring: 30s",
        "ring: {max: 10 seconds}",
        "ring: {max: 10}",
        "attempt: {max: [1s]}",
        "attempt: {max: {a: 1}}",
        "retry: {ladder: [1s, soon]}",
        "retry: {ladder: 1s;2s}",
        "retry: {ladder: []}",
        "tokens: {fuse: {max-percent: 101}}",
        "tokens: {fuse: 5}"
      })
  void whatIsWrongIsWrongToBoth(String line) {
    assertBothRefuse(ConfigFolder.SMALLEST + line + "\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka:9092|kafka",
        "kafka:9092|kafka:port",
        "bootstrap-servers: kafka:9092|properties: {linger.ms: 5}",
        "bootstrap-servers: kafka:9092|bootstrap-servers: []",
        "bundle-ids: com.example.phone|bundle-ids: com.example.phone.voip",
        "bundle-ids: com.example.phone|bundle-ids: [com.example.phone, a b]",
        "bundle-ids: com.example.phone|environments: [sandbox]",
        "bundle-ids: com.example.phone|bundle-ids: com.example.phone, environments: [test]",
        "file: phone.p8|files: phone.p8",
        "key-id: ABC123DEFG|key-id: short",
        "team-id: TEAM123456|key-file: phone.p8"
      })
  void whatIsWrongInWhatEveryFileHasIsWrongToBoth(String change) {
    String[] parts = change.split("\\|", -1);

    assertBothRefuse(FLOWING.replace(parts[0], parts[1]));
  }

  @Test
  void theFileThatIsChangedIsValid() {
    assertThat(folder.problems(FLOWING)).isEmpty();
    assertThat(FileSchema.flaws(FLOWING)).isEmpty();
  }

  private void assertBothRefuse(String yaml) {
    assertThat(folder.problems(yaml)).as("the loader on " + yaml).isNotEmpty();
    assertThat(FileSchema.flaws(yaml)).as("the schema on " + yaml).isNotEmpty();
  }

  @Test
  void everyNumberAndDurationHasBoundsAndEveryDefaultIsSound() {
    List<Key> keys = Schema.of(Path.of("")).keys();

    assertThat(keys)
        .filteredOn(key -> List.of(int.class, Duration.class).contains(key.valueClass()))
        .isNotEmpty()
        .allSatisfy(key -> assertThat(key.within()).as(key.path()).isPresent());
    assertThat(keys)
        .allSatisfy(
            key ->
                assertThat(
                        key.form() == Key.Form.LIST
                            ? key.defaultElements()
                            : key.byDefault().stream().toList())
                    .as(key.path())
                    .allSatisfy(text -> assertThat(key.flaw(text)).isEmpty()));
  }
}
