package dev.ringpost.delivery;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Environment;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.DeliveryReport.Looked;
import dev.ringpost.delivery.DeliveryReport.Skip;
import dev.ringpost.delivery.DeviceLookup.DeadDevice;
import dev.ringpost.delivery.PushOutcome.Accepted;
import dev.ringpost.delivery.PushOutcome.NotSent;
import dev.ringpost.delivery.PushOutcome.NotSentReason;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushOutcome.RetryReason;
import dev.ringpost.delivery.PushOutcome.TryAgain;
import dev.ringpost.delivery.PushOutcome.Unregistered;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * A delivery report, with the time of its decision, in one array of bytes, for a memory that keeps
 * ten thousands. As objects each is some twenty-five, which a garbage collector copies twice and
 * marks again and again; nearly all are forgotten without having been read. Stays in the process,
 * so the format has no version. Safe for many threads.
 */
final class PackedReport {

  /** About the size of a report about one device, in bytes. */
  private static final int USUAL_BYTES = 256;

  private static final int ACCEPTED = 0;
  private static final int UNREGISTERED = 1;
  private static final int TRY_AGAIN = 2;
  private static final int REFUSED = 3;
  private static final int NOT_SENT = 4;

  private final byte[] bytes;

  private PackedReport(byte[] bytes) {
    this.bytes = bytes;
  }

  static PackedReport of(DeliveryReport report, Instant decidedAt) {
    var bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try {
      var out = new DataOutputStream(bytes);
      write(out, decidedAt);
      write(out, report);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return new PackedReport(bytes.toByteArray());
  }

  /** When it was decided. */
  Instant decidedAt() {
    return read((time, _) -> time);
  }

  /** The report, equal to the one that was packed. */
  DeliveryReport report() {
    return read((_, report) -> report);
  }

  private <T> T read(BiFunction<Instant, DeliveryReport, T> part) {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      return part.apply(readInstant(in), read(in));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  private static void write(DataOutputStream out, DeliveryReport report) throws IOException {
    out.writeInt(report.pushes().size());
    for (PushReport push : report.pushes()) {
      write(out, push);
    }
    writeOptional(out, report.looked(), PackedReport::write);
    out.writeBoolean(report.behind());
    writeOptional(out, report.skipped(), PackedReport::write);
  }

  private static DeliveryReport read(DataInputStream in) throws IOException {
    List<PushReport> pushes = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      pushes.add(readPush(in));
    }
    return new DeliveryReport(
        pushes,
        readOptional(in, PackedReport::readLooked),
        in.readBoolean(),
        readOptional(in, from -> readName(from, Skip.class)));
  }

  private static void write(DataOutputStream out, PushReport push) throws IOException {
    write(out, push.device());
    write(out, push.outcome());
    out.writeLong(push.apnsId().getMostSignificantBits());
    out.writeLong(push.apnsId().getLeastSignificantBits());
    writeOptional(out, push.answer(), PackedReport::write);
    out.writeUTF(push.connection());
    out.writeInt(push.tries());
    writeOptional(out, push.writtenAt(), PackedReport::write);
    write(out, push.took());
    writeOptional(out, push.answerTook(), PackedReport::write);
    write(out, push.environment());
  }

  private static PushReport readPush(DataInputStream in) throws IOException {
    return new PushReport(
        readDevice(in),
        readOutcome(in),
        new UUID(in.readLong(), in.readLong()),
        readOptional(in, from -> new ApnsResponse(from.readInt(), from.readUTF())),
        in.readUTF(),
        in.readInt(),
        readOptional(in, PackedReport::readInstant),
        readDuration(in),
        readOptional(in, PackedReport::readDuration),
        readName(in, Environment.class));
  }

  private static void write(DataOutputStream out, Device device) throws IOException {
    byte[] token = device.token().bytes();
    out.writeUTF(device.id().value());
    out.writeInt(token.length);
    out.write(token);
    out.writeUTF(device.app().value());
    write(out, device.environment());
    write(out, device.registeredAt());
  }

  private static Device readDevice(DataInputStream in) throws IOException {
    return new Device(
        new DeviceId(in.readUTF()),
        VoipToken.ofBytes(in.readNBytes(in.readInt())),
        new BundleId(in.readUTF()),
        readName(in, Environment.class),
        readInstant(in));
  }

  private static void write(DataOutputStream out, PushOutcome outcome) throws IOException {
    switch (outcome) {
      case Accepted() -> out.writeByte(ACCEPTED);
      case Unregistered(Optional<Instant> since) -> {
        out.writeByte(UNREGISTERED);
        writeOptional(out, since, PackedReport::write);
      }
      case TryAgain(RetryReason cause) -> {
        out.writeByte(TRY_AGAIN);
        write(out, cause);
      }
      case Refused(RejectionReason refusal, String detail) -> {
        out.writeByte(REFUSED);
        write(out, refusal);
        out.writeUTF(detail);
      }
      case NotSent(NotSentReason why) -> {
        out.writeByte(NOT_SENT);
        write(out, why);
      }
    }
  }

  private static PushOutcome readOutcome(DataInputStream in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case ACCEPTED -> new Accepted();
      case UNREGISTERED -> new Unregistered(readOptional(in, PackedReport::readInstant));
      case TRY_AGAIN -> new TryAgain(readName(in, RetryReason.class));
      case REFUSED -> new Refused(readName(in, RejectionReason.class), in.readUTF());
      case NOT_SENT -> new NotSent(readName(in, NotSentReason.class));
      default -> throw new IllegalStateException("no outcome has the number " + kind);
    };
  }

  private static void write(DataOutputStream out, ApnsResponse answer) throws IOException {
    out.writeInt(answer.status());
    out.writeUTF(answer.reason());
  }

  private static void write(DataOutputStream out, Looked looked) throws IOException {
    out.writeInt(looked.registered());
    out.writeInt(looked.otherApp());
    out.writeInt(looked.excluded());
    out.writeInt(looked.unreadable());
    out.writeInt(looked.dead());
    out.writeInt(looked.deadDevices().size());
    for (DeadDevice dead : looked.deadDevices()) {
      write(out, dead.device());
      write(out, dead.since());
    }
  }

  private static Looked readLooked(DataInputStream in) throws IOException {
    int registered = in.readInt();
    int otherApp = in.readInt();
    int excluded = in.readInt();
    int unreadable = in.readInt();
    int dead = in.readInt();
    List<DeadDevice> devices = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      devices.add(new DeadDevice(readDevice(in), readInstant(in)));
    }
    return new Looked(registered, otherApp, excluded, unreadable, dead, devices);
  }

  private static void write(DataOutputStream out, Enum<?> constant) throws IOException {
    out.writeUTF(constant.name());
  }

  private static <E extends Enum<E>> E readName(DataInputStream in, Class<E> type)
      throws IOException {
    return Enum.valueOf(type, in.readUTF());
  }

  private static void write(DataOutputStream out, Instant time) throws IOException {
    out.writeLong(time.getEpochSecond());
    out.writeInt(time.getNano());
  }

  private static Instant readInstant(DataInputStream in) throws IOException {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }

  private static void write(DataOutputStream out, Duration time) throws IOException {
    out.writeLong(time.getSeconds());
    out.writeInt(time.getNano());
  }

  private static Duration readDuration(DataInputStream in) throws IOException {
    return Duration.ofSeconds(in.readLong(), in.readInt());
  }

  private interface Writer<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private static <T> void writeOptional(
      DataOutputStream out, Optional<T> value, Writer<? super T> writer) throws IOException {
    out.writeBoolean(value.isPresent());
    if (value.isPresent()) {
      writer.write(out, value.get());
    }
  }

  private static <T> Optional<T> readOptional(DataInputStream in, Reader<T> reader)
      throws IOException {
    return in.readBoolean() ? Optional.of(reader.read(in)) : Optional.empty();
  }
}
