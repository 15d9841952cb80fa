package dev.ringpost.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ringpost.call.WireTime;
import dev.ringpost.live.Figures.ConsumerState;
import dev.ringpost.live.Figures.RouteState;
import dev.ringpost.live.Figures.ViewState;
import dev.ringpost.telemetry.MeterReader.Buckets;
import dev.ringpost.telemetry.Telemetry;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The writer of a live view as one line of JSON. What is not known is null. */
final class ViewJson {

  private static final JsonFactory JSON = new JsonFactory();

  private final LastMinute minute;
  private final List<SeenCall> calls;

  ViewJson(LastMinute minute, List<SeenCall> calls) {
    this.minute = minute;
    this.calls = calls;
  }

  String of(Instant now, String version, List<String> notReady, List<String> notes) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("at", WireTime.of(now));
      json.writeStringField("version", version);
      writeAll(json, "notReady", notReady);
      writeAll(json, "notes", notes);
      json.writeNumberField("seconds", rounded(minute.seconds()));
      writeCounts(json);
      writeTimes(json);
      writeRoutes(json, minute.newest().routes());
      writeViews(json, minute.newest().views());
      writeConsumers(json, minute.newest().consumers());
      json.writeArrayFieldStart("calls");
      for (SeenCall call : calls) {
        CallJson.write(json, call);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return text.toString();
  }

  private static void writeAll(JsonGenerator json, String name, List<String> lines)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String line : lines) {
      json.writeString(line);
    }
    json.writeEndArray();
  }

  private void writeCounts(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("callsPerSecond");
    for (double rate : minute.callsPerSecond()) {
      json.writeNumber(rounded(rate));
    }
    json.writeEndArray();
    writeCounts(json, "verdicts", minute.oldest().verdicts(), minute.newest().verdicts());
    writeCounts(json, "rings", minute.oldest().rings(), minute.newest().rings());
    json.writeNumberField("malformed", minute.newest().malformed());
  }

  private static void writeCounts(
      JsonGenerator json, String name, Map<String, Long> before, Map<String, Long> after)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> count : after.entrySet()) {
      json.writeObjectFieldStart(count.getKey());
      json.writeNumberField("sinceStart", count.getValue());
      json.writeNumberField(
          "lastMinute", count.getValue() - before.getOrDefault(count.getKey(), 0L));
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private void writeTimes(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("boundsMillis");
    for (var bound : Telemetry.BUCKETS) {
      json.writeNumber(bound.toMillis());
    }
    json.writeEndArray();
    json.writeObjectFieldStart("times");
    for (Time time : Time.values()) {
      Buckets now = buckets(minute.newest(), time);
      json.writeObjectFieldStart(time.word());
      write(json, "lastMinute", Histogram.between(buckets(minute.oldest(), time), now));
      write(json, "sinceStart", Histogram.between(Buckets.EMPTY, now));
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static Buckets buckets(Figures figures, Time time) {
    return figures.times().getOrDefault(time, Buckets.EMPTY);
  }

  private static void write(JsonGenerator json, String name, Histogram times) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("count", times.count());
    write(json, "p50", times.quantile(0.5));
    write(json, "p95", times.quantile(0.95));
    write(json, "p99", times.quantile(0.99));
    json.writeArrayFieldStart("buckets");
    for (long count : times.counts()) {
      json.writeNumber(count);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeRoutes(JsonGenerator json, List<RouteState> routes) throws IOException {
    json.writeArrayFieldStart("routes");
    for (RouteState route : routes) {
      json.writeStartObject();
      json.writeStringField("app", route.app());
      json.writeStringField("environment", route.environment());
      json.writeBooleanField("down", route.down());
      write(json, "canary", route.canary());
      write(json, "connections", route.connections());
      write(json, "inFlight", route.inFlight());
      write(json, "limit", route.limit());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeViews(JsonGenerator json, List<ViewState> views) throws IOException {
    json.writeArrayFieldStart("views");
    for (ViewState view : views) {
      json.writeStartObject();
      json.writeStringField("view", view.view());
      json.writeBooleanField("loaded", view.loaded());
      write(json, "entries", view.entries());
      write(json, "lag", view.lag());
      write(json, "behindSeconds", view.behindSeconds());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeConsumers(JsonGenerator json, List<ConsumerState> consumers)
      throws IOException {
    json.writeArrayFieldStart("consumers");
    for (ConsumerState consumer : consumers) {
      json.writeStartObject();
      json.writeStringField("source", consumer.source());
      write(json, "partitions", consumer.partitions());
      write(json, "lag", consumer.lag());
      write(json, "inFlight", consumer.inFlight());
      write(json, "waiting", consumer.waiting());
      write(json, "oldestSeconds", consumer.oldestSeconds());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, String name, OptionalDouble number)
      throws IOException {
    write(json, name, number.orElse(Double.NaN));
  }

  /** JSON has no word for a number that is none. */
  private static void write(JsonGenerator json, String name, double number) throws IOException {
    if (Double.isFinite(number)) {
      json.writeNumberField(name, rounded(number));
    } else {
      json.writeNullField(name);
    }
  }

  private static double rounded(double number) {
    return Math.round(number * 10) / 10.0;
  }
}
