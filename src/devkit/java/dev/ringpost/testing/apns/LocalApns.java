package dev.ringpost.testing.apns;

import dev.ringpost.call.VoipToken;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A server on this machine that a provider cannot tell from APNs, as far as pushes go: HTTP/2 over
 * TLS, with ALPN or without, provider tokens or client certificates, Apple's rules for a VoIP push
 * and Apple's answers. It accepts every good push unless it is told otherwise, and writes down what
 * arrived. Safe for many threads.
 *
 * {@snippet :
 * try (var apns = LocalApns.builder(credentials).topic("com.example.phone.voip").key(key).start()) {
 *   apns.answer(token, Behaviour.rejects(410, "Unregistered", since));
 *   // push to localhost, apns.port()
 *   assertThat(apns.pushes()).hasSize(1);
 *   try (var silence = apns.begin(Fault.silence(), Scope.connection(1))) {
 *     // a half-open connection
 *   }
 *   apns.inject(ConnectionFault.goAway("Shutdown"), Scope.all());
 * }
 * }
 */
public final class LocalApns implements AutoCloseable {

  /** The name that clients connect to, and that the server's certificate shows. */
  public static final String HOST = "localhost";

  private final ResponseScript responses;
  private final TokenRegistry registry;
  private final PushLog log;
  private final ActiveFaults faults = new ActiveFaults();
  private final PushHandler handler;
  private final EventLoopGroup loops;
  private final Channel listening;
  private final ConnectionAcceptor acceptor;

  private LocalApns(Builder builder) {
    responses = new ResponseScript(Behaviour.accepts());
    registry = new TokenRegistry(builder.closedRegistry);
    log = new PushLog(builder.keptPushes);
    var providerTokens = new ProviderTokens(builder.keys, builder.clock);
    var rules = new RequestRules(builder.topics, providerTokens, registry);
    handler =
        new PushHandler(
            rules,
            responses,
            faults,
            log,
            builder.observer,
            builder.clock,
            builder.maxStreams,
            builder.maxErrors);
    loops = new NioEventLoopGroup(builder.threads, new DefaultThreadFactory("local-apns", true));
    acceptor =
        new ConnectionAcceptor(
            ServerTls.context(builder.credentials), builder.requiresAlpn, handler, faults);
    listening =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(acceptor)
            .bind(InetAddress.getLoopbackAddress(), builder.port)
            .syncUninterruptibly()
            .channel();
  }

  /** A server with these credentials, to be set up further and started. */
  public static Builder builder(LocalCredentials credentials) {
    return new Builder(credentials);
  }

  /** The port on {@link #HOST}. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** What every good push gets that nothing closer was set for. */
  public void answerAll(Behaviour behaviour) {
    responses.setForAll(behaviour);
  }

  /** What good pushes to a token get. */
  public void answer(VoipToken token, Behaviour behaviour) {
    responses.setForToken(token.hex(), behaviour);
  }

  /** What the next good pushes to a token get, one each; after them it is as if never said. */
  public void answerNext(VoipToken token, Behaviour... behaviours) {
    responses.setForNext(token.hex(), List.of(behaviours));
  }

  /** What good pushes to the tokens that begin with these hex digits get. */
  public void answerPrefix(String prefix, Behaviour behaviour) {
    responses.setForPrefix(prefix, behaviour);
  }

  /**
   * Asks a rule about every good push. The push that it sees carries the behaviour chosen so far,
   * which it may return. It runs on an event loop, so it must not block.
   */
  public void answerBy(Function<ReceivedPush, Behaviour> rule) {
    handler.setRule(rule);
  }

  /**
   * Begins a fault: now, for what comes and, where that can be, for the connections that there are.
   * It is in force on return, unless this is called on an event loop, where it is in a moment.
   *
   * @return what ends it
   * @throws IllegalArgumentException if such a fault cannot be for that scope
   */
  public ActiveFault begin(Fault fault, Scope scope) {
    return faults.begin(fault, scope);
  }

  /** Begins a fault that ends by itself. */
  public ActiveFault begin(Fault fault, Scope scope, Duration time) {
    ActiveFault active = faults.begin(fault, scope);
    var _ = loops.schedule(active::close, time.toNanos(), TimeUnit.NANOSECONDS);
    return active;
  }

  /** The faults in force, the newest first. */
  public List<ActiveFault> activeFaults() {
    return faults.inForce();
  }

  /** Ends every fault. */
  public void recover() {
    faults.inForce().forEach(ActiveFault::close);
  }

  /**
   * Injects a fault into the connections that are open now, all or one.
   *
   * @return how many those are
   */
  public int inject(ConnectionFault fault, Scope scope) {
    return faults.inject(fault, scope);
  }

  /** Makes a token known to this server's environment, if it was built to know only such. */
  public void register(VoipToken token, String topic) {
    registry.register(token.hex(), topic);
  }

  /** What was read whole, good or bad, in the order of arrival; the oldest may be forgotten. */
  public List<ReceivedPush> pushes() {
    return log.pushes();
  }

  /** What was read whole for one token, good or bad, in the order of arrival. */
  public List<ReceivedPush> pushes(VoipToken token) {
    String hex = token.hex();
    return log.pushes().stream().filter(push -> push.token().equals(hex)).toList();
  }

  /** How many pushes were read whole, good or bad, kept or not. */
  public long received() {
    return log.received();
  }

  /** How many pushes were, or will be, answered with a status. */
  public long answeredWith(int status) {
    return log.answeredWith(status);
  }

  /** How many connections TCP brought since the start, with TLS and SETTINGS or without. */
  public int accepted() {
    return acceptor.accepted();
  }

  /** How many of them are open. */
  public int open() {
    return faults.open();
  }

  /** Every connection since the start that got SETTINGS, the closed ones too. */
  public List<ConnectionView> connections() {
    return acceptor.connections().stream().map(ApnsConnection::view).toList();
  }

  /** Stops at once, with connections and pushes as they are. */
  @Override
  public void close() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** A builder of a local APNs. */
  public static final class Builder {

    /** What Apple is seen to announce; it promises no number. */
    private static final int MAX_STREAMS = 1000;

    private static final int KEPT_PUSHES = 100_000;

    private final LocalCredentials credentials;
    private final List<SigningKey> keys = new ArrayList<>();
    private final Set<String> topics = new HashSet<>();
    private InstantSource clock = InstantSource.system();
    private Consumer<ReceivedPush> observer = _ -> {};
    private boolean closedRegistry;
    private boolean requiresAlpn;
    private int keptPushes = KEPT_PUSHES;
    private int maxStreams = MAX_STREAMS;
    private int maxErrors = Integer.MAX_VALUE;
    private int threads = 1;
    private int port;

    private Builder(LocalCredentials credentials) {
      this.credentials = credentials;
    }

    /** A topic that may be pushed to, such as {@code com.example.phone.voip}; repeatable. */
    public Builder topic(String topic) {
      topics.add(topic);
      return this;
    }

    /** A key whose provider tokens are believed; repeatable. */
    public Builder key(SigningKey key) {
      keys.add(key);
      return this;
    }

    /** What tells how old a provider token is and when a push arrived. */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /** Is told of each push that was read whole, unless this server only counts; must not block. */
    public Builder observer(Consumer<ReceivedPush> observer) {
      this.observer = observer;
      return this;
    }

    /** Only registered tokens are known; all others belong to the other environment. */
    public Builder onlyRegisteredTokens() {
      closedRegistry = true;
      return this;
    }

    /**
     * Clients that do not choose HTTP/2 by ALPN are left, as RFC 9113, section 3.3, has it and as
     * strict servers and proxies do. APNs itself is not that strict.
     */
    public Builder requiresAlpn() {
      requiresAlpn = true;
      return this;
    }

    /** The limit announced to authenticated clients; default 1000. */
    public Builder maxStreams(int streams) {
      maxStreams = streams;
      return this;
    }

    /** How many errors a connection may earn before it is asked to leave; default any number. */
    public Builder maxErrors(int errors) {
      maxErrors = errors;
      return this;
    }

    /** How many pushes are kept, the oldest forgotten; default 100 000. */
    public Builder keepPushes(int bound) {
      keptPushes = bound;
      return this;
    }

    /** Pushes are counted and none is kept: what a benchmark wants. */
    public Builder onlyCount() {
      keptPushes = 0;
      return this;
    }

    /** Event loops; default 1. */
    public Builder threads(int threads) {
      this.threads = threads;
      return this;
    }

    /** A port of one's own; default any free one. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    public LocalApns start() {
      return new LocalApns(this);
    }
  }
}
