package dev.ringpost.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Device.SealKey;
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
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A delivery report, with the time of its decision, in one array of bytes, for a memory that keeps
 * ten thousands. As objects each is some twenty-five, which a garbage collector copies twice and
 * marks again and again; nearly all are forgotten without having been read. Stays in the process,
 * so the format has no version. Safe for many threads.
 */
final class PackedReport {

  /** More than a report about two devices has, in bytes. */
  private static final int USUAL_BYTES = 512;

  /**
   * Bound on a report, in bytes. One about a thousand devices, the most that a setting allows, with
   * the longest names has a tenth of it.
   */
  static final int MAX_BYTES = 32 * 1024 * 1024;

  private static final byte ACCEPTED = 0;
  private static final byte UNREGISTERED = 1;
  private static final byte TRY_AGAIN = 2;
  private static final byte REFUSED = 3;
  private static final byte NOT_SENT = 4;

  private static final byte NO = 0;
  private static final byte YES = 1;

  private final byte[] bytes;

  private PackedReport(byte[] bytes) {
    this.bytes = bytes;
  }

  static PackedReport of(DeliveryReport report, Instant decidedAt) {
    for (int room = USUAL_BYTES; room <= MAX_BYTES; room *= 2) {
      try {
        var out = ByteBuffer.allocate(room);
        write(out, decidedAt);
        write(out, report);
        return new PackedReport(Arrays.copyOf(out.array(), out.position()));
      } catch (BufferOverflowException _) {
        // Twice as much is tried.
      }
    }
    throw new IllegalStateException("a report has more than " + MAX_BYTES + " bytes");
  }

  /** When it was decided. */
  Instant decidedAt() {
    return readInstant(ByteBuffer.wrap(bytes));
  }

  /** The report, equal to the one that was packed. */
  DeliveryReport report() {
    var in = ByteBuffer.wrap(bytes);
    Instant _ = readInstant(in);
    return read(in);
  }

  private static void write(ByteBuffer out, DeliveryReport report) {
    out.putInt(report.pushes().size());
    for (PushReport push : report.pushes()) {
      write(out, push);
    }
    writeOptional(out, report.looked(), PackedReport::write);
    out.put(report.behind() ? YES : NO);
    writeOptional(out, report.skipped(), PackedReport::write);
  }

  private static DeliveryReport read(ByteBuffer in) {
    List<PushReport> pushes = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      pushes.add(readPush(in));
    }
    return new DeliveryReport(
        pushes,
        readOptional(in, PackedReport::readLooked),
        in.get() == YES,
        readOptional(in, from -> readName(from, Skip.class)));
  }

  private static void write(ByteBuffer out, PushReport push) {
    write(out, push.device());
    write(out, push.outcome());
    out.putLong(push.apnsId().getMostSignificantBits());
    out.putLong(push.apnsId().getLeastSignificantBits());
    writeOptional(out, push.answer(), PackedReport::write);
    write(out, push.connection());
    out.putInt(push.tries());
    writeOptional(out, push.writtenAt(), PackedReport::write);
    write(out, push.orderedAt());
    write(out, push.took());
    writeOptional(out, push.answerTook(), PackedReport::write);
    write(out, push.environment());
  }

  private static PushReport readPush(ByteBuffer in) {
    return new PushReport(
        readDevice(in),
        readOutcome(in),
        new UUID(in.getLong(), in.getLong()),
        readOptional(in, from -> new ApnsResponse(from.getInt(), readText(from))),
        readText(in),
        in.getInt(),
        readOptional(in, PackedReport::readInstant),
        readInstant(in),
        readDuration(in),
        readOptional(in, PackedReport::readDuration),
        readName(in, Environment.class));
  }

  private static void write(ByteBuffer out, Device device) {
    byte[] token = device.token().bytes();
    write(out, device.id().value());
    out.putInt(token.length);
    out.put(token);
    write(out, device.app().value());
    write(out, device.environment());
    write(out, device.registeredAt());
    writeOptional(out, device.sealTo(), (to, key) -> to.put(key.bytes()));
  }

  private static Device readDevice(ByteBuffer in) {
    return new Device(
        new DeviceId(readText(in)),
        VoipToken.ofBytes(readBytes(in)),
        new BundleId(readText(in)),
        readName(in, Environment.class),
        readInstant(in),
        readOptional(in, PackedReport::readSealKey));
  }

  private static SealKey readSealKey(ByteBuffer in) {
    byte[] key = new byte[SealKey.BYTES];
    in.get(key);
    return SealKey.ofBytes(key);
  }

  private static void write(ByteBuffer out, PushOutcome outcome) {
    switch (outcome) {
      case Accepted() -> out.put(ACCEPTED);
      case Unregistered(Optional<Instant> since) -> {
        out.put(UNREGISTERED);
        writeOptional(out, since, PackedReport::write);
      }
      case TryAgain(RetryReason cause) -> {
        out.put(TRY_AGAIN);
        write(out, cause);
      }
      case Refused(RejectionReason refusal, String detail) -> {
        out.put(REFUSED);
        write(out, refusal);
        write(out, detail);
      }
      case NotSent(NotSentReason why) -> {
        out.put(NOT_SENT);
        write(out, why);
      }
    }
  }

  private static PushOutcome readOutcome(ByteBuffer in) {
    int kind = in.get();
    return switch (kind) {
      case ACCEPTED -> new Accepted();
      case UNREGISTERED -> new Unregistered(readOptional(in, PackedReport::readInstant));
      case TRY_AGAIN -> new TryAgain(readName(in, RetryReason.class));
      case REFUSED -> new Refused(readName(in, RejectionReason.class), readText(in));
      case NOT_SENT -> new NotSent(readName(in, NotSentReason.class));
      default -> throw new IllegalStateException("no outcome has the number " + kind);
    };
  }

  private static void write(ByteBuffer out, ApnsResponse answer) {
    out.putInt(answer.status());
    write(out, answer.reason());
  }

  private static void write(ByteBuffer out, Looked looked) {
    out.putInt(looked.registered());
    out.putInt(looked.otherApp());
    out.putInt(looked.otherUser());
    out.putInt(looked.excluded());
    out.putInt(looked.unreadable());
    out.putInt(looked.dead());
    out.putInt(looked.deadDevices().size());
    for (DeadDevice dead : looked.deadDevices()) {
      write(out, dead.device());
      write(out, dead.since());
    }
  }

  private static Looked readLooked(ByteBuffer in) {
    int registered = in.getInt();
    int otherApp = in.getInt();
    int otherUser = in.getInt();
    int excluded = in.getInt();
    int unreadable = in.getInt();
    int dead = in.getInt();
    List<DeadDevice> devices = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      devices.add(new DeadDevice(readDevice(in), readInstant(in)));
    }
    return new Looked(registered, otherApp, otherUser, excluded, unreadable, dead, devices);
  }

  private static void write(ByteBuffer out, Enum<?> constant) {
    write(out, constant.name());
  }

  private static <E extends Enum<E>> E readName(ByteBuffer in, Class<E> type) {
    return Enum.valueOf(type, readText(in));
  }

  private static void write(ByteBuffer out, Instant time) {
    out.putLong(time.getEpochSecond());
    out.putInt(time.getNano());
  }

  private static Instant readInstant(ByteBuffer in) {
    return Instant.ofEpochSecond(in.getLong(), in.getInt());
  }

  private static void write(ByteBuffer out, Duration time) {
    out.putLong(time.getSeconds());
    out.putInt(time.getNano());
  }

  private static Duration readDuration(ByteBuffer in) {
    return Duration.ofSeconds(in.getLong(), in.getInt());
  }

  private static void write(ByteBuffer out, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    out.putInt(utf8.length);
    out.put(utf8);
  }

  private static String readText(ByteBuffer in) {
    return new String(readBytes(in), UTF_8);
  }

  private static byte[] readBytes(ByteBuffer in) {
    byte[] read = new byte[in.getInt()];
    in.get(read);
    return read;
  }

  private interface Writer<T> {
    void write(ByteBuffer out, T value);
  }

  private interface Reader<T> {
    T read(ByteBuffer in);
  }

  private static <T> void writeOptional(
      ByteBuffer out, Optional<T> value, Writer<? super T> writer) {
    out.put(value.isPresent() ? YES : NO);
    if (value.isPresent()) {
      writer.write(out, value.get());
    }
  }

  private static <T> Optional<T> readOptional(ByteBuffer in, Reader<T> reader) {
    return in.get() == YES ? Optional.of(reader.read(in)) : Optional.empty();
  }
}
