package dev.ringpost.simulation;

import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** APNs of a simulated run: it knows which tokens are dead since when, and has its bad moments. */
final class SimulatedApns {

  /** A mood that lasts for a while. */
  enum Mood {
    WELL,
    /** It takes pushes, and its answers do not arrive. */
    ANSWERS_LOST,
    /** It answers 503. */
    OUT_OF_ORDER,
    /** It does not accept the credential, which is being exchanged. */
    LOCKED,
    /** It answers 429. */
    THROTTLING,
    /** Its connections have ended, and it accepts no new ones. */
    AWAY,
    /** It announces one stream for each new connection. */
    NARROW
  }

  /**
   * An answer to a push.
   *
   * @param deadSince what a 410 says
   */
  record Answer(int status, String reason, Optional<Instant> deadSince) {

    static final int OK = 200;

    static Answer of(int status, String reason) {
      return new Answer(status, reason, Optional.empty());
    }
  }

  private final Map<VoipToken, Instant> dead = new HashMap<>();
  private final Set<VoipToken> ofSandbox = new HashSet<>();
  private final List<SimulatedConnection> connections = new ArrayList<>();
  private Mood mood = Mood.WELL;

  void is(Mood now) {
    mood = now;
    if (mood == Mood.AWAY) {
      List.copyOf(connections).forEach(SimulatedConnection::cut);
    }
  }

  Mood mood() {
    return mood;
  }

  void dies(VoipToken token, Instant at) {
    dead.put(token, at);
  }

  void lives(VoipToken token) {
    dead.remove(token);
  }

  /** The token is of the sandbox, whatever its registration says. */
  void isOfSandbox(VoipToken token) {
    ofSandbox.add(token);
  }

  /** A connection stands. */
  void connected(SimulatedConnection connection) {
    connections.add(connection);
  }

  void disconnected(SimulatedConnection connection) {
    connections.remove(connection);
  }

  /** The connections that stand. */
  List<SimulatedConnection> connections() {
    return List.copyOf(connections);
  }

  /** Its answer to a push that arrives now. */
  Answer takes(VoipToken token, Environment environment) {
    return switch (mood) {
      case OUT_OF_ORDER, AWAY -> Answer.of(503, "ServiceUnavailable");
      case LOCKED -> Answer.of(403, "InvalidProviderToken");
      case THROTTLING -> Answer.of(429, "TooManyRequests");
      case WELL, ANSWERS_LOST, NARROW -> judge(token, environment);
    };
  }

  private Answer judge(VoipToken token, Environment environment) {
    if (ofSandbox.contains(token) != (environment == Environment.SANDBOX)) {
      return Answer.of(400, "BadDeviceToken");
    }
    Instant since = dead.get(token);
    return since == null
        ? Answer.of(Answer.OK, "")
        : new Answer(410, "Unregistered", Optional.of(since));
  }
}
