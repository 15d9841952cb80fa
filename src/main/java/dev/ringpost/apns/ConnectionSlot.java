package dev.ringpost.apns;

import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.ConnectBackoff;
import dev.ringpost.apns.path.Cooldown;
import dev.ringpost.apns.path.Loop;
import dev.ringpost.apns.path.Loss;
import dev.ringpost.apns.wire.PushClient;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A place for one connection of a route. A connection that fails is not mended but replaced: Pushy
 * would wait up to a minute before it tries again. Lives on the loop.
 */
final class ConnectionSlot implements ConnectBackoff.Opener, ConnectionListener {

  /** The listener to a slot's connections, by which a route hears of them, on the loop. */
  interface Listener extends ConnectionListener.Traffic {

    /** A connection is up. */
    void opened();

    /** A connection was lost, or is replaced. */
    void replaced(Loss loss);
  }

  /**
   * The least time between two connections that are opened because the one before is doubted, and
   * twice that after each that was doubted soon again. Where all of APNs is slow, refuses or asks
   * for less, connections are still kept.
   */
  static final Duration DOUBTED_AGAIN = Duration.ofSeconds(20);

  /** Bound on that time. */
  static final Duration DOUBTED_AT_LEAST = Duration.ofMinutes(10);

  /** A connection that was lost earlier than this says something of those after it. */
  static final Duration YOUNG = Duration.ofSeconds(10);

  private final Listener route;
  private final String name;
  private final Loop loop;
  private final PushClient.Factory clients;
  private final ApnsSettings settings;
  private final ConnectBackoff backoff;

  private final Set<ApnsConnection> leaving = new LinkedHashSet<>();
  private volatile @Nullable ApnsConnection connection;

  /** The connection that will take over from {@link #connection} once it is up. */
  private @Nullable ApnsConnection successor;

  /** Why the present connection is doubted, if it is. */
  private @Nullable Loss doubt;

  private @Nullable CompletableFuture<Void> renewal;
  private final Cooldown doubts = new Cooldown(DOUBTED_AGAIN, DOUBTED_AT_LEAST);

  private final ConnectionTroubles troubles;

  private boolean closed;

  ConnectionSlot(
      Listener route,
      String name,
      Loop loop,
      PushClient.Factory clients,
      ApnsSettings settings,
      ConnectBackoff backoff) {
    this.route = route;
    this.name = name;
    this.troubles = new ConnectionTroubles(name);
    this.loop = loop;
    this.clients = clients;
    this.settings = settings;
    this.backoff = backoff;
  }

  /** Whether its connection is up; may be asked on any thread. */
  boolean isOpen() {
    ApnsConnection current = connection;
    return current != null && current.isOpen();
  }

  /** Pushes that it may have in flight now; may be asked on any thread. */
  int limit() {
    ApnsConnection current = connection;
    return current == null ? 0 : current.limit();
  }

  /** Its connection, up or being opened, if it has one. */
  @Nullable ApnsConnection current() {
    return connection;
  }

  /** Its connection, if that has a stream free. */
  @Nullable ApnsConnection free() {
    ApnsConnection current = connection;
    return current != null && current.hasFreeStream() ? current : null;
  }

  /** Opens a connection as soon as it may. */
  void open() {
    assert loop.isHere();
    if (!closed) {
      backoff.want(this);
    }
  }

  @Override
  public boolean turn() {
    if (closed) {
      return false;
    }
    if (connection == null) {
      connection = begin();
      return true;
    }
    if (successor == null && wantsSuccessor()) {
      successor = begin();
      return true;
    }
    return false;
  }

  /**
   * Opens a new connection beside the present one, which serves until the new one is up and is then
   * left without haste. Tried again and again until one is up; completes then, on the loop.
   */
  CompletableFuture<Void> renew() {
    assert loop.isHere();
    if (closed || connection == null) {
      // what is to be opened will be new anyway
      renewed();
      return CompletableFuture.completedFuture(null);
    }
    if (successor != null) {
      leave(successor);
      successor = null;
    }
    if (renewal == null) {
      renewal = new CompletableFuture<>();
    }
    backoff.want(this);
    return renewal;
  }

  /** Looks whether its connection serves, and at what is late on those that are left. */
  void look(boolean pushesWait) {
    assert loop.isHere();
    List.copyOf(leaving).forEach(left -> left.look(false)); // a look may be the end of one
    ApnsConnection current = connection;
    if (current == null) {
      return;
    }
    current.look(pushesWait);
    if (current.liveness().isQuiet()) {
      doubt(current, Loss.SILENT);
    } else if (current.liveness().isStarved()) {
      doubt(current, Loss.STARVED);
    }
  }

  /** Whether a connection holds what must be looked at, though no push waits. */
  boolean holdsBodies() {
    ApnsConnection current = connection;
    return (current != null && current.holdsBodies())
        || leaving.stream().anyMatch(ApnsConnection::holdsBodies);
  }

  /** Its connection serves badly: a new one is opened beside it and takes over once it is up. */
  @Override
  public void doubt(ApnsConnection doubted, Loss why) {
    assert loop.isHere();
    if (closed || doubted != connection || doubt != null || !doubts.take(loop.now())) {
      return;
    }
    doubt = why;
    backoff.want(this);
  }

  /** Whether a connection is wanted beside the present one. */
  private boolean wantsSuccessor() {
    ApnsConnection current = connection;
    if (doubt == Loss.SILENT && (current == null || !current.liveness().isQuiet())) {
      doubt = null; // it has spoken
    }
    return renewal != null || doubt != null;
  }

  private ApnsConnection begin() {
    PushClient.Attempt attempt = clients.attempt();
    ApnsConnection opening = new ApnsConnection(name, this, route, loop, attempt, settings);
    attempt.begin(
        opening,
        new PushClient.Taker() {
          @Override
          public void built(PushClient client) {
            loop.execute(() -> opening.open(client));
          }

          @Override
          public void failed(IOException why) {
            loop.execute(() -> broken(opening, Loss.CONNECT_FAILED, attempt.explained(why)));
          }
        });
    loop.later(
        settings.connectTimeout().toNanos(),
        () -> {
          if (!opening.isOpen()) {
            broken(opening, Loss.CONNECT_FAILED, attempt.explained(null));
          }
        });
    return opening;
  }

  @Override
  public void opened(ApnsConnection opened) {
    assert loop.isHere();
    if (opened == successor) {
      successor = null;
      if (connection != null && !wantsSuccessor()) {
        leave(opened);
        return;
      }
      takeOver(opened);
    }
    renewed();
    troubles.connected(opened.limit());
    loop.later(
        ConnectBackoff.STANDS.toNanos(),
        () -> {
          if (opened.isOpen()) {
            proven();
          }
        });
    route.opened();
  }

  @Override
  public void proven() {
    assert loop.isHere();
    backoff.proven();
  }

  private void takeOver(ApnsConnection next) {
    ApnsConnection former = connection;
    Loss loss = doubt;
    connection = next;
    doubt = null;
    if (former != null && loss != null) {
      route.replaced(loss);
      troubles.replaced(loss, null);
    }
    if (former != null && loss == Loss.SILENT) {
      leaving.add(former);
      former.shut();
    } else if (former != null) {
      leave(former);
    }
  }

  private void renewed() {
    if (renewal != null) {
      CompletableFuture<Void> done = renewal;
      renewal = null;
      done.complete(null);
    }
  }

  private void leave(ApnsConnection former) {
    leaving.add(former);
    former.retire();
  }

  /** Replaces a connection that is of no more use; again and again until one is. */
  @Override
  public void broken(ApnsConnection broken, Loss loss, @Nullable Throwable cause) {
    assert loop.isHere();
    if (broken != successor && broken != connection) {
      return;
    }
    boolean wasSuccessor = broken == successor;
    if (wasSuccessor) {
      successor = null;
    } else {
      connection = successor;
      successor = null;
      doubt = null;
    }
    leave(broken);
    if (closed) {
      return;
    }
    if (!wasSuccessor) {
      route.replaced(loss);
    }
    if (!broken.hasStood()) {
      backoff.failed(cause);
    } else if (broken.age().compareTo(YOUNG) < 0) {
      backoff.failed(null);
    } else {
      troubles.forget(); // it stood well
    }
    troubles.replaced(loss, cause);
    if (connection == null || wasSuccessor) {
      backoff.want(this);
    }
  }

  @Override
  public void left(ApnsConnection gone) {
    assert loop.isHere();
    leaving.remove(gone);
  }

  /** Closes everything; completes when that is done. */
  CompletableFuture<Void> close() {
    assert loop.isHere();
    closed = true;
    ApnsConnection current = connection;
    if (current != null) {
      connection = null;
      leaving.add(current);
    }
    if (successor != null) {
      leaving.add(successor);
      successor = null;
    }
    List<ApnsConnection> closing = List.copyOf(leaving);
    closing.forEach(ApnsConnection::shut);
    return CompletableFuture.allOf(
        closing.stream().map(ApnsConnection::closed).toArray(CompletableFuture<?>[]::new));
  }
}
