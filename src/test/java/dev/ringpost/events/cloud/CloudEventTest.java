package dev.ringpost.events.cloud;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.events.cloud.CloudEvent.Fault;
import dev.ringpost.testing.DocPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class CloudEventTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'specversion':'1.0','data':{'a':1.50}} | {'a':1.50}",
        "{'data' :  { 'ü' : [ {} , '}' ] } , 'id':'1'} | { 'ü' : [ {} , '}' ] }",
        "{'data':{'a':1,'a':2}} | {'a':1,'a':2}",
        "{'data_base64':'eyJhIjoxfQ=='} | {'a':1}",
        "{'data_base64':'eyJhIjoxfQ'} | {'a':1}",
        "{'data':null,'data_base64':'eyJhIjoxfQ=='} | {'a':1}",
        "{'data_base64':'eyJhIjoxfQ==','data':{'b':2}} | {'b':2}",
        "{'data':{'a':1},'x':{'data':{'c':3}},'data':{'b':2}} | {'b':2}",
      })
  void theDataIsCutOutByteForByte(String event, String data) {
    assertThat(read(event)).isEqualTo(data.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{} | NO_DATA",
        "{'specversion':'1.0','data':null} | NO_DATA",
        "{'data':'{}'} | INVALID_DATA",
        "{'data':[{}]} | INVALID_DATA",
        "{'data':7} | INVALID_DATA",
        "{'data_base64':'*'} | INVALID_DATA",
        "{'data_base64':{'data':{}}} | INVALID_DATA",
        "[{'data':{}}] | NOT_JSON",
        "{'data':{}} {} | NOT_JSON",
        "{'data':{} | NOT_JSON",
        "{'data':{'a':} | NOT_JSON",
        "nonsense | NOT_JSON",
        "~~ | NOT_JSON",
      })
  void anEventWithoutReadableDataSaysWhatIsWrong(String event, Fault fault) {
    assertThat(read(event)).isEqualTo(fault.name());
  }

  @Test
  void anotherEncodingIsNotRead() {
    String event = "{\"data\":{\"a\":1}}";
    byte[] latin = "{\"data\":{\"a\":\"ü\"}}".getBytes(ISO_8859_1);

    assertThat(CloudEvent.read(event.getBytes(UTF_16)))
        .isInstanceOfSatisfying(
            CloudEvent.Flawed.class, it -> assertThat(it.fault()).isEqualTo(Fault.NOT_JSON));
    assertThat(CloudEvent.read(latin)).isInstanceOf(CloudEvent.Flawed.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noBytesMakeItFail(long seed) {
    var random = new Random(seed);
    byte[] good =
        "{\"specversion\":\"1.0\",\"data\":{\"a\":[1,\"ü\"]},\"id\":\"1\"}".getBytes(UTF_8);
    for (int round = 0; round < 2_000; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i < 3; i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }

      assertThat(CloudEvent.read(bad)).isNotNull();
    }
  }

  /** The page quotes each sentence. */
  @Test
  void thePageHasWhatIsSaidOfEvents() throws IOException {
    Set<String> said = new TreeSet<>();
    for (String event : new String[] {"{}", "{\"data\":7}", "{\"data_base64\":7}", "x"}) {
      said.add(((CloudEvent.Flawed) CloudEvent.read(event.getBytes(UTF_8))).detail());
    }
    said.add(CloudEvent.OTHER_FORMAT.detail());

    assertThat(DocPage.of(Path.of("docs", "events.md")).quoted()).containsAll(said);
  }

  private static String read(String event) {
    return switch (CloudEvent.read(event.replace('\'', '"').getBytes(UTF_8))) {
      case CloudEvent.Data(byte[] bytes) -> new String(bytes, UTF_8);
      case CloudEvent.Flawed(Fault fault, String detail) -> {
        assertThat(detail).doesNotContain("nonsense");
        yield fault.name();
      }
    };
  }
}
