package dev.ringpost.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import kafka.server.ControllerServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.controller.Controller;

/**
 * The controllers of an embedded cluster. Of three, one can be stopped, and another takes over. For
 * one thread at a time.
 */
public final class LocalControllers {

  private final KafkaClusterTestKit kit;
  private final Map<Integer, ControllerServer> stopped = new HashMap<>();

  LocalControllers(KafkaClusterTestKit kit) {
    this.kit = kit;
  }

  /** Stops the active one, in an orderly way; returns its id. */
  public int stopActive() {
    int id = active();
    ControllerServer server = Objects.requireNonNull(kit.controllers().remove(id));
    stopped.put(id, server);
    server.shutdown();
    server.awaitShutdown();
    return id;
  }

  private int active() {
    try {
      Controller active = kit.waitForActiveController();
      return kit.controllers().entrySet().stream()
          .filter(each -> active.equals(each.getValue().controller()))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElseThrow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Starts one again that was stopped, on the same port and with what it has stored: Kafka's own
   * server can be started once only, so another one of its parts takes its place.
   */
  public void start(int id) {
    ControllerServer former = Objects.requireNonNull(stopped.remove(id), "it was not stopped");
    SharedServer parts = former.sharedServer();
    var shared =
        new SharedServer(
            former.config(),
            parts.metaPropsEnsemble(),
            parts.time(),
            new Metrics(),
            parts.controllerQuorumVotersFuture(),
            parts.bootstrapServers(),
            parts.faultHandlerFactory(),
            parts.socketFactory());
    var server = new ControllerServer(shared, former.configSchema(), former.bootstrapMetadata());
    kit.controllers().put(id, server);
    server.startup();
  }
}
