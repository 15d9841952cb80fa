package dev.ringpost.events.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.RecordHeader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class ContentModeTest {

  @ParameterizedTest
  @CsvSource({
    "application/cloudevents,                         STRUCTURED",
    "application/cloudevents+json,                    STRUCTURED",
    "application/cloudevents+json; charset=UTF-8,     STRUCTURED",
    "'  Application/CloudEvents+JSON ;charset=utf-8', STRUCTURED",
    "application/cloudevents+avro,                    OTHER_FORMAT",
    "application/cloudevents+protobuf,                OTHER_FORMAT",
    "application/cloudevents-batch+json,              OTHER_FORMAT",
    "application/json,                                DATA",
    "application/vnd.example.cloudevents+json,        DATA",
    "'',                                              DATA",
    ";,                                               DATA",
  })
  void theMediaTypeTellsTheMode(String type, ContentMode mode) {
    assertThat(ContentMode.of(type)).isEqualTo(mode);
    assertThat(ContentMode.of(List.of(header("content-type", type)))).isEqualTo(mode);
    assertThat(ContentMode.of(kafka("Content-Type", type))).isEqualTo(mode);
  }

  @Test
  void withoutTheHeaderTheValueIsData() {
    assertThat(ContentMode.of(List.of())).isEqualTo(ContentMode.DATA);
    assertThat(ContentMode.of(new RecordHeaders())).isEqualTo(ContentMode.DATA);
    assertThat(ContentMode.of(List.of(new RecordHeader("content-type", null))))
        .isEqualTo(ContentMode.DATA);
    assertThat(ContentMode.of(kafka("ce_specversion", "1.0"))).isEqualTo(ContentMode.DATA);
  }

  @Test
  void ofHeadersThatRepeatTheLastCounts() {
    RecordHeader event = header("content-type", "application/cloudevents+json");
    RecordHeader data = header("content-type", "application/json");

    assertThat(ContentMode.of(List.of(data, event))).isEqualTo(ContentMode.STRUCTURED);
    assertThat(ContentMode.of(List.of(event, data))).isEqualTo(ContentMode.DATA);
    assertThat(ContentMode.of(kafka("content-type", "application/cloudevents+json").add("x", null)))
        .isEqualTo(ContentMode.STRUCTURED);
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  private static Headers kafka(String name, String value) {
    return new RecordHeaders().add(name, value.getBytes(UTF_8));
  }
}
