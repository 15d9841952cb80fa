package dev.ringpost.tools.apple;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpResponse;
import java.util.zip.GZIPInputStream;

/** The reading of Apple's good answers. */
final class ExportAnswer {

  /** Bound on a file, unpacked. */
  private static final int MAX_TEXT = 32 << 20;

  private static final ObjectReader JSON = new JsonMapper().reader();

  private ExportAnswer() {}

  /**
   * The object in an answer.
   *
   * @param what names the answer
   * @throws FailedExportException if there is none
   */
  static JsonNode object(String what, HttpResponse<byte[]> answer) throws FailedExportException {
    try {
      JsonNode json = JSON.readTree(text(what, answer));
      if (json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException _) {
      // said below
    }
    throw FailedExportException.of(what + " is no JSON object");
  }

  /**
   * The text of an answer, which may be packed: Apple's own example asks for that.
   *
   * @throws FailedExportException if it cannot be unpacked, or is too long
   */
  static String text(String what, HttpResponse<byte[]> answer) throws FailedExportException {
    boolean packed =
        answer
            .headers()
            .firstValue("Content-Encoding")
            .filter("gzip"::equalsIgnoreCase)
            .isPresent();
    InputStream bytes = new ByteArrayInputStream(answer.body());
    try (InputStream in = packed ? new GZIPInputStream(bytes) : bytes) {
      byte[] text = in.readNBytes(MAX_TEXT + 1);
      if (text.length > MAX_TEXT) {
        throw FailedExportException.of(what + " has more than " + MAX_TEXT + " bytes");
      }
      return new String(text, UTF_8);
    } catch (IOException _) {
      throw FailedExportException.of(what + " cannot be unpacked");
    }
  }

  /**
   * An address that an answer names, if it may be asked: by HTTPS, or where the export itself is.
   *
   * @param where whose address is asked first
   * @throws FailedExportException if it is none; it is not shown, for whoever knows it may read
   */
  static URI address(JsonNode named, String field, URI where) throws FailedExportException {
    try {
      var address = new URI(named.asText());
      boolean same =
          address.getAuthority() != null
              && address.getAuthority().equals(where.getAuthority())
              && where.getScheme().equals(address.getScheme());
      if (same || ("https".equals(address.getScheme()) && address.getHost() != null)) {
        return address;
      }
    } catch (URISyntaxException _) {
      // said below
    }
    throw FailedExportException.of("Apple's answer names no address of HTTPS as its " + field);
  }
}
