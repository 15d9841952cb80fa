package dev.ringpost.testing.apns;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request on its way in: its headers, and as much of its body as the rules need to see. */
final class PushRequest {

  private static final String DEVICE_PATH = "/3/device/";

  private final Http2Headers headers;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(512);
  private int bodyBytes;

  PushRequest(Http2Headers headers) {
    this.headers = headers;
  }

  /** Adds to the body; past Apple's limit only the size is kept. */
  void append(ByteBuf data) {
    int length = data.readableBytes();
    bodyBytes += length;
    if (bodyBytes <= RequestRules.MAX_PAYLOAD_BYTES) {
      byte[] bytes = new byte[length];
      data.getBytes(data.readerIndex(), bytes);
      body.write(bytes, 0, length);
    }
  }

  int bodyBytes() {
    return bodyBytes;
  }

  String bodyText() {
    return body.toString(java.nio.charset.StandardCharsets.UTF_8);
  }

  String method() {
    return text(headers.method());
  }

  /** Whether the path is one of device pushes, with or without a token. */
  boolean addressesDevice() {
    return text(headers.path()).startsWith(DEVICE_PATH);
  }

  /** The path's token in lower case, or empty text if the path has none. */
  String token() {
    String path = text(headers.path());
    return path.startsWith(DEVICE_PATH) ? lowerCase(path.substring(DEVICE_PATH.length())) : "";
  }

  /** A header's value, or null without that header. */
  @Nullable String header(CharSequence name) {
    CharSequence value = headers.get(name);
    return value == null ? null : value.toString();
  }

  @Nullable CharSequence id() {
    return headers.get(RequestRules.ID);
  }

  boolean repeats(CharSequence name) {
    var values = headers.valueIterator(name);
    if (values.hasNext()) {
      values.next();
    }
    return values.hasNext();
  }

  Map<String, String> headerMap() {
    Map<String, String> map = new LinkedHashMap<>();
    headers.forEach(header -> map.put(header.getKey().toString(), header.getValue().toString()));
    return map;
  }

  private static String text(@Nullable CharSequence value) {
    return value == null ? "" : value.toString();
  }

  private static String lowerCase(String token) {
    return token.chars().anyMatch(Character::isUpperCase)
        ? token.toLowerCase(java.util.Locale.ROOT)
        : token;
  }
}
