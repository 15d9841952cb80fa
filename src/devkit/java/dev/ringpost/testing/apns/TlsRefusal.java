package dev.ringpost.testing.apns;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** A handler that meets a client's first word with TLS's alert "handshake failure", and closes. */
final class TlsRefusal extends ChannelInboundHandlerAdapter {

  /** A record of TLS 1.2 with two bytes in it: fatal, handshake_failure. */
  private static final byte[] ALERT = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28};

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
    var _ =
        context
            .writeAndFlush(Unpooled.wrappedBuffer(ALERT))
            .addListener(ChannelFutureListener.CLOSE);
  }

  /** The client's end is what is wanted. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}
}
