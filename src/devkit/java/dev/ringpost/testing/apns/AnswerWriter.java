package dev.ringpost.testing.apns;

import static io.netty.buffer.Unpooled.wrappedBuffer;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;

/** A writer of answers to a connection's streams, well formed or not. Runs on its loop alone. */
final class AnswerWriter {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String NOT_JSON = "<html>502 Bad Gateway</html>";

  private final Http2ConnectionHandler http2;

  AnswerWriter(Http2ConnectionHandler http2) {
    this.http2 = http2;
  }

  /** Writes an answer, without a flush; nothing if the stream is gone. */
  void write(
      ChannelHandlerContext context, int stream, PushRequest request, Behaviour.Answers answer) {
    if (http2.connection().stream(stream) == null) {
      return;
    }
    Http2Headers headers = new DefaultHttp2Headers(false, 4);
    Behaviour.Body body = answer.body();
    if (body != Behaviour.Body.NO_STATUS) {
      headers.status(Integer.toString(answer.status()));
    }
    CharSequence id = request.id();
    if (id != null) {
      headers.set(RequestRules.ID, id);
    }
    boolean trailers = body == Behaviour.Body.TRAILERS;
    boolean empty = answer.status() == 200 || body == Behaviour.Body.MISSING;
    boolean bare = empty && !trailers;
    var _ = http2.encoder().writeHeaders(context, stream, headers, 0, bare, context.newPromise());
    if (!empty) {
      writeBody(context, stream, answer);
    }
    if (trailers) {
      Http2Headers last = new DefaultHttp2Headers(false, 1).set("apns-trailer", "1");
      var _ = http2.encoder().writeHeaders(context, stream, last, 0, true, context.newPromise());
    }
  }

  /** Writes an answer as it is, each frame by itself. */
  void write(ChannelHandlerContext context, int stream, Behaviour.AnswersWith answer) {
    Http2Headers headers = new DefaultHttp2Headers(false, 4);
    answer.status().ifPresent(headers::status);
    answer.headers().forEach(header -> headers.add(header.name(), header.value()));
    int frames = answer.data().size();
    boolean bare = frames == 0 && !answer.trailers();
    var _ = http2.encoder().writeHeaders(context, stream, headers, 0, bare, context.newPromise());
    for (int n = 0; n < frames; n++) {
      boolean last = n == frames - 1 && !answer.trailers();
      data(context, stream, wrappedBuffer(answer.data().get(n)), last);
      http2.flush(context);
    }
    if (answer.trailers()) {
      Http2Headers last = new DefaultHttp2Headers(false, 1).set("apns-trailer", "1");
      var _ = http2.encoder().writeHeaders(context, stream, last, 0, true, context.newPromise());
    }
  }

  private void writeBody(ChannelHandlerContext context, int stream, Behaviour.Answers answer) {
    switch (answer.body()) {
      case WHOLE, NO_STATUS -> data(context, stream, wrappedBuffer(json(answer)), true);
      case TRAILERS -> data(context, stream, wrappedBuffer(json(answer)), false);
      case SPLIT -> {
        ByteBuf body = wrappedBuffer(json(answer));
        data(context, stream, body.readRetainedSlice(body.readableBytes() / 2), false);
        // Netty would put both halves into one frame
        http2.flush(context);
        data(context, stream, body, true);
      }
      case NOT_JSON ->
          data(context, stream, wrappedBuffer(NOT_JSON.getBytes(StandardCharsets.UTF_8)), true);
      case LARGE ->
          data(
              context,
              stream,
              wrappedBuffer(NOT_JSON.repeat(300).getBytes(StandardCharsets.UTF_8)),
              true);
      case MISSING -> {}
    }
  }

  private void data(ChannelHandlerContext context, int stream, ByteBuf data, boolean last) {
    var _ = http2.encoder().writeData(context, stream, data, 0, last, context.newPromise());
  }

  private static byte[] json(Behaviour.Answers answer) {
    ObjectNode json = JSON.createObjectNode();
    answer.reason().ifPresent(reason -> json.put("reason", reason));
    answer.timestamp().ifPresent(at -> json.put("timestamp", at.toEpochMilli()));
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What Apple sends along with GOAWAY. */
  static ByteBuf goodbye(String reason) {
    return wrappedBuffer(
        JSON.createObjectNode().put("reason", reason).toString().getBytes(StandardCharsets.UTF_8));
  }
}
