package dev.ringpost.gateway;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import dev.ringpost.telemetry.GatewayMeters;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The gateway with all its parts, from the opened port to the last answer. */
public final class Gateway implements AutoCloseable {

  /** The time that leaving takes at most: the last answers, and then the parts, one by one. */
  public static final Duration LEAVE_BOUND =
      GatewaySettings.LONGEST_ANSWER
          .plus(Webhooks.CLOSE_BOUND)
          .plus(ResultFollower.CLOSE_BOUND)
          .plus(KafkaEventWriter.CLOSE_BOUND);

  /** How much longer than a call a stream of its events may be. */
  private static final Duration AFTER_THE_CALL = Duration.ofSeconds(60);

  private final KafkaEventWriter writer;
  private final ResultFollower follower;
  private final Optional<Webhooks> webhooks;
  private final EventStreams streams;
  private final JettyDoor door;

  private Gateway(
      KafkaEventWriter writer,
      ResultFollower follower,
      Optional<Webhooks> webhooks,
      EventStreams streams,
      JettyDoor door) {
    this.writer = writer;
    this.follower = follower;
    this.webhooks = webhooks;
    this.streams = streams;
    this.door = door;
  }

  /**
   * Opens the port and begins to read results.
   *
   * @throws IOException in words for an operator, if the address cannot be opened
   * @throws InvalidSettingsException if a file of the settings can no longer be used
   */
  public static Gateway open(GatewaySettings settings, GatewayMeters meters, InstantSource clock)
      throws IOException {
    Optional<BearerTokens> tokens = settings.bearerFile().map(BearerTokens::read);
    Optional<WebhookKey> key = settings.webhook().map(it -> WebhookKey.read(it.secretFile()));
    var memory = new CallMemory(settings.rememberedCalls());
    var places = new Semaphore(settings.maxWaiting());
    meters.waiting(() -> settings.maxWaiting() - places.availablePermits(), settings.maxWaiting());
    meters.remembered(memory::size);
    var writer = KafkaEventWriter.open(settings, meters);
    var topics = settings.topics();
    var streams = new EventStreams(memory, places, settings.ring().max().plus(AFTER_THE_CALL));
    meters.streams(streams::open);
    var routes =
        new Routes(
            tokens,
            new InviteEndpoint(settings, writer, memory, places, meters, clock),
            new SignalEndpoint(topics.signals(), writer, clock),
            new TokenEndpoint(topics.tokens(), writer, clock),
            new CallEndpoint(memory, places),
            meters);
    try {
      var door = JettyDoor.open(settings, routes, streams);
      var follower = ResultFollower.start(settings, meters, memory);
      var webhooks =
          settings
              .webhook()
              .map(it -> Webhooks.start(settings, it, key.orElseThrow(), meters, clock));
      return new Gateway(writer, follower, webhooks, streams, door);
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /**
   * Returns if every file of the settings can be used.
   *
   * @throws InvalidSettingsException with everything that is wrong with them
   */
  public static void examine(GatewaySettings settings) {
    List<Finding> findings = new ArrayList<>();
    examine(findings, () -> settings.bearerFile().ifPresent(BearerTokens::read));
    examine(findings, () -> settings.webhook().ifPresent(it -> WebhookKey.read(it.secretFile())));
    examine(findings, () -> settings.tls().ifPresent(ServerTls::of));
    if (!findings.isEmpty()) {
      throw new InvalidSettingsException(findings);
    }
  }

  /** What its producer is made with, for who judges it before there is one. */
  public static Map<String, Object> producerProperties(GatewaySettings settings) {
    return KafkaEventWriter.properties(settings);
  }

  /** What each of its consumers is made with; the webhook's, which is in a group, is the last. */
  public static List<Map<String, Object>> consumerProperties(GatewaySettings settings) {
    List<Map<String, Object>> consumers = new ArrayList<>();
    consumers.add(ResultFollower.properties(settings));
    settings.webhook().ifPresent(it -> consumers.add(Webhooks.properties(settings, it)));
    return consumers;
  }

  private static void examine(List<Finding> findings, Runnable reading) {
    try {
      reading.run();
    } catch (InvalidSettingsException e) {
      findings.addAll(e.findings());
    }
  }

  /** The port that is open. */
  public int port() {
    return door.port();
  }

  /** What keeps it from answering with verdicts, one line each; empty if it is ready. */
  public List<String> notReady() {
    List<String> reasons = new ArrayList<>(stuck());
    if (!follower.ready()) {
      reasons.add("results are not read yet");
    }
    return reasons;
  }

  /** The loops that have ended though the gateway is open, one line each. */
  public List<String> stuck() {
    List<String> loops = new ArrayList<>();
    if (!follower.alive()) {
      loops.add("the reader of results has ended");
    }
    if (webhooks.isPresent() && !webhooks.get().alive()) {
      loops.add("the teller of verdicts to the webhook has ended");
    }
    return loops;
  }

  /** The time since the last turn of a loop began, of the loop where that is longest ago. */
  public Duration sinceTurn() {
    Duration ofFollower = follower.sinceTurn();
    return webhooks
        .map(Webhooks::sinceTurn)
        .filter(ofWebhooks -> ofWebhooks.compareTo(ofFollower) > 0)
        .orElse(ofFollower);
  }

  /** Answers what it has, for as long as the longest wait, then closes. */
  @Override
  public void close() {
    streams.close();
    door.close();
    webhooks.ifPresent(Webhooks::close);
    follower.close();
    writer.close();
  }
}
