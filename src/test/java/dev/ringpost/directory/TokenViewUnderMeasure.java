package dev.ringpost.directory;

import dev.ringpost.call.Device;
import dev.ringpost.call.UserId;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The view of registrations without its topic, opened for those who measure it. */
public final class TokenViewUnderMeasure {

  private final View<Device> view =
      new View<>(
          new TokenCodec(),
          new DevicePacking(),
          new Skips(
              "tokens",
              new DirectoryMeters(new Telemetry(new SimpleMeterRegistry())),
              System::nanoTime),
          Duration.ofHours(1),
          () -> CompactTable.ALL_TIME,
          System.nanoTime());

  public void apply(ConsumerRecord<byte[], byte[]> record) {
    view.apply(record);
  }

  public List<Device> of(UserId user) {
    return view.of(user);
  }

  public long entries() {
    return view.entries();
  }

  public long bytes() {
    return view.bytes();
  }
}
