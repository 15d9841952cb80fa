package dev.ringpost.testing.apns;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** A handler that hears everything and says nothing. */
final class SilentHandler extends ChannelInboundHandlerAdapter {

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  /** A client that leaves is no trouble of ours. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}
}
