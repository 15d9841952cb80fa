package dev.ringpost.testing.apns;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: reads requests, asks the handler what to do with each, and answers.
 * Without a channel per stream, so that it costs less CPU than the client it serves. Runs on its
 * event loop alone; the counters may be read from anywhere.
 */
final class ApnsConnection extends Http2ConnectionHandler {

  private final int number;
  private final PushHandler handler;
  private final ActiveFaults faults;
  private final Set<String> certificateTopics;
  private final Http2Connection.PropertyKey requestKey = connection().newKey();
  private final AnswerWriter answers = new AnswerWriter(this);
  private final ConnectionToken token = new ConnectionToken();

  private boolean flushDue;
  private boolean authenticated;
  private int errors;
  private int announcedWindow;
  private volatile int announcedStreams;
  private volatile int mostInFlight;
  private final LongAdder refusedStreams = new LongAdder();
  private final LongAdder pushes = new LongAdder();

  private ApnsConnection(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      int number,
      PushHandler handler,
      ActiveFaults faults,
      Set<String> certificateTopics,
      int announcedStreams) {
    super(decoder, encoder, settings);
    this.number = number;
    this.handler = handler;
    this.faults = faults;
    this.certificateTopics = certificateTopics;
    this.authenticated = !certificateTopics.isEmpty();
    this.announcedStreams = announcedStreams;
    this.announcedWindow = window(faults, number);
    decoder.frameListener(new Requests());
  }

  /**
   * @param certificateTopics the topics of the client's certificate; empty if it showed none, and
   *     then the client may open a single stream until it has authenticated by token
   */
  static ApnsConnection open(
      int number, PushHandler handler, ActiveFaults faults, Set<String> certificateTopics) {
    return new Opening(number, handler, faults, certificateTopics).build();
  }

  ConnectionView view() {
    return new ConnectionView(
        number, announcedStreams, mostInFlight, refusedStreams.sum(), pushes.sum());
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext context,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    // one that crossed our GOAWAY on the way is refused too, and went past nothing
    if (error.error() == Http2Error.REFUSED_STREAM && !connection().goAwaySent()) {
      refusedStreams.increment();
    }
    super.onStreamError(context, outbound, cause, error);
  }

  /** A client that breaks off, as a killed one does, is no trouble of ours. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
    if (cause instanceof IOException) {
      ChannelFuture _ = context.close();
    } else {
      super.exceptionCaught(context, cause);
    }
  }

  private void decide(ChannelHandlerContext context, int stream, PushRequest request) {
    PushHandler.Decision decision =
        handler.decide(request, certificateTopics, token, number, stream);
    pushes.increment();
    countError(context, decision.behaviour());
    if (decision.authenticated() && !authenticated) {
      authenticated = true;
      announce(context);
    }
    switch (decision.behaviour()) {
      case Behaviour.Answers answer when answer.delay().isZero() ->
          answers.write(context, stream, request, answer);
      case Behaviour.Answers answer ->
          later(context, answer.delay(), () -> answers.write(context, stream, request, answer));
      case Behaviour.AnswersWith answer -> answers.write(context, stream, answer);
      case Behaviour.KeepsSilent _ -> {}
      case Behaviour.ResetsStream resets when resets.delay().isZero() ->
          reset(context, stream, resets);
      case Behaviour.ResetsStream resets ->
          later(context, resets.delay(), () -> reset(context, stream, resets));
      case Behaviour.FailsConnection failure ->
          ActiveFaults.inject(context.channel(), failure.fault());
    }
  }

  private void reset(ChannelHandlerContext context, int stream, Behaviour.ResetsStream resets) {
    var _ = resetStream(context, stream, resets.code(), context.newPromise());
  }

  private void later(ChannelHandlerContext context, Duration delay, Runnable response) {
    Runnable flushed =
        () -> {
          response.run();
          flushSoon(context);
        };
    var _ = context.executor().schedule(flushed, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Tells the client its stream limit, if that is another than it was told last. */
  void announce(ChannelHandlerContext context) {
    int streams = streamLimit(handler, faults, number, authenticated);
    if (streams != announcedStreams) {
      announcedStreams = streams;
      var _ =
          encoder()
              .writeSettings(
                  context, new Http2Settings().maxConcurrentStreams(streams), context.newPromise());
      flushSoon(context);
    }
    int window = window(faults, number);
    if (window != announcedWindow) {
      announcedWindow = window;
      var _ =
          encoder()
              .writeSettings(
                  context, new Http2Settings().initialWindowSize(window), context.newPromise());
      flushSoon(context);
    }
  }

  private static int window(ActiveFaults faults, int number) {
    return faults.bodyWindow(number).orElse(Http2CodecUtil.DEFAULT_WINDOW_SIZE);
  }

  /**
   * A client that makes too many errors is asked to leave, as Apple's page says; one about a token
   * counts twice, and 410 is none.
   */
  private void countError(ChannelHandlerContext context, Behaviour behaviour) {
    if (behaviour instanceof Behaviour.Answers answer
        && answer.status() / 100 == 4
        && answer.status() != 410) {
      errors += answer.reason().equals(Optional.of("BadDeviceToken")) ? 2 : 1;
      if (errors > handler.maxErrors()) {
        later(
            context,
            answer.delay(),
            () ->
                goAway(
                    context,
                    new ConnectionFault.GoAway(Http2Error.ENHANCE_YOUR_CALM, "TooManyErrors")));
      }
    }
  }

  private static int streamLimit(
      PushHandler handler, ActiveFaults faults, int number, boolean authenticated) {
    int streams = faults.streamLimit(number).orElse(handler.maxStreams());
    return authenticated ? streams : Math.min(1, streams);
  }

  /** Asks the client to leave. */
  void goAway(ChannelHandlerContext context, ConnectionFault.GoAway goAway) {
    var _ =
        goAway(
            context,
            connection().remote().lastStreamCreated(),
            goAway.code().code(),
            AnswerWriter.goodbye(goAway.reason()),
            context.newPromise());
    flushSoon(context);
  }

  /** Answers that fall due together leave together: the flush queues behind them. */
  private void flushSoon(ChannelHandlerContext context) {
    if (!flushDue) {
      flushDue = true;
      context
          .executor()
          .execute(
              () -> {
                flushDue = false;
                flush(context);
              });
    }
  }

  /** The assembler of requests from frames. */
  private final class Requests extends Http2FrameAdapter {

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean last) {
      onHeadersRead(context, stream, headers, padding, last);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int streamId,
        Http2Headers headers,
        int padding,
        boolean last) {
      int inFlight = connection().remote().numActiveStreams();
      if (inFlight > mostInFlight) {
        mostInFlight = inFlight;
      }
      Http2Stream stream = connection().stream(streamId);
      PushRequest request = stream.getProperty(requestKey);
      if (request == null) {
        request = new PushRequest(headers);
        stream.setProperty(requestKey, request);
      }
      if (last) {
        decide(context, streamId, request);
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean last) {
      @Nullable PushRequest request = connection().stream(streamId).getProperty(requestKey);
      if (request != null) {
        request.append(data);
        if (last) {
          decide(context, streamId, request);
        }
      }
      // with a fault of the window nothing that was read makes room for more; Netty gives back
      // what a stream has kept when that is closed
      return faults.bodyWindow(number).isPresent() || faults.withholdsWindow(number)
          ? 0
          : data.readableBytes() + padding;
    }
  }

  /** The builder to which Netty hands the two halves of the codec that it has made. */
  private static final class Opening
      extends AbstractHttp2ConnectionHandlerBuilder<ApnsConnection, Opening> {

    private final int number;
    private final PushHandler handler;
    private final ActiveFaults faults;
    private final Set<String> certificateTopics;
    private final int streams;

    Opening(int number, PushHandler handler, ActiveFaults faults, Set<String> certificateTopics) {
      this.number = number;
      this.handler = handler;
      this.faults = faults;
      this.certificateTopics = certificateTopics;
      this.streams = streamLimit(handler, faults, number, !certificateTopics.isEmpty());
      server(true);
      frameListener(new Http2FrameAdapter());
      initialSettings(new Http2Settings().maxConcurrentStreams(streams));
      faults.bodyWindow(number).ifPresent(initialSettings()::initialWindowSize);
    }

    @Override
    protected ApnsConnection build() {
      return super.build();
    }

    @Override
    protected ApnsConnection build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new ApnsConnection(
          decoder, encoder, settings, number, handler, faults, certificateTopics, streams);
    }
  }
}
