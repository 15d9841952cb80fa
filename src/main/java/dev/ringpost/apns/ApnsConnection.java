package dev.ringpost.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ConnectionHealth;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.apns.path.Loss;
import dev.ringpost.apns.wire.FrameInterceptor;
import dev.ringpost.apns.wire.PushClient;
import dev.ringpost.apns.wire.PushSuppressedException;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.apns.wire.ResponseReader;
import dev.ringpost.apns.wire.StreamLimit;
import dev.ringpost.apns.wire.WarmUpPush;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One Pushy client with its one connection, from the opening to the end; it is never reopened.
 * Pushes are given to it only while its connection is up and has a stream free, so that none of
 * Pushy's own unbounded queues is ever used. Lives on the loop.
 */
final class ApnsConnection implements FrameInterceptor.Listener, PushTry.Carrier {

  private final String name;
  private final ConnectionListener owner;
  private final ConnectionListener.Traffic traffic;
  private final Loop loop;
  private final PushClient.Attempt attempt;
  private final Duration attemptMax;

  private @Nullable PushClient client;
  private @Nullable Channel connection;
  private boolean announced;
  private boolean stood;
  private volatile boolean open;
  private final StreamLimit limit;
  private boolean retired;
  private boolean shut;
  private int inFlight;

  private final ConnectionLiveness liveness;
  private final long bornNanos;
  private long newestAnswered; // when it was written
  private final ConnectionHealth health = new ConnectionHealth();
  private final StreamControl streams = new StreamControl();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  ApnsConnection(
      String name,
      ConnectionListener owner,
      ConnectionListener.Traffic traffic,
      Loop loop,
      PushClient.Attempt attempt,
      ApnsSettings settings) {
    this.name = name;
    this.owner = owner;
    this.traffic = traffic;
    this.loop = loop;
    this.attempt = attempt;
    this.limit = new StreamLimit(settings.maxInFlightPerConnection());
    this.attemptMax = settings.attemptMax();
    this.liveness = new ConnectionLiveness(loop::now);
    this.bornNanos = loop.now();
    this.newestAnswered = bornNanos;
  }

  @Override
  public String name() {
    return name;
  }

  /** Whether the connection is up; may be asked on any thread. */
  @Override
  public boolean isOpen() {
    return open;
  }

  /** Pushes that may be in flight now, zero without a connection; may be asked on any thread. */
  int limit() {
    return open ? limit.now() : 0;
  }

  int inFlight() {
    return inFlight;
  }

  boolean hasFreeStream() {
    return open && inFlight < limit.now() && streams.hasWindow();
  }

  /** Time since it began to be opened. */
  Duration age() {
    return Duration.ofNanos(loop.now() - bornNanos);
  }

  /** Whether it was ever up. */
  boolean hasStood() {
    return stood;
  }

  ConnectionHealth health() {
    return health;
  }

  ConnectionLiveness liveness() {
    return liveness;
  }

  boolean holdsBodies() {
    return streams.holdsBodies();
  }

  /**
   * Looks whether it says something, and whether it can take what waits.
   *
   * @param pushesWait whether pushes of the route wait for a place
   */
  void look(boolean pushesWait) {
    assert loop.isHere();
    // APNs allows it next to nothing, which is not how a new connection begins
    boolean starves =
        open && pushesWait && !hasFreeStream() && (limit.isNextToNothing() || streams.holdsBack());
    boolean ask = liveness.look(inFlight > 0, starves);
    streams.look();
    if (open && ask) {
      streams.ping();
    }
  }

  /**
   * Opens the connection with a client that has none yet.
   *
   * <p>Pushy connects for a push only. This one is held back at the moment of writing, by which
   * time the connection is up, APNs has announced its limit, and the provider token is signed. So
   * no call pays for the opening, and none is lost to a host that does not answer.
   */
  void open(PushClient fresh) {
    assert loop.isHere();
    client = fresh;
    if (retired) {
      shut();
      return;
    }
    var _ = fresh.send(new WarmUpPush()).whenComplete((_, failure) -> warmedUp(failure));
  }

  private void warmedUp(@Nullable Throwable failure) {
    if (failure instanceof PushSuppressedException && announced) {
      if (!retired) {
        open = true;
        stood = true;
        owner.opened(this);
      }
    } else {
      owner.broken(this, Loss.CONNECT_FAILED, attempt.explained(failure));
    }
  }

  /** Gives a push to the connection; only if {@link #hasFreeStream()}. */
  void send(PushTry pushTry) {
    assert loop.isHere();
    if (client == null || !hasFreeStream()) {
      throw new IllegalStateException(name + " has no place");
    }
    if (inFlight++ == 0) {
      liveness.heard();
    }
    var _ =
        client.send(pushTry).whenComplete((response, failure) -> ended(pushTry, response, failure));
  }

  private void ended(
      PushTry pushTry,
      @Nullable PushNotificationResponse<PushTry> response,
      @Nullable Throwable failure) {
    inFlight--;
    pushTry.end();
    streams.ended(pushTry);
    if (!(failure instanceof PushSuppressedException)) {
      liveness.heard();
    }
    if (response != null) {
      newestAnswered = Math.max(newestAnswered, pushTry.writtenNanos());
      health.answered(pushTry.took());
    }
    traffic.ended(this, pushTry, response, failure);
    if (retired && inFlight == 0) {
      shut();
    }
  }

  @Override
  public boolean isQuiet() {
    return liveness.isQuiet();
  }

  @Override
  public boolean hasPassedOver(PushTry pushTry) {
    return newestAnswered - pushTry.writtenNanos() > 0;
  }

  @Override
  public void writes(PushTry pushTry) {
    assert loop.isHere();
    streams.writes(pushTry);
  }

  /** APNs answered as one that is well does. */
  void servedWell() {
    assert loop.isHere();
    if (health.well(loop.now())) {
      owner.proven();
    }
  }

  /** It is to be replaced, and serves until then. */
  void doubt(Loss why) {
    assert loop.isHere();
    owner.doubt(this, why);
  }

  @Override
  public void suspect(PushTry pushTry) {
    assert loop.isHere();
    loop.later(
        attemptMax.toNanos(),
        () -> {
          if (!pushTry.isEnded()) {
            owner.broken(this, Loss.SILENT, null);
            traffic.gaveUpOn(pushTry);
          }
        });
  }

  /** APNs gave an answer after which the connection is of no use. */
  void spoil() {
    assert loop.isHere();
    owner.broken(this, Loss.SPOILED, null);
  }

  @Override
  public void connected(Channel channel) {
    assert loop.isHere();
    connection = channel;
    ChannelHandlerContext context = channel.pipeline().context(Http2ConnectionHandler.class);
    if (context != null && context.handler() instanceof Http2ConnectionHandler http2) {
      streams.connected(context, http2);
      ResponseReader.install(http2, liveness::heard);
    }
    if (shut) {
      cutIfUnannounced();
    }
  }

  @Override
  public void announced(Channel channel, Http2Settings settings) {
    assert loop.isHere();
    if (!announced) {
      announced = true;
      var _ =
          channel
              .closeFuture()
              .addListener(_ -> owner.broken(this, Loss.CONNECTION_LOST, attempt.failure()));
    }
    limit.announced(settings.maxConcurrentStreams());
    traffic.streamFreed();
  }

  @Override
  public FrameInterceptor.Streams streams() {
    return streams;
  }

  @Override
  public void windowOpened() {
    assert loop.isHere();
    traffic.streamFreed();
  }

  @Override
  public void goingAway(long errorCode, String reason) {
    assert loop.isHere();
    traffic.toldToLeave(reason);
    String words =
        "GOAWAY with "
            + (reason.equals(ReasonTable.NONE) ? "no reason, error " + errorCode : reason);
    owner.broken(this, Loss.GOAWAY, new IOException(words));
  }

  /**
   * Takes no more pushes; closes the connection once the last one has its answer, or when nobody
   * waits for it any more.
   */
  void retire() {
    assert loop.isHere();
    open = false;
    retired = true;
    streams.leave();
    if (inFlight == 0) {
      shut();
    } else {
      loop.later(attemptMax.toNanos(), this::shut);
    }
  }

  /**
   * Closes the connection. Pushes in flight may still have their answer within {@link
   * ApnsPath#GRACE} and fail then.
   */
  void shut() {
    assert loop.isHere();
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
    owner.left(this);
    closed.complete(null);
  }

  /** Completes when everything is closed. */
  CompletableFuture<Void> closed() {
    return closed;
  }
}
