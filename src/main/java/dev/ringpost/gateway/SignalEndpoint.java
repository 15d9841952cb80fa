package dev.ringpost.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalCodec;
import dev.ringpost.events.UnusableRecordException;
import java.time.InstantSource;

/** {@code POST /v1/signals}: publishes what a call server says of a call. Safe for many threads. */
final class SignalEndpoint {

  private final String topic;
  private final EventWriter writer;
  private final InstantSource clock;

  SignalEndpoint(String topic, EventWriter writer, InstantSource clock) {
    this.topic = topic;
    this.writer = writer;
    this.clock = clock;
  }

  HttpAnswer post(HttpCall call) throws InterruptedException {
    Signal signal;
    try {
      signal = SignalCodec.decode(call.body(), call.mode(), clock.instant());
    } catch (UnusableRecordException e) {
      return HttpAnswer.problem(400, e.unusable().reason().code(), e.unusable().detail());
    }
    return Stored.answer(
        writer.write(
            topic, signal.call().value().getBytes(UTF_8), call.body(), call.eventHeaders()));
  }
}
