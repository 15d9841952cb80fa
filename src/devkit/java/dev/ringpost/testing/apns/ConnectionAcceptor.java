package dev.ringpost.testing.apns;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleUserEventChannelHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.Collection;
import java.util.Collections;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way of a connection from TCP through TLS to HTTP/2, with the faults in force on that way. Its
 * questions are safe for many threads.
 */
final class ConnectionAcceptor extends ChannelInitializer<SocketChannel> {

  private final SslContext tls;
  private final boolean requiresAlpn;
  private final PushHandler handler;
  private final ActiveFaults faults;
  private final Queue<ApnsConnection> connections = new ConcurrentLinkedQueue<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();

  /**
   * @param requiresAlpn whether clients that do not choose HTTP/2 by ALPN are left
   */
  ConnectionAcceptor(
      SslContext tls, boolean requiresAlpn, PushHandler handler, ActiveFaults faults) {
    this.tls = tls;
    this.requiresAlpn = requiresAlpn;
    this.handler = handler;
    this.faults = faults;
  }

  /** How many connections TCP brought, with TLS and SETTINGS or without. */
  int accepted() {
    return accepted.get();
  }

  /** Every connection that got SETTINGS, the closed ones too, in that order. */
  Collection<ApnsConnection> connections() {
    return Collections.unmodifiableCollection(connections);
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    accepted.incrementAndGet();
    faults.accepted(channel);
    if (faults.refusesTls()) {
      channel.pipeline().addLast(new TlsRefusal());
    } else {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Handshake());
    }
  }

  /**
   * The handler that waits until TLS stands: only then is it known how the client authenticates.
   */
  private final class Handshake extends SimpleUserEventChannelHandler<SslHandshakeCompletionEvent> {

    @Override
    protected void eventReceived(
        ChannelHandlerContext context, SslHandshakeCompletionEvent handshake) {
      if (!handshake.isSuccess()) {
        return;
      }
      SslHandler tls = context.pipeline().get(SslHandler.class);
      if (requiresAlpn && !ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
        var _ = context.close();
        return;
      }
      Set<String> topics = ServerTls.clientTopics(tls);
      int number = opened.incrementAndGet();
      if (faults.withholdsSettings(number)) {
        context.pipeline().replace(this, "silent", new SilentHandler());
      } else {
        var connection = ApnsConnection.open(number, handler, faults, topics);
        connections.add(connection);
        context.pipeline().replace(this, "http2", connection);
      }
      faults.numbered(context.channel(), number);
    }

    /** A client that fails its handshake is its own trouble; Netty has closed the connection. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}
  }
}
