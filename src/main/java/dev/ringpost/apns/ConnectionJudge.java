package dev.ringpost.apns;

import dev.ringpost.apns.path.Cooldown;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.apns.path.Loss;
import dev.ringpost.apns.wire.PushClient;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.delivery.ApnsResponse;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The judge of a route's connections by what APNs' answers say of them: it has those replaced that
 * are worse than others. Lives on the loop.
 */
final class ConnectionJudge {

  /** The least time between two renewals of all connections; each that did not help doubles it. */
  static final Duration RENEWED_AGAIN = Duration.ofMinutes(1);

  /** Bound on that time. */
  static final Duration RENEWED_AT_LEAST = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(ConnectionJudge.class);

  private final String route;
  private final ConnectionPool pool;
  private final RouteBreaker breaker;
  private final Canary canary;
  private final PushClient.Factory clients;
  private final Loop loop;
  private final Cooldown renewals = new Cooldown(RENEWED_AGAIN, RENEWED_AT_LEAST);

  /** Whether APNs has ever accepted the credential here. */
  private boolean served;

  /** Topics for which a connection was refused and which were not proven since. */
  private final Set<String> refused = new HashSet<>();

  ConnectionJudge(
      String route,
      ConnectionPool pool,
      RouteBreaker breaker,
      Canary canary,
      PushClient.Factory clients,
      Loop loop) {
    this.route = route;
    this.pool = pool;
    this.breaker = breaker;
    this.canary = canary;
    this.clients = clients;
    this.loop = loop;
  }

  /**
   * A connection brought an answer to a push for a topic.
   *
   * @return whether it is the connection's fault: another one may answer otherwise
   */
  boolean blames(ApnsConnection connection, ApnsResponse answer, String topic) {
    return switch (ReasonTable.ofConnection(answer)) {
      case WELL -> {
        served = true;
        connection.servedWell();
        pool.replaceSick(loop.now());
        yield false;
      }
      case TROUBLE -> {
        connection.health().failed();
        pool.replaceSick(loop.now());
        yield pool.anyUnblamedBut(connection);
      }
      case SPENT -> {
        if (answer.reason().equals("ExpiredProviderToken")) {
          clients.tokenExpired();
        }
        connection.spoil();
        yield true;
      }
      case FOREIGN -> {
        connection.health().condemn();
        connection.doubt(Loss.SPOILED);
        yield true;
      }
      case REFUSED -> {
        refused.add(topic);
        if (canary.proves(topic)) {
          renew();
        } else {
          canary.send();
        }
        yield false;
      }
      case NOTHING -> false;
    };
  }

  /** Whether APNs has ever accepted the credential: one that it refuses now may be in exchange. */
  boolean hasServed() {
    return served;
  }

  /** A push ended without an answer; if its connection stands, that speaks against it. */
  void unanswered(ApnsConnection connection, UUID apnsId, @Nullable Throwable failure) {
    log.atDebug()
        .addKeyValue("connection", connection.name())
        .addKeyValue("apnsId", apnsId)
        .addKeyValue("cause", failure)
        .log("push failed");
    if (connection.isOpen()) {
      connection.health().failed();
    }
  }

  /**
   * What an answer comes to for a push. A topic that a canary has just been allowed is no mistake
   * of anybody's.
   */
  PushOutcome outcome(ApnsResponse answer, Optional<Instant> goneSince, String topic) {
    PushOutcome outcome = ReasonTable.outcome(answer, goneSince);
    boolean contradicted =
        ReasonTable.ofConnection(answer) == ReasonTable.OfConnection.REFUSED
            && outcome instanceof Refused
            && canary.proves(topic);
    return contradicted ? new TryAgain(RetryReason.CREDENTIAL) : outcome;
  }

  /**
   * A canary, on a new connection, has just proven credential and topic. Connections that refuse
   * them are older than they are: all are renewed.
   */
  void proven() {
    if (refused.stream().anyMatch(canary::proves)) {
      renew();
    } else {
      breaker.isBack();
    }
  }

  private void renew() {
    if (renewals.take(loop.now())) {
      refused.clear();
      log.atWarn()
          .addKeyValue("route", route)
          .log("connections refuse what a new one is allowed; they are renewed");
      var _ = pool.renew();
    }
  }
}
