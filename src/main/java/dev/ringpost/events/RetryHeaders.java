package dev.ringpost.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.delivery.Disposition;
import java.util.List;
import java.util.Set;

/** The headers of a retry record: what the next try must know that its value does not tell. */
public final class RetryHeaders {

  private static final ObjectWriter JSON = new JsonMapper().writer();

  private RetryHeaders() {}

  public static List<RecordHeader> of(Envelope envelope, Disposition.Retry retry) {
    Attempt next = retry.next();
    List<RecordHeader> headers = OriginHeaders.of(envelope);
    headers.add(HeaderName.DEADLINE.with(next.invite().deadline().at().toString()));
    headers.add(HeaderName.ATTEMPT.with(Integer.toString(next.number())));
    headers.add(HeaderName.DUE.with(retry.when().due().toString()));
    headers.add(HeaderName.ACCEPTED.with(Integer.toString(next.accepted())));
    next.devices().ifPresent(devices -> headers.add(HeaderName.DEVICES.with(array(devices))));
    next.mistake().ifPresent(mistake -> headers.addAll(DeadLetterHeaders.why(mistake)));
    return headers;
  }

  private static String array(Set<DeviceId> devices) {
    try {
      return JSON.writeValueAsString(devices.stream().map(DeviceId::value).sorted().toList());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings are always JSON", e);
    }
  }
}
