package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.ringpost.delivery.PushOutcome.Cause;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One Pushy client with its one connection, from the opening to the end; it is never reopened.
 * Pushes are given to it only while its connection is up and has a stream free, so that none of
 * Pushy's own unbounded queues is ever used. Lives on the loop.
 */
final class Link implements ConnectionWatch.Listener {

  /** How long pushes that wait for an answer may hold up the closing of the connection. */
  static final Duration GRACE = Duration.ofSeconds(1);

  /**
   * How long a connection may say nothing while pushes wait before it is doubted: several times
   * what APNs takes for an answer. What stands between, a NAT that has forgotten it or a host that
   * died, gives no sign, and TCP by itself keeps such a connection for minutes.
   */
  static final Duration QUIET = Duration.ofSeconds(1);

  private final Lane lane;
  private final EventLoop loop;
  private final int maxInFlight;
  private final Duration attemptMax;

  private @Nullable ApnsClient client;
  private @Nullable Channel connection;
  private boolean announced;
  private volatile boolean open;
  private volatile int limit;
  private boolean retired;
  private boolean shut;
  private int inFlight;

  /** When APNs was last heard, or when pushes began to wait, whichever is later. */
  private long heardNanos;

  private boolean quiet;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  Link(Lane lane, EventLoop loop, int maxInFlight, Duration attemptMax) {
    this.lane = lane;
    this.loop = loop;
    this.maxInFlight = maxInFlight;
    this.attemptMax = attemptMax;
  }

  /** The name of the lane that it serves. */
  String lane() {
    return lane.name();
  }

  /** Whether the connection is up; may be asked on any thread. */
  boolean isOpen() {
    return open;
  }

  /** Pushes that may be in flight now, zero without a connection; may be asked on any thread. */
  int limit() {
    return open ? limit : 0;
  }

  int inFlight() {
    return inFlight;
  }

  boolean hasPlace() {
    return open && inFlight < limit;
  }

  /** Whether it has said nothing for {@link #QUIET}, as of the last look, while pushes wait. */
  boolean isQuiet() {
    return quiet;
  }

  /** Looks whether it says something. */
  void look() {
    quiet = inFlight > 0 && System.nanoTime() - heardNanos > QUIET.toNanos();
  }

  /**
   * Opens the connection with a client that has none yet.
   *
   * <p>Pushy connects for a push only. This one is held back at the moment of writing, by which
   * time the connection is up, APNs has announced its limit, and the provider token is signed. So
   * no call pays for the opening, and none is lost to a host that does not answer.
   */
  void open(ApnsClient fresh) {
    client = fresh;
    if (retired) {
      shut();
      return;
    }
    var _ = fresh.sendNotification(new Knock()).whenComplete((_, failure) -> knocked(failure));
  }

  private void knocked(@Nullable Throwable failure) {
    if (failure instanceof HeldBack && announced) {
      opened();
    } else {
      lane.broken(this, Lane.Loss.CONNECT_FAILED, failure);
    }
  }

  private void opened() {
    if (!retired) {
      open = true;
      lane.opened(this);
    }
  }

  /** Gives a push to the connection; only if {@link #hasPlace()}. */
  void send(GuardedPush push) {
    if (client == null || !hasPlace()) {
      throw new IllegalStateException(lane() + " has no place");
    }
    if (inFlight++ == 0) {
      heardNanos = System.nanoTime();
    }
    var _ =
        client
            .sendNotification(push)
            .whenComplete((response, failure) -> ended(push, response, failure));
  }

  private void ended(
      GuardedPush push,
      @Nullable PushNotificationResponse<GuardedPush> response,
      @Nullable Throwable failure) {
    inFlight--;
    push.end();
    if (!(failure instanceof HeldBack)) {
      heardNanos = System.nanoTime();
      quiet = false;
    }
    lane.route().ended(this, push, response, failure);
    if (retired && inFlight == 0) {
      shut();
    }
  }

  /** A push had no answer in time: unless it has one soon, the connection is of no use. */
  void suspect(GuardedPush push) {
    var _ =
        loop.schedule(
            () -> {
              if (!push.isEnded()) {
                lane.broken(this, Lane.Loss.SILENT, null);
              }
            },
            attemptMax.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /** APNs gave an answer after which the connection is of no use. */
  void spoil() {
    lane.broken(this, Lane.Loss.SPOILED, null);
  }

  @Override
  public void connected(Channel channel) {
    connection = channel;
    if (shut) {
      cutIfUnannounced();
    }
  }

  @Override
  public void announced(Channel channel, Http2Settings settings) {
    if (!announced) {
      announced = true;
      limit = maxInFlight;
      var _ =
          channel
              .closeFuture()
              .addListener(_ -> lane.broken(this, Lane.Loss.CONNECTION_LOST, null));
    }
    Long streams = settings.maxConcurrentStreams();
    if (streams != null) {
      limit = (int) Math.min(maxInFlight, streams);
      lane.route().placeFreed();
    }
  }

  @Override
  public void goingAway(long errorCode) {
    lane.broken(this, Lane.Loss.GOAWAY, null);
  }

  /**
   * Takes no more pushes; closes the connection once the last one has its answer, or when nobody
   * waits for it any more.
   */
  void retire() {
    open = false;
    retired = true;
    if (inFlight == 0) {
      shut();
    } else {
      var _ = loop.schedule(this::shut, attemptMax.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /**
   * Closes the connection. Pushes in flight may still have their answer within {@link #GRACE} and
   * fail then.
   */
  void shut() {
    open = false;
    retired = true;
    if (client == null) {
      left();
    } else if (!shut) {
      shut = true;
      var _ = client.close().whenComplete((_, _) -> left());
      cutIfUnannounced();
    }
  }

  /** A connection that waits for its first SETTINGS is not yet Pushy's to close: it would stay. */
  private void cutIfUnannounced() {
    if (connection != null && !announced) {
      var _ = connection.close();
    }
  }

  private void left() {
    lane.left(this);
    closed.complete(null);
  }

  /** Completes when everything is closed. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  /** Makes Pushy connect and is never written. */
  private static final class Knock implements VoipPush {

    @Override
    public String getToken() {
      throw new HeldBack(new TryAgain(Cause.CONNECTION));
    }

    @Override
    public String getPayload() {
      return "";
    }

    @Override
    public @Nullable Instant getExpiration() {
      return null;
    }

    @Override
    public String getTopic() {
      return "";
    }

    @Override
    public @Nullable UUID getApnsId() {
      return null;
    }
  }
}
