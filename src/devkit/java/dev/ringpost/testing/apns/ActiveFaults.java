package dev.ringpost.testing.apns;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The faults in force and the connections that they are about. Safe for many threads; what concerns
 * a connection happens on its event loop, and whoever is on no event loop waits for it.
 */
final class ActiveFaults {

  /** A connection's number, from the end of its handshake. */
  private static final AttributeKey<Integer> NUMBER = AttributeKey.valueOf("apns-number");

  /** Newest first. */
  private final List<ActiveFault> inForce = new CopyOnWriteArrayList<>();

  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /** What is in force, newest first. */
  List<ActiveFault> inForce() {
    return List.copyOf(inForce);
  }

  ActiveFault begin(Fault fault, Scope scope) {
    requireSense(fault, scope);
    ActiveFault active = new ActiveFault(fault, scope, this);
    inForce.addFirst(active);
    reconsider();
    return active;
  }

  void end(ActiveFault active) {
    if (inForce.remove(active)) {
      reconsider();
    }
  }

  /** Injects a fault into the open connections that are meant; returns how many. */
  int inject(ConnectionFault fault, Scope scope) {
    if (scope instanceof Scope.OfToken) {
      throw new IllegalArgumentException(
          "a token has no connection; let its next push fail the one that it comes on");
    }
    List<Channel> failing =
        open.stream()
            .filter(channel -> number(channel) > 0 && scope.coversConnection(number(channel)))
            .toList();
    onLoops(failing, channel -> inject(channel, fault));
    return failing.size();
  }

  /** Injects a fault; on the connection's loop. */
  static void inject(Channel channel, ConnectionFault fault) {
    switch (fault) {
      case ConnectionFault.TcpReset _ -> {
        ((SocketChannel) channel).config().setSoLinger(0);
        // from the socket's end of the pipeline, or TLS would say goodbye first
        var _ = channel.pipeline().firstContext().close();
      }
      case ConnectionFault.GoAway goAway -> {
        var connection = channel.pipeline().get(ApnsConnection.class);
        if (connection != null) {
          connection.goAway(channel.pipeline().context(connection), goAway);
        }
      }
    }
  }

  /** A connection was accepted; on its loop. */
  void accepted(Channel channel) {
    channel.pipeline().addLast(new ChannelGate());
    open.add(channel);
    apply(channel);
  }

  /** A connection has its number; on its loop. */
  void numbered(Channel channel, int number) {
    channel.attr(NUMBER).set(number);
    apply(channel);
  }

  /** How many connections are open. */
  int open() {
    return open.size();
  }

  boolean refusesTls() {
    return inForce.stream().anyMatch(active -> active.fault() instanceof Fault.TlsRefused);
  }

  boolean withholdsSettings(int connection) {
    return concerning(connection, Fault.NoSettings.class);
  }

  /** Whether what was read of a body makes no room for others before its answer. */
  boolean withholdsWindow(int connection) {
    return concerning(connection, Fault.LateWindow.class);
  }

  /** The stream limit that is announced to a connection instead of the usual one, if any. */
  OptionalInt streamLimit(int connection) {
    for (ActiveFault active : inForce) {
      if (active.fault() instanceof Fault.StreamLimit limit
          && active.scope().coversConnection(connection)) {
        return OptionalInt.of(limit.streams());
      }
    }
    return OptionalInt.empty();
  }

  /** The window that new streams of a connection have instead of the usual one, if any. */
  OptionalInt bodyWindow(int connection) {
    for (ActiveFault active : inForce) {
      if (active.fault() instanceof Fault.BodyWindow window
          && active.scope().coversConnection(connection)) {
        return OptionalInt.of(window.bytes());
      }
    }
    return OptionalInt.empty();
  }

  /** What a push gets that would get {@code usual} without faults. */
  Behaviour behaviour(Behaviour usual, String token, int connection) {
    if (inForce.isEmpty()) {
      return usual;
    }
    List<Fault> faults =
        inForce.stream()
            .filter(active -> active.scope().coversPush(token, connection))
            .map(ActiveFault::fault)
            .toList();
    Behaviour behaviour = usual;
    for (Fault fault : faults.reversed()) {
      if (fault instanceof Fault.PushesGet gets) {
        behaviour = gets.behaviour();
      }
    }
    for (Fault fault : faults) {
      if (fault instanceof Fault.SlowAnswers slow
          && behaviour instanceof Behaviour.Answers answer) {
        behaviour = answer.after(answer.delay().plus(slow.delay()));
      }
    }
    return behaviour;
  }

  private boolean concerning(int connection, Class<? extends Fault> kind) {
    return inForce.stream()
        .anyMatch(
            active ->
                kind.isInstance(active.fault()) && active.scope().coversConnection(connection));
  }

  private void reconsider() {
    onLoops(open, this::apply);
  }

  private static void onLoops(Collection<Channel> channels, Consumer<Channel> action) {
    List<Future<?>> done = new ArrayList<>();
    for (Channel channel : channels) {
      done.add(channel.eventLoop().submit(() -> action.accept(channel)));
    }
    if (!(Thread.currentThread() instanceof FastThreadLocalThread)) {
      done.forEach(Future::awaitUninterruptibly);
    }
  }

  private void apply(Channel channel) {
    ChannelHandlerContext gate = channel.pipeline().context(ChannelGate.class);
    if (gate != null && channel.isOpen()) {
      ((ChannelGate) gate.handler()).set(gate, concerning(number(channel), Fault.Silence.class));
    }
    var connection = channel.pipeline().get(ApnsConnection.class);
    if (connection != null) {
      connection.announce(channel.pipeline().context(connection));
    }
  }

  private static int number(Channel channel) {
    Integer number = channel.attr(NUMBER).get();
    return number == null ? 0 : number;
  }

  private static void requireSense(Fault fault, Scope scope) {
    boolean sensible =
        switch (fault) {
          case Fault.PushesGet _, Fault.SlowAnswers _ -> true;
          case Fault.Silence _,
              Fault.StreamLimit _,
              Fault.BodyWindow _,
              Fault.LateWindow _,
              Fault.NoSettings _ ->
              !(scope instanceof Scope.OfToken);
          case Fault.TlsRefused _ -> scope instanceof Scope.All;
        };
    if (!sensible) {
      throw new IllegalArgumentException(fault + " cannot be for " + scope);
    }
  }
}
