package dev.ringpost.events;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.events.cloud.ContentMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The reader of the values of {@code voip-tokens}: {@code {"token", "environment", "bundleId",
 * "registeredAt"}}, or a contact by RFC 8599, which is what has a {@code pn-provider}, or its
 * forerunner (see {@link PushContact}). {@code registeredAt} is optional in both; it defaults to
 * the record's timestamp and is never after it, so that a phone with a fast clock does not outlive
 * its token. {@code sealTo} is optional in both too; a bad one makes the record unusable, for
 * without it the caller would pass in the clear. {@code kind} is optional and must fit the key: a
 * token under a key of the other kind would get pushes that its phone never shows. Contacts are of
 * VoIP tokens only. {@code {"removed": true}} removes the device.
 */
public final class TokenCodec implements ViewRecord.ValueCodec<Device> {

  private static final String SEAL_TO = "sealTo";
  private static final String KIND = "kind";

  static final List<String> FIELDS =
      List.of(
          "token",
          "environment",
          "bundleId",
          "registeredAt",
          SEAL_TO,
          KIND,
          ViewRecord.REMOVED,
          PushContact.PROVIDER,
          PushContact.PARAM,
          PushContact.PRID,
          PushContact.TYPE,
          PushContact.APP,
          PushContact.TOK);

  @Override
  public Optional<Device> decode(DeviceKey key, byte[] value, ContentMode mode, Instant timestamp)
      throws UnusableRecordException {
    TextFields fields = TextFields.read(value, mode, FIELDS);
    return fields.isTrue(ViewRecord.REMOVED)
        ? Optional.empty()
        : Optional.of(device(key, fields, timestamp));
  }

  private static Device device(DeviceKey key, TextFields fields, Instant timestamp)
      throws UnusableRecordException {
    requireKind(key.kind(), fields.findFilled(KIND, word -> word));
    Instant registeredAt = fields.findTime("registeredAt").orElse(timestamp);
    if (registeredAt.isAfter(timestamp)) {
      registeredAt = timestamp;
    }
    Optional<SealKey> sealTo = fields.find(SEAL_TO, SealKey::parse);
    DeviceId id = key.device();
    if (PushContact.isOne(fields)) {
      if (key.kind() == DeviceKey.Kind.ALERT) {
        throw new UnusableRecordException(
            UnusableReason.INVALID_FIELD,
            "a contact of a registrar gives a VoIP token; write token, environment and bundleId"
                + " under a key that ends with /alert/");
      }
      PushContact contact = PushContact.read(fields);
      return new Device(
          id, contact.token(), contact.app(), contact.environment(), registeredAt, sealTo);
    }
    VoipToken token = fields.require("token", VoipToken::parse);
    Environment environment = fields.environment();
    BundleId app = fields.bundleId();
    return new Device(id, token, app, environment, registeredAt, sealTo, key.kind());
  }

  private static void requireKind(DeviceKey.Kind kind, Optional<String> word)
      throws UnusableRecordException {
    if (word.isPresent() && !word.get().equals(kind.wire())) {
      throw new UnusableRecordException(
          UnusableReason.INVALID_FIELD,
          "kind must be "
              + kind.wire()
              + " under this key; an alert token stands under <user>/<device>/alert/");
    }
  }
}
