package dev.ringpost.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place for one connection of a route. A connection that fails is not mended but replaced: Pushy
 * would wait up to a minute before it tries again. Lives on the loop.
 */
final class Lane {

  /**
   * The least time between two openings, so that a dead APNs is not hammered; short enough for the
   * first push to go out within a second of its return.
   */
  static final Duration SPACING = Duration.ofMillis(600);

  /**
   * The least time between two connections that are opened because the one before says nothing:
   * where answers are merely slow, connections are still kept.
   */
  static final Duration DOUBTED_AGAIN = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  /** Why a connection was given up. */
  enum Loss {
    /** It could not be opened, or not in time. */
    CONNECT_FAILED,
    /** It broke. */
    CONNECTION_LOST,
    /** APNs asked us to leave. */
    GOAWAY,
    /** It says nothing: for two attempts, or for less if a new one could be opened meanwhile. */
    SILENT,
    /** APNs gave an answer after which it is of no use: see {@link ReasonTable}. */
    SPOILED;

    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }

    static List<String> tags() {
      return Arrays.stream(values()).map(Loss::tag).toList();
    }
  }

  private final Route route;
  private final String name;
  private final EventLoop loop;
  private final ApnsClients clients;
  private final ApnsSettings settings;

  private final Set<Link> leaving = new HashSet<>();
  private volatile @Nullable Link link;

  /** The connection that will take over from {@link #link} once it is up. */
  private @Nullable Link successor;

  private @Nullable CompletableFuture<Void> renewal;
  private long openedNanos;
  private @Nullable Long doubtedNanos;
  private int failures;
  private boolean closed;

  Lane(Route route, String name, EventLoop loop, ApnsClients clients, ApnsSettings settings) {
    this.route = route;
    this.name = name;
    this.loop = loop;
    this.clients = clients;
    this.settings = settings;
  }

  String name() {
    return name;
  }

  Route route() {
    return route;
  }

  /** Whether its connection is up; may be asked on any thread. */
  boolean isOpen() {
    Link current = link;
    return current != null && current.isOpen();
  }

  /** Pushes that it may have in flight now; may be asked on any thread. */
  int limit() {
    Link current = link;
    return current == null ? 0 : current.limit();
  }

  /** Its connection, if that has a stream free. */
  @Nullable Link free() {
    Link current = link;
    return current != null && current.hasPlace() ? current : null;
  }

  /** Begins to open a connection. A client takes a while to build, so that happens elsewhere. */
  void open() {
    if (!closed && link == null) {
      openedNanos = System.nanoTime();
      link = begin();
    }
  }

  /**
   * Opens a new connection beside the present one, which serves until the new one is up and is then
   * left without haste. Tried again and again until one is up; completes then, on the loop.
   */
  CompletableFuture<Void> renew() {
    if (closed || link == null) {
      // what is to be opened will be new anyway
      renewed();
      return CompletableFuture.completedFuture(null);
    }
    if (successor != null) {
      leave(successor);
    }
    successor = begin();
    if (renewal == null) {
      renewal = new CompletableFuture<>();
    }
    return renewal;
  }

  /**
   * Looks whether its connection says something. If not, a new one is opened beside it, which takes
   * over if the old one still says nothing then.
   */
  void look() {
    Link current = link;
    if (current == null) {
      return;
    }
    current.look();
    long now = System.nanoTime();
    if (current.isQuiet()
        && successor == null
        && !closed
        && (doubtedNanos == null || now - doubtedNanos > DOUBTED_AGAIN.toNanos())) {
      doubtedNanos = now;
      successor = begin();
    }
  }

  /** Whether a connection is wanted beside the present one. */
  private boolean wantsSuccessor() {
    return renewal != null || (link != null && link.isQuiet());
  }

  private void renewAgain() {
    if (successor == null && !closed && wantsSuccessor()) {
      successor = begin();
    }
  }

  private Link begin() {
    Link opening = new Link(this, loop, settings.maxInFlightPerLane(), settings.attemptMax());
    var _ = Thread.ofVirtual().name("apns-open").start(() -> build(opening));
    var _ =
        loop.schedule(
            () -> {
              if (!opening.isOpen()) {
                broken(opening, Loss.CONNECT_FAILED, null);
              }
            },
            settings.connectTimeout().toNanos(),
            TimeUnit.NANOSECONDS);
    return opening;
  }

  private void build(Link opening) {
    try {
      ApnsClient client = clients.build(new ConnectionWatch(opening));
      loop.execute(() -> opening.open(client));
    } catch (SSLException e) {
      loop.execute(() -> broken(opening, Loss.CONNECT_FAILED, e));
    } catch (RejectedExecutionException _) {
      log.atDebug().addKeyValue("lane", name).log("closed while it was being opened");
    }
  }

  /** Its connection is up. */
  void opened(Link opened) {
    failures = 0;
    if (opened == successor) {
      successor = null;
      if (link != null && !wantsSuccessor()) {
        // the old one has spoken
        leave(opened);
        return;
      }
      takeOver(opened);
    }
    log.atInfo()
        .addKeyValue("lane", name)
        .addKeyValue("streams", opened.limit())
        .log("connected to APNs");
    route.opened();
  }

  private void takeOver(Link next) {
    Link former = link;
    link = next;
    if (former != null && former.isQuiet()) {
      route.replaced(Loss.SILENT);
      tell(Loss.SILENT, null);
      leaving.add(former);
      former.shut();
    } else if (former != null) {
      leave(former);
    }
    renewed();
  }

  private void renewed() {
    if (renewal != null) {
      CompletableFuture<Void> done = renewal;
      renewal = null;
      done.complete(null);
    }
  }

  private void leave(Link former) {
    leaving.add(former);
    former.retire();
  }

  /** Replaces a connection that is of no more use; again and again until one is. */
  void broken(Link broken, Loss loss, @Nullable Throwable cause) {
    if (broken == successor) {
      successor = null;
      leave(broken);
      tell(loss, cause);
      var _ = loop.schedule(this::renewAgain, SPACING.toNanos(), TimeUnit.NANOSECONDS);
      return;
    }
    if (link != broken) {
      return;
    }
    link = null;
    leave(broken);
    if (closed) {
      return;
    }
    route.replaced(loss);
    tell(loss, cause);
    long wait = Math.max(0, SPACING.toNanos() - (System.nanoTime() - openedNanos));
    var _ = loop.schedule(this::open, wait, TimeUnit.NANOSECONDS);
  }

  /** Tells of trouble; of trouble without end, ever more rarely. */
  private void tell(Loss loss, @Nullable Throwable cause) {
    failures++;
    if (Integer.bitCount(failures) == 1) {
      log.atWarn()
          .addKeyValue("lane", name)
          .addKeyValue("loss", loss.tag())
          .addKeyValue("times", failures)
          .addKeyValue("cause", cause == null ? "" : cause.toString())
          .log("connection to APNs is being replaced");
    }
  }

  /** A connection that was given up is closed. */
  void left(Link gone) {
    leaving.remove(gone);
  }

  /** Closes everything; completes when that is done. */
  CompletableFuture<Void> close() {
    closed = true;
    Link current = link;
    if (current != null) {
      link = null;
      leaving.add(current);
    }
    if (successor != null) {
      leaving.add(successor);
      successor = null;
    }
    Set<Link> closing = Set.copyOf(leaving);
    closing.forEach(Link::shut);
    return CompletableFuture.allOf(
        closing.stream().map(Link::closed).toArray(CompletableFuture<?>[]::new));
  }
}
