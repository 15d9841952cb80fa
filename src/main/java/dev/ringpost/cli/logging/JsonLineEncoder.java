package dev.ringpost.cli.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/**
 * Log lines as Loki, Elastic and Cloud Logging read them: one flat JSON object each, its facts as
 * fields beside the words. Every fact is text, the one that {@code toString} gives: an index that
 * took a field for a number would refuse the line that has words in it, and a value that was
 * written as a bean could show a payload. Safe for many threads.
 */
final class JsonLineEncoder extends EncoderBase<ILoggingEvent> {

  private static final String TIME = "@timestamp";

  /** Cloud Logging's word for the level; Loki knows it too. */
  private static final String SEVERITY = "severity";

  private static final String LEVEL = "level";
  private static final String LOGGER = "logger";
  private static final String THREAD = "thread";
  private static final String MESSAGE = "message";
  private static final String STACK = "stack_trace";

  /** The fields that every line may have. */
  private static final Set<String> OWN =
      Set.of(TIME, SEVERITY, LEVEL, LOGGER, THREAD, MESSAGE, STACK);

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField(TIME, MILLIS.format(Instant.ofEpochMilli(event.getTimeStamp())));
      json.writeStringField(SEVERITY, severity(event.getLevel()));
      json.writeStringField(LEVEL, event.getLevel().toString());
      json.writeStringField(LOGGER, event.getLoggerName());
      json.writeStringField(THREAD, event.getThreadName());
      json.writeStringField(MESSAGE, event.getFormattedMessage());
      if (event.getKeyValuePairs() != null) {
        for (KeyValuePair fact : event.getKeyValuePairs()) {
          String name = OWN.contains(fact.key) ? "fact_" + fact.key : fact.key;
          json.writeStringField(name, String.valueOf(fact.value));
        }
      }
      if (event.getThrowableProxy() != null) {
        json.writeStringField(STACK, ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be written", e);
    }
    return line.append('\n').toString().getBytes(UTF_8);
  }

  private static String severity(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> "ERROR";
      case Level.WARN_INT -> "WARNING";
      case Level.INFO_INT -> "INFO";
      default -> "DEBUG";
    };
  }
}
