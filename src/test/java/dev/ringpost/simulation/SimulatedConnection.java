package dev.ringpost.simulation;

import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.ringpost.apns.path.ApnsPath;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.apns.wire.FrameInterceptor;
import dev.ringpost.apns.wire.PushClient;
import dev.ringpost.apns.wire.PushSuppressedException;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.PushRequest;
import dev.ringpost.simulation.SimulatedApns.Answer;
import dev.ringpost.simulation.SimulatedApns.Mood;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to APNs in a simulated run, in the place of Pushy's client and the network. As with
 * Pushy, the first push opens it, a token is asked for right before the writing, an end fails what
 * is under way, and a close waits for answers. It answers no PING.
 */
final class SimulatedConnection implements PushClient {

  /** The notes of a worker on the pushes of its connections. */
  interface Notes {

    /** The push was written that the engine has just asked for. */
    PushRequest written();

    /** APNs has a push that rings a phone; its answer may be lost. */
    void taken(PushRequest push);

    /** The worker's engine has an answer. */
    void answered(PushRequest push, Answer answer);
  }

  /** A push that waits for its answer. */
  private record Open<T extends ApnsPushNotification>(
      T push, CompletableFuture<PushNotificationResponse<T>> future) {

    void answer(Answer answer) {
      future.complete(new Response<>(push, answer));
    }

    void fail(Throwable why) {
      future.completeExceptionally(why);
    }
  }

  private record Response<T extends ApnsPushNotification>(T push, Answer answer)
      implements PushNotificationResponse<T> {

    @Override
    public T getPushNotification() {
      return push;
    }

    @Override
    public boolean isAccepted() {
      return answer.status() == Answer.OK;
    }

    @Override
    public UUID getApnsId() {
      return push.getApnsId();
    }

    @Override
    public int getStatusCode() {
      return answer.status();
    }

    @Override
    public Optional<String> getRejectionReason() {
      return answer.reason().isEmpty() ? Optional.empty() : Optional.of(answer.reason());
    }

    @Override
    public Optional<Instant> getTokenInvalidationTimestamp() {
      return answer.deadSince();
    }
  }

  private static final long STREAMS = 1_000;

  private final World world;
  private final Facts facts;
  private final SimulatedApns apns;
  private final Environment environment;
  private final Loop loop;
  private final FrameInterceptor.Listener listener;
  private final Notes notes;
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<Open<?>> open = new ArrayList<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** Whether APNs or the network has ended it. */
  private boolean isCut;

  /** Whether this side has ended it. */
  private boolean over;

  private boolean stands;
  private boolean closing;

  SimulatedConnection(
      World world,
      Facts facts,
      SimulatedApns apns,
      Environment environment,
      Loop loop,
      FrameInterceptor.Listener listener,
      Notes notes) {
    this.world = world;
    this.facts = facts;
    this.apns = apns;
    this.environment = environment;
    this.loop = loop;
    this.listener = listener;
    this.notes = notes;
  }

  @Override
  public <T extends ApnsPushNotification> CompletableFuture<PushNotificationResponse<T>> send(
      T push) {
    var sent = new Open<>(push, new CompletableFuture<PushNotificationResponse<T>>());
    open.add(sent);
    if (stands) {
      write(sent);
    } else {
      world.in(world.between(20, 200), () -> reached(sent));
    }
    return sent.future();
  }

  /** TCP and TLS are through, or not. */
  private void reached(Open<?> first) {
    if (over) {
      return;
    }
    if (apns.mood() == Mood.AWAY) {
      facts.met(Mishap.REFUSED_CONNECTION);
      loop.execute(() -> fail(first, new ConnectException("connection refused")));
      return;
    }
    apns.connected(this);
    boolean narrow = apns.mood() == Mood.NARROW;
    if (narrow) {
      facts.met(Mishap.NARROW_CONNECTION);
    }
    long streams = narrow ? 1 : STREAMS;
    loop.execute(
        () -> {
          if (over) {
            return;
          }
          stands = true;
          listener.connected(channel);
          listener.announced(channel, new Http2Settings().maxConcurrentStreams(streams));
          write(first);
          if (isCut) {
            end();
          }
        });
  }

  private void write(Open<?> sent) {
    String token;
    try {
      token = sent.push().getToken();
    } catch (PushSuppressedException e) {
      fail(sent, e);
      return;
    }
    if (over || isCut) {
      fail(sent, new IOException("the connection has ended"));
      return;
    }
    PushRequest push = notes.written();
    // APNs goes on whatever becomes of the worker.
    world.in(world.between(5, 30), () -> arrive(sent, push, VoipToken.parse(token)));
  }

  private void arrive(Open<?> sent, PushRequest push, VoipToken token) {
    if (isCut) {
      return;
    }
    Answer answer = apns.takes(token, environment);
    if (answer.status() == Answer.OK) {
      notes.taken(push);
    }
    note(answer);
    if (apns.mood() == Mood.ANSWERS_LOST) {
      facts.met(Mishap.LOST_ANSWER);
      return;
    }
    world.in(
        answersAfter(),
        () -> {
          if (!isCut) {
            loop.execute(() -> answered(sent, push, answer));
          }
        });
  }

  private void note(Answer answer) {
    switch (answer.status()) {
      case 503 -> facts.met(Mishap.SERVER_ERROR);
      case 403 -> facts.met(Mishap.REFUSED_CREDENTIAL);
      case 410 -> facts.met(Mishap.DEAD_TOKEN);
      case 429 -> facts.met(Mishap.THROTTLED_PUSH);
      case 400 -> facts.met(Mishap.OTHER_ENVIRONMENT);
      default -> {}
    }
  }

  /** Now and then an answer takes longer than the attempt. */
  private int answersAfter() {
    return world.happens(2) ? world.between(3_500, 6_000) : world.between(10, 200);
  }

  private void answered(Open<?> sent, PushRequest push, Answer answer) {
    if (!over && open.remove(sent)) {
      notes.answered(push, answer);
      sent.answer(answer);
    }
  }

  private void fail(Open<?> sent, Throwable why) {
    if (open.remove(sent)) {
      sent.fail(why);
    }
  }

  /** It ends without a word; nothing that is on its way arrives any more. */
  void cut() {
    isCut = true;
    apns.disconnected(this);
    loop.execute(
        () -> {
          if (!over) {
            facts.met(Mishap.CUT_CONNECTION);
            end();
          }
        });
  }

  /** APNs accepts no more pushes on it, answers those that it has, and ends it. */
  void goAway() {
    loop.execute(
        () -> {
          if (!over) {
            facts.met(Mishap.GOAWAY);
            listener.goingAway(0, ReasonTable.NONE);
          }
        });
    world.in(
        world.between(50, 1_500),
        () -> {
          if (!isCut) {
            cut();
          }
        });
  }

  @Override
  public CompletableFuture<Void> close() {
    if (!closing) {
      closing = true;
      if (open.isEmpty()) {
        loop.execute(this::end);
      } else {
        loop.later(ApnsPath.GRACE.toNanos(), this::end);
      }
    }
    return closed;
  }

  private void end() {
    if (over) {
      return;
    }
    over = true;
    isCut = true;
    apns.disconnected(this);
    var _ = channel.close();
    List.copyOf(open).forEach(each -> fail(each, new IOException("the connection has ended")));
    closed.complete(null);
  }
}
