package dev.ringpost.apns.path;

import com.eatthepath.pushy.apns.proxy.ProxyHandlerFactory;
import dev.ringpost.apns.credentials.Causes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect to APNs, within one budget for DNS, TCP, a proxy's tunnel, TLS and APNs'
 * first SETTINGS, and how far it got. For one client.
 *
 * <p>Pushy resolves and connects in ways that cannot be set, but leaves both to a proxy handler
 * where there is one. So each of its clients gets one from here, which takes its own place: it
 * connects to the address that {@link ServerAddresses} chose, and puts a proxy's handler before TLS
 * only if there is a proxy.
 */
public final class ConnectAttempt implements ProxyHandlerFactory {

  private static final String CONNECT = "ringpost-connect";
  private static final String PROXY = "ringpost-proxy";
  private static final String FIRST_WORDS = "ringpost-first-words";

  /** The most of a strange server's first words that is told. */
  private static final int SHOWN = 40;

  /** The step that an attempt has reached. */
  public enum Step {
    DNS,
    TCP,
    PROXY,
    TLS,
    SETTINGS,
    /** APNs has spoken HTTP/2. */
    OPEN
  }

  private final ApnsPath path;
  private final long beganNanos = System.nanoTime();

  private volatile Step step = Step.DNS;
  private volatile @Nullable InetSocketAddress address;
  private volatile @Nullable Throwable failure;
  private volatile boolean withoutAlpn;
  private volatile String firstWords = "";

  ConnectAttempt(ApnsPath path) {
    this.path = path;
  }

  /**
   * Asks DNS and chooses the address; before the client is built, and not on the loop.
   *
   * @throws UnknownHostException if there is no address, or no answer in time
   */
  public void resolve() throws UnknownHostException, InterruptedException {
    path.readPassword();
    try {
      address = path.addresses().inOrder(left()).getFirst();
      step = Step.TCP;
    } catch (UnknownHostException e) {
      failure = e;
      throw e;
    }
  }

  Step step() {
    return step;
  }

  /** Whether APNs has spoken HTTP/2; may be asked on any thread. */
  boolean isOpen() {
    return step == Step.OPEN;
  }

  /** What is left of the budget, at least a millisecond. */
  Duration left() {
    Duration left = path.connectTimeout().minusNanos(System.nanoTime() - beganNanos);
    return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
  }

  /** What the connection failed of, also once it was open, if that is known. */
  public @Nullable Throwable failure() {
    return failure;
  }

  /**
   * What ended it, in words; never empty. The cause that was seen here counts before the one that
   * Pushy gives, which may be a later one.
   */
  String words(@Nullable Throwable given) {
    Throwable seen = failure == null || (isOpen() && given != null) ? given : failure;
    if (isOpen()) {
      return seen == null ? "no cause was given" : Causes.innermost(seen);
    }
    String why =
        seen == null || seen instanceof OutOfTimeException
            ? "not done within the " + path.connectTimeout().toMillis() + " ms of a connection"
            : Causes.innermost(seen);
    return switch (step) {
      case DNS -> "DNS, " + path.addresses().host() + ": " + why;
      case TCP, PROXY, TLS -> step + ", " + where() + ": " + why;
      case SETTINGS, OPEN -> "HTTP/2 SETTINGS, " + where() + ": " + why + strangeness();
    };
  }

  /** {@link #words} as a failure, to be handed on with what was seen as its cause. */
  public UnconnectedException explained(@Nullable Throwable given) {
    Throwable seen = failure == null ? given : failure;
    boolean unreached = step == Step.DNS || step == Step.TCP;
    return new UnconnectedException(
        words(given), seen == null && unreached ? new ConnectException("out of time") : seen);
  }

  /**
   * The exception for an attempt that ended without a connection; the message says what was seen
   * and at which step.
   */
  public static final class UnconnectedException extends IOException {
    private static final long serialVersionUID = 1;

    UnconnectedException(String words, @Nullable Throwable cause) {
      super(words, cause);
    }
  }

  private String strangeness() {
    if (!firstWords.isEmpty()) {
      return "; it says '" + firstWords + "', which is not HTTP/2";
    }
    return withoutAlpn ? "; it did not choose HTTP/2 in TLS (ALPN)" : "";
  }

  private String where() {
    InetSocketAddress to = address;
    String host = to == null ? path.addresses().host() : path.addresses().host() + " " + shown(to);
    return host + " port " + path.addresses().port();
  }

  private static String shown(InetSocketAddress to) {
    return to.getAddress().getHostAddress();
  }

  @Override
  public ProxyHandler createProxyHandler() {
    InetSocketAddress to = address;
    if (to == null) {
      throw new IllegalStateException("resolve() comes first");
    }
    return new Opener(to);
  }

  private void failed(InetSocketAddress to, Throwable cause) {
    if (failure == null) {
      failure = cause;
      if (!isOpen()) {
        path.addresses().failed(to, cause);
      }
    }
  }

  /** The exception for a budget that is used up. */
  private static final class OutOfTimeException extends IOException {
    private static final long serialVersionUID = 1;

    OutOfTimeException() {
      super("out of time");
    }
  }

  /** A placeholder in the pipeline: it puts the handlers that connect in its own place. */
  private final class Opener extends ProxyHandler {

    private final InetSocketAddress to;

    Opener(InetSocketAddress to) {
      super(to);
      this.to = to;
    }

    @Override
    protected void addCodec(ChannelHandlerContext context) {
      ChannelPipeline pipeline = context.pipeline();
      pipeline.addBefore(context.name(), CONNECT, new Connector(to));
      path.proxyHandler(to, left())
          .ifPresent(proxy -> pipeline.addBefore(context.name(), PROXY, proxy));
      pipeline.remove(this);
    }

    @Override
    public String protocol() {
      return "none";
    }

    @Override
    public String authScheme() {
      return "none";
    }

    @Override
    protected void removeEncoder(ChannelHandlerContext context) {}

    @Override
    protected void removeDecoder(ChannelHandlerContext context) {}

    @Override
    protected @Nullable Object newInitialMessage(ChannelHandlerContext context) {
      return null;
    }

    @Override
    protected boolean handleResponse(ChannelHandlerContext context, Object response) {
      throw new IllegalStateException("it has left the pipeline");
    }
  }

  /** The handler that connects to the address that was chosen, and notes how far that gets. */
  private final class Connector extends ChannelDuplexHandler {

    private final InetSocketAddress to;

    Connector(InetSocketAddress to) {
      this.to = to;
    }

    @Override
    public void connect(
        ChannelHandlerContext context,
        SocketAddress unresolved,
        SocketAddress from,
        ChannelPromise promise) {
      SslHandler tls = context.pipeline().get(SslHandler.class);
      context
          .pipeline()
          .addAfter(context.pipeline().context(tls).name(), FIRST_WORDS, new FirstWords(to));
      ProxyHandler proxy = (ProxyHandler) context.pipeline().get(PROXY);
      Duration tcp = path.tcpTimeout().compareTo(left()) < 0 ? path.tcpTimeout() : left();
      context.channel().config().setConnectTimeoutMillis((int) tcp.toMillis());
      then(
          promise,
          () -> {
            step = proxy == null ? Step.TLS : Step.PROXY;
            tls.setHandshakeTimeoutMillis(left().toMillis());
          });
      if (proxy != null) {
        then(proxy.connectFuture(), () -> step = Step.TLS);
      }
      then(
          tls.handshakeFuture(),
          () -> {
            withoutAlpn = !ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
            step = Step.SETTINGS;
          });
      Runnable outOfTime =
          () -> {
            if (!isOpen()) {
              failed(to, new OutOfTimeException());
              var _ = context.close();
            }
          };
      var _ = context.executor().schedule(outOfTime, left().toNanos(), TimeUnit.NANOSECONDS);
      var _ = context.connect(to, from, promise);
    }

    private void then(Future<?> done, Runnable next) {
      var _ =
          done.addListener(
              end -> {
                if (end.isSuccess()) {
                  next.run();
                } else {
                  failed(to, end.cause());
                }
              });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (!isOpen()) {
        path.addresses().failed(to, new IOException("the connection was closed"));
      }
      context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      failed(to, cause);
      context.fireExceptionCaught(cause);
    }
  }

  /** The handler of what the server says first: HTTP/2 begins with SETTINGS. */
  private final class FirstWords extends ChannelInboundHandlerAdapter {

    private static final int TYPE_AT = 3;
    private static final int SETTINGS_TYPE = 4;

    private final InetSocketAddress to;

    FirstWords(InetSocketAddress to) {
      this.to = to;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf words && words.isReadable()) {
        int at = words.readerIndex();
        if (words.readableBytes() <= TYPE_AT || words.getByte(at + TYPE_AT) == SETTINGS_TYPE) {
          step = Step.OPEN;
          path.addresses().served(to);
        } else {
          int length = Math.min(SHOWN, words.readableBytes());
          firstWords =
              words
                  .toString(at, length, StandardCharsets.US_ASCII)
                  .lines()
                  .findFirst()
                  .orElse("")
                  .replaceAll("[^ -~]", "?");
        }
        context.pipeline().remove(this);
      }
      context.fireChannelRead(message);
    }
  }
}
