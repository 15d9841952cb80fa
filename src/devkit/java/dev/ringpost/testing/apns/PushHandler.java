package dev.ringpost.testing.apns;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** The handler that decides what is done with a push and writes it down. Safe for many threads. */
final class PushHandler {

  /**
   * The decision on what is done with a push.
   *
   * @param authenticated whether its sender may send
   */
  record Decision(Behaviour behaviour, boolean authenticated) {}

  private final RequestRules rules;
  private final ResponseScript responses;
  private final ActiveFaults faults;
  private final PushLog log;
  private final Consumer<ReceivedPush> observer;
  private final InstantSource clock;
  private final int maxStreams;
  private final int maxErrors;
  private volatile Optional<Function<ReceivedPush, Behaviour>> rule = Optional.empty();

  /**
   * @param observer is told of each push that is kept
   * @param maxStreams what an authenticated client may have open at once
   * @param maxErrors how many errors a connection may earn
   */
  PushHandler(
      RequestRules rules,
      ResponseScript responses,
      ActiveFaults faults,
      PushLog log,
      Consumer<ReceivedPush> observer,
      InstantSource clock,
      int maxStreams,
      int maxErrors) {
    this.rules = rules;
    this.responses = responses;
    this.faults = faults;
    this.log = log;
    this.observer = observer;
    this.clock = clock;
    this.maxStreams = maxStreams;
    this.maxErrors = maxErrors;
  }

  int maxStreams() {
    return maxStreams;
  }

  int maxErrors() {
    return maxErrors;
  }

  void setRule(Function<ReceivedPush, Behaviour> rule) {
    if (log.onlyCounts()) {
      throw new IllegalStateException("a server that only counts has no pushes to show to a rule");
    }
    this.rule = Optional.of(rule);
  }

  /**
   * Decides about a push.
   *
   * @param token that of the connection that it came over
   */
  Decision decide(
      PushRequest request,
      Set<String> certificateTopics,
      ConnectionToken token,
      int connection,
      int stream) {
    Optional<Behaviour.Answers> unknown =
        rules
            .authentication(request, certificateTopics)
            .or(() -> RequestRules.token(request, certificateTopics, token, clock.instant()));
    Optional<Behaviour.Answers> objection =
        RequestRules.address(request)
            .or(() -> unknown)
            .or(() -> rules.objection(request, certificateTopics));
    Behaviour behaviour = objection.isPresent() ? objection.get() : responses.take(request.token());
    ReceivedPush push = log.onlyCounts() ? null : received(request, behaviour, connection, stream);
    if (objection.isEmpty()) {
      if (push != null && rule.isPresent()) {
        behaviour = rule.get().apply(push);
      }
      behaviour = faults.behaviour(behaviour, request.token(), connection);
    }
    if (push != null) {
      observer.accept(push.with(behaviour));
      log.keep(push.with(behaviour));
    }
    log.count(behaviour);
    return new Decision(behaviour, unknown.isEmpty());
  }

  private ReceivedPush received(
      PushRequest request, Behaviour behaviour, int connection, int stream) {
    return new ReceivedPush(
        request.token(),
        request.headerMap(),
        request.bodyText(),
        behaviour,
        clock.instant(),
        System.nanoTime(),
        connection,
        stream);
  }
}
