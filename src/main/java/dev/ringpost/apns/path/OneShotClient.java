package dev.ringpost.apns.path;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.credentials.ProviderToken;
import dev.ringpost.apns.path.ConnectAttempt.Step;
import dev.ringpost.apns.wire.VoipPush;
import dev.ringpost.delivery.ApnsResponse;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.logging.LogLevel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends one push on a connection of its own and waits for the answer. An address that
 * does not answer is followed by the next, while there is time. Safe for many threads.
 */
public final class OneShotClient implements AutoCloseable {

  /** Bound on the addresses that are tried for one push. */
  private static final int MAX_ADDRESSES = 4;

  /** The outcome of the push: an answer or a failure. */
  public sealed interface Ending permits Answered, Failed {}

  /**
   * The answer of APNs.
   *
   * @param time from the writing of the push
   * @param goneSince comes with 410 only
   * @param uniqueId comes from the sandbox only
   */
  public record Answered(
      ApnsResponse answer, Duration time, Optional<Instant> goneSince, Optional<UUID> uniqueId)
      implements Ending {}

  /**
   * A failure without an answer.
   *
   * @param step how far the connection got
   * @param written whether the push was written, so that a phone may have rung
   * @param cause null where only time ran out
   * @param words what was seen; never empty
   */
  public record Failed(Step step, boolean written, @Nullable Throwable cause, String words)
      implements Ending {}

  private final ApnsPath path;
  private final EventLoopGroup loops;
  private final boolean alone;
  private final Optional<InstantSource> clock;

  private OneShotClient(
      ApnsPath path, EventLoopGroup loops, boolean alone, Optional<InstantSource> clock) {
    this.path = path;
    this.loops = loops;
    this.alone = alone;
    this.clock = clock;
  }

  /**
   * A client of a worker, on the network threads of its connections, which closing it leaves alone.
   * It shows the provider token that those show: what it proves is proven for them.
   *
   * @param clock what provider tokens go by
   */
  public static OneShotClient on(EventLoopGroup loops, ApnsPath path, InstantSource clock) {
    return new OneShotClient(path, loops, false, Optional.of(clock));
  }

  /** A client with a network thread of its own, whose provider tokens go by the machine's clock. */
  public static OneShotClient alone(ApnsPath path) {
    var loops = new NioEventLoopGroup(1, new DefaultThreadFactory("apns-one-shot", true));
    return new OneShotClient(path, loops, true, Optional.empty());
  }

  /** Ends its thread within a second, if it has one. */
  @Override
  public void close() {
    if (alone) {
      var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  public ApnsPath path() {
    return path;
  }

  /**
   * Sends a push; takes {@link ApnsPath#connectTimeout()} and {@code answerMax} at most. Not to be
   * called on the loop.
   */
  public Ending send(VoipPush push, Credential credential, Duration answerMax)
      throws InterruptedException {
    long began = System.nanoTime();
    Ending ending = once(push, credential, answerMax);
    for (int i = 1; i < MAX_ADDRESSES; i++) {
      boolean unconnected = ending instanceof Failed failed && failed.step() == Step.TCP;
      Duration used = Duration.ofNanos(System.nanoTime() - began);
      if (!unconnected || used.plus(path.tcpTimeout()).compareTo(path.connectTimeout()) > 0) {
        return ending;
      }
      ending = once(push, credential, answerMax);
    }
    return ending;
  }

  private Ending once(VoipPush push, Credential credential, Duration answerMax)
      throws InterruptedException {
    ConnectAttempt attempt = path.attempt();
    var writing = new Writing(shownToken(credential));
    ApnsClient client;
    try {
      attempt.resolve();
      client = path.client(attempt, credential, loops).setFrameLogger(writing).build();
    } catch (UnknownHostException | SSLException e) {
      return new Failed(attempt.step(), false, e, attempt.words(e));
    }
    try {
      // on a copy: a time-out on Pushy's own future would make Pushy report a failure of its own
      PushNotificationResponse<VoipPush> response =
          client
              .sendNotification(push)
              .copy()
              .get(attempt.left().plus(answerMax).toNanos(), TimeUnit.NANOSECONDS);
      return new Answered(
          new ApnsResponse(response.getStatusCode(), response.getRejectionReason().orElse("")),
          Duration.ofNanos(System.nanoTime() - writing.nanos),
          response.getTokenInvalidationTimestamp(),
          response.getApnsUniqueId());
    } catch (TimeoutException _) {
      return new Failed(
          attempt.step(),
          writing.begun,
          null,
          attempt.isOpen()
              ? "no answer within " + answerMax.toSeconds() + " s"
              : attempt.words(null));
    } catch (ExecutionException e) {
      Throwable seen = attempt.failure() == null ? e.getCause() : attempt.failure();
      return new Failed(attempt.step(), writing.begun, seen, attempt.words(e.getCause()));
    } finally {
      var _ = client.close();
    }
  }

  /** What the push shows instead of the token that Pushy signs by the machine's clock. */
  private Optional<CharSequence> shownToken(Credential credential) {
    return clock.flatMap(
        now -> credential.providerToken().map(token -> token.header(now.instant())));
  }

  /**
   * The observer of the writing of the push: a frame logger is asked about every frame, on the
   * loop.
   */
  private static final class Writing extends Http2FrameLogger {

    private final Optional<CharSequence> token;
    private volatile boolean begun;
    private volatile long nanos = System.nanoTime();

    Writing(Optional<CharSequence> token) {
      super(LogLevel.TRACE, Writing.class);
      this.token = token;
    }

    /** Never: what is not overridden here logs nothing. */
    @Override
    public boolean isEnabled() {
      return false;
    }

    @Override
    public void logHeaders(
        Direction direction,
        ChannelHandlerContext context,
        int streamId,
        Http2Headers headers,
        int padding,
        boolean endStream) {
      saw(direction, headers);
    }

    @Override
    public void logHeaders(
        Direction direction,
        ChannelHandlerContext context,
        int streamId,
        Http2Headers headers,
        int streamDependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean endStream) {
      saw(direction, headers);
    }

    private void saw(Direction direction, Http2Headers headers) {
      if (direction == Direction.OUTBOUND) {
        token.ifPresent(shown -> headers.set(ProviderToken.AUTHORIZATION, shown));
      }
      if (direction == Direction.OUTBOUND && !begun) {
        nanos = System.nanoTime();
        begun = true;
      }
    }
  }
}
