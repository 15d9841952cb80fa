package dev.ringpost.directory;

import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.UserId;
import dev.ringpost.directory.table.CompactTable;
import dev.ringpost.directory.table.DeviceTable;
import dev.ringpost.directory.table.OneOwnerTable;
import dev.ringpost.events.TokenCodec;
import dev.ringpost.telemetry.DirectoryMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The view of registrations without its topic, opened for those who measure it. */
public final class TokenViewUnderMeasure {

  private final TopicView<Device> view;

  /**
   * An empty view.
   *
   * @param oneUserPerToken whether each token is shown only where it was registered last
   */
  public TokenViewUnderMeasure(boolean oneUserPerToken) {
    this.view =
        new TopicView<>(
            oneUserPerToken ? new OneOwnerTable() : new CompactTable(),
            new TokenCodec(),
            new DevicePacker(),
            new UnusableRecords(
                "tokens",
                new DirectoryMeters(new Telemetry(new SimpleMeterRegistry())),
                System::nanoTime),
            Duration.ofHours(1),
            () -> DeviceTable.ALL_TIME,
            System.nanoTime());
  }

  public void apply(ConsumerRecord<byte[], byte[]> record) {
    view.apply(record);
  }

  public List<Device> of(UserId user) {
    return view.of(user, DeviceKey.Kind.VOIP).shown();
  }

  public long entries() {
    return view.entries();
  }

  public long bytes() {
    return view.bytes();
  }
}
