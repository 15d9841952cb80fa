package dev.ringpost.cli.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.FilterReply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.config.RingpostConfig.LogFormat;
import dev.ringpost.config.RingpostConfig.LogLevel;
import dev.ringpost.testing.Samples;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

class LoggingTest {

  private static final String TRACEPARENT =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Optional<LogQueue> queue = Optional.empty();

  LoggingTest() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @Test
  void textHasItsFactsAfterTheWords() {
    logger(LogFormat.TEXT, LogLevel.INFO, "dev.ringpost.intake.InviteConsumer")
        .atInfo()
        .addKeyValue("topic", "call-invites")
        .log("partitions assigned");

    assertThat(lines())
        .singleElement()
        .asString()
        .matches(
            "\\d{4}-.* INFO  InviteConsumer \\[.*] partitions assigned topic=\"call-invites\"");
  }

  @Test
  void aLineWithoutFactsEndsWithItsWords() {
    logger(LogFormat.TEXT, LogLevel.INFO, "dev.ringpost.Main").info("ready");

    assertThat(lines()).singleElement().asString().endsWith("] ready");
  }

  @Test
  void nothingInAFactForgesALine() {
    logger(LogFormat.TEXT, LogLevel.INFO, "dev.ringpost.Main")
        .atInfo()
        .addKeyValue("callId", "a\n2026-01-01 ERROR forged")
        .log("call");

    assertThat(lines()).hasSize(1);
  }

  @Test
  void jsonIsOneObjectPerLineWithItsFacts() throws Exception {
    Logger logger = logger(LogFormat.JSON, LogLevel.INFO, "dev.ringpost.Main");

    logger
        .atError()
        .addKeyValue("topic", "a\"b\n")
        .setCause(new IllegalStateException("broken"))
        .log("call {}", 7);

    assertThat(lines()).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(lines().getFirst());
    assertThat(line.get("level").asText()).isEqualTo("ERROR");
    assertThat(line.get("severity").asText()).isEqualTo("ERROR");
    assertThat(line.get("message").asText()).isEqualTo("call 7");
    assertThat(line.get("topic").asText()).isEqualTo("a\"b\n");
    assertThat(line.get("stack_trace").asText())
        .startsWith("java.lang.IllegalStateException: broken")
        .contains("at dev.ringpost.cli.logging.LoggingTest");
    assertThat(Instant.parse(line.get("@timestamp").asText()))
        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    assertThat(line.properties()).allMatch(field -> field.getValue().isTextual());
  }

  @Test
  void aFactIsTextAndReplacesNoFieldOfTheLine() throws Exception {
    record Envelope(String payload) {
      @Override
      public String toString() {
        return "call-invites-3@17";
      }
    }
    logger(LogFormat.JSON, LogLevel.INFO, "dev.ringpost.Main")
        .atWarn()
        .addKeyValue("invite", new Envelope("hunter2"))
        .addKeyValue("partitions", 6)
        .addKeyValue("message", "of somebody")
        .log("read");

    JsonNode line = new ObjectMapper().readTree(lines().getFirst());
    assertThat(line.get("invite").asText()).isEqualTo("call-invites-3@17");
    assertThat(line.get("partitions").isTextual()).isTrue();
    assertThat(line.get("message").asText()).isEqualTo("read");
    assertThat(line.get("severity").asText()).isEqualTo("WARNING");
    assertThat(line.get("fact_message").asText()).isEqualTo("of somebody");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsAboutAnInviteNamesItsTrace(LogFormat format) {
    logger(format, LogLevel.INFO, "dev.ringpost.intake.InviteHandling")
        .atError()
        .addKeyValue("invite", Samples.envelope(Samples.header("traceparent", TRACEPARENT)))
        .addKeyValue("topic", "call-invites")
        .log("given up");

    assertThat(lines())
        .singleElement()
        .asString()
        .containsPattern("\\btrace\"?[=:]\"4bf92f3577b34da6a3ce929d0e0e4736\"")
        .containsPattern("\\binvite\"?[=:]\"Envelope\\[");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00-evil", "trace=1\nERROR forged", TRACEPARENT + "\n"})
  void aTraceOfAnyOtherFormIsNotInTheLog(String traceparent) {
    logger(LogFormat.TEXT, LogLevel.INFO, "dev.ringpost.intake.InviteHandling")
        .atError()
        .addKeyValue("invite", Samples.envelope(Samples.header("traceparent", traceparent)))
        .log("given up");

    assertThat(lines()).singleElement().asString().doesNotContain("trace", "evil", "forged");
  }

  @Test
  void aFactIsWhatItWasWhenItWasSaid() {
    Set<Integer> partitions = new TreeSet<>(Set.of(1, 2));
    logger(LogFormat.TEXT, LogLevel.INFO, "dev.ringpost.Main")
        .atInfo()
        .addKeyValue("partitions", partitions)
        .log("assigned");
    partitions.clear();

    assertThat(lines()).singleElement().asString().endsWith("partitions=\"[1, 2]\"");
  }

  @Test
  void librariesAreQuieterThanWe() {
    Logger ours = logger(LogFormat.TEXT, LogLevel.INFO, "dev.ringpost.Main");
    Logger kafka = context.getLogger("org.apache.kafka.clients.NetworkClient");

    assertThat(ours.isInfoEnabled()).isTrue();
    assertThat(ours.isDebugEnabled()).isFalse();
    assertThat(kafka.isWarnEnabled()).isTrue();
    assertThat(kafka.isInfoEnabled()).isFalse();
  }

  @Test
  void anOutageIsNotSaidSeveralTimesASecond() {
    Logger ours = logger(LogFormat.TEXT, LogLevel.INFO, "dev.ringpost.Main");
    Logger kafka = context.getLogger("org.apache.kafka.clients.NetworkClient");

    for (int i = 0; i < 50; i++) {
      kafka.warn("[Producer clientId=a] Connection to node {} could not be established.", i);
      ours.info("said each time");
    }

    assertThat(lines()).filteredOn(line -> line.contains("Connection")).hasSize(1);
    assertThat(lines()).filteredOn(line -> line.contains("said each time")).hasSize(50);
  }

  @Test
  void aWhileLaterItIsSaidAgain() {
    RepeatFilter filter = new RepeatFilter();

    assertThat(filter.decide(event("gone", 0))).isEqualTo(FilterReply.NEUTRAL);
    assertThat(filter.decide(event("gone", RepeatFilter.QUIET_MILLIS - 1)))
        .isEqualTo(FilterReply.DENY);
    assertThat(filter.decide(event("else", RepeatFilter.QUIET_MILLIS - 1)))
        .isEqualTo(FilterReply.NEUTRAL);
    assertThat(filter.decide(event("gone", RepeatFilter.QUIET_MILLIS)))
        .isEqualTo(FilterReply.NEUTRAL);
  }

  private static ILoggingEvent event(String message, long time) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerName("org.apache.kafka.clients.NetworkClient");
    event.setMessage(message);
    event.setTimeStamp(time);
    return event;
  }

  private Logger logger(LogFormat format, LogLevel level, String name) {
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setOutputStream(out);
    queue =
        Optional.of(Logging.configure(context, new RingpostConfig.Log(format, level), appender));
    return context.getLogger(name);
  }

  private List<String> lines() {
    queue.ifPresent(LogQueue::stop);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
