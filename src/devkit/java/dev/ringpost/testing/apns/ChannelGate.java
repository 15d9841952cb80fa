package dev.ringpost.testing.apns;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A gate right at the socket. While it is shut, nothing is read, and what is written waits, so that
 * the peer sees a connection that stands and says nothing. Runs on its event loop alone.
 */
final class ChannelGate extends ChannelDuplexHandler {

  private final Queue<Runnable> inbound = new ArrayDeque<>();
  private final Queue<Runnable> outbound = new ArrayDeque<>();
  private boolean shut;

  void set(ChannelHandlerContext context, boolean toShut) {
    if (shut == toShut) {
      return;
    }
    shut = toShut;
    context.channel().config().setAutoRead(!toShut);
    if (!toShut) {
      release(outbound);
      context.flush();
      release(inbound);
    }
  }

  private static void release(Queue<Runnable> held) {
    for (Runnable next = held.poll(); next != null; next = held.poll()) {
      next.run();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (shut) {
      inbound.add(() -> context.fireChannelRead(message));
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (shut) {
      inbound.add(context::fireChannelReadComplete);
    } else {
      context.fireChannelReadComplete();
    }
  }

  @Override
  public void read(ChannelHandlerContext context) {
    if (!shut) {
      context.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (shut) {
      outbound.add(
          () -> {
            var _ = context.write(message, promise);
          });
    } else {
      var _ = context.write(message, promise);
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (!shut) {
      context.flush();
    }
  }
}
