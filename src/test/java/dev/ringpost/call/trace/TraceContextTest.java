package dev.ringpost.call.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  @Test
  void aHeaderGivesTheIdsOfTraceAndSpan() {
    assertThat(TraceContext.of(bytes("00-" + TRACE + "-" + SPAN + "-01")))
        .contains(new TraceContext(TRACE, SPAN, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "02", "fe"})
  void onlyTheLastFlagSaysThatATraceIsKept(String flags) {
    assertThat(TraceContext.of(bytes("00-" + TRACE + "-" + SPAN + "-" + flags)))
        .contains(new TraceContext(TRACE, SPAN, false));
  }

  @Test
  void aLaterVersionMaySayMore() {
    assertThat(TraceContext.of(bytes("cc-" + TRACE + "-" + SPAN + "-09-what comes then")))
        .contains(new TraceContext(TRACE, SPAN, true));
    assertThat(TraceContext.of(bytes("cc-" + TRACE + "-" + SPAN + "-01"))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-ab",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "00-" + TRACE + "-" + SPAN + "-01\n",
        "00-" + TRACE + "-" + SPAN + "-0\n",
        "00-" + TRACE + "-" + SPAN + "-0g",
        "00-" + TRACE + "-00F067AA0BA902B7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "00-\"bf92f3577b34da6a3ce929d0e0e473}-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00_" + TRACE + "-" + SPAN + "-01",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "cc-" + TRACE + "-" + SPAN + "-01.what",
        "cc-" + TRACE + "-" + SPAN + "-01-a\nb",
      })
  void anyOtherFormGivesNothing(String header) {
    assertThat(TraceContext.of(bytes(header))).isEmpty();
  }

  @Test
  void whatIsLongIsNotLookedAt() {
    String start = "cc-" + TRACE + "-" + SPAN + "-01-";

    assertThat(TraceContext.of(bytes(start + "x".repeat(128 - start.length())))).isPresent();
    assertThat(TraceContext.of(bytes(start + "x".repeat(129 - start.length())))).isEmpty();
    assertThat(TraceContext.of(bytes("0".repeat(10_000)))).isEmpty();
  }

  private static byte[] bytes(String header) {
    return header.getBytes(ISO_8859_1);
  }
}
