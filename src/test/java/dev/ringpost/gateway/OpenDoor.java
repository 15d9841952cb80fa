package dev.ringpost.gateway;

import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.GatewayMeterName;
import dev.ringpost.telemetry.GatewayMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The gateway's HTTP server with all its routes and no Kafka behind them. */
final class OpenDoor implements AutoCloseable {

  private static final Duration LONGEST_STREAM = Duration.ofMinutes(1);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CallMemory memory;
  private final Semaphore places;
  private final EventStreams streams;
  private final JettyDoor door;

  private OpenDoor(GatewaySettings settings) throws IOException {
    memory = new CallMemory(settings.rememberedCalls());
    places = new Semaphore(settings.maxWaiting());
    streams = new EventStreams(memory, places, LONGEST_STREAM);
    var meters = new GatewayMeters(new Telemetry(registry));
    EventWriter nowhere = (_, _, _, _) -> new Written.NotStored("there is no Kafka");
    InstantSource clock = InstantSource.system();
    var routes =
        new Routes(
            settings.bearerFile().map(BearerTokens::read),
            new InviteEndpoint(settings, nowhere, memory, places, meters, clock),
            new SignalEndpoint(settings.topics().signals(), nowhere, clock),
            new TokenEndpoint(settings.topics().tokens(), nowhere, clock),
            new CallEndpoint(memory, places),
            meters);
    door = JettyDoor.open(settings, routes, streams);
  }

  /**
   * Opens a free port.
   *
   * @param places how many clients may wait
   */
  static OpenDoor with(Optional<GatewaySettings.Tls> tls, int places) throws IOException {
    return new OpenDoor(settings(Optional.empty(), tls, places));
  }

  /** Opens a free port to those who have a token of a file. */
  static OpenDoor guarded(Path tokens) throws IOException {
    return new OpenDoor(settings(Optional.of(tokens), Optional.empty(), 1));
  }

  private static GatewaySettings settings(
      Optional<Path> tokens, Optional<GatewaySettings.Tls> tls, int places) {
    return new GatewaySettings(
        "127.0.0.1",
        0,
        tokens,
        tls,
        new GatewaySettings.Topics("call-invites", "voip-tokens", "call-signals", "results"),
        new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
        Duration.ofSeconds(10),
        places,
        100,
        Duration.ofSeconds(2),
        Optional.empty(),
        Map.of());
  }

  /** A result is read. */
  void told(Told told, Told.Place at) {
    memory.told(told, at);
  }

  int port() {
    return door.port();
  }

  /** How many clients find a place now. */
  int freePlaces() {
    return places.availablePermits();
  }

  /** How many streams are open now. */
  int openStreams() {
    return streams.open();
  }

  void endStreams() {
    streams.close();
  }

  /** How many requests of a route were answered with a status. */
  double answered(String route, int status) {
    return registry
        .find(GatewayMeterName.REQUESTS.meter())
        .tags("route", route, "status", Integer.toString(status))
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  /** How many requests were answered. */
  double answered() {
    return registry.find(GatewayMeterName.REQUESTS.meter()).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Override
  public void close() {
    streams.close();
    door.close();
  }
}
