package dev.ringpost.directory;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.TokenDigest;
import dev.ringpost.directory.table.PackedHeader;
import dev.ringpost.directory.table.Packer;
import dev.ringpost.events.Invalidation;
import java.util.HexFormat;
import java.util.List;

/** An invalidation as its {@link PackedHeader}, with the time of death, and the token's digest. */
final class InvalidationPacker implements Packer<Invalidation> {

  private final PackedHeader stamp = new PackedHeader();

  @Override
  public byte[] pack(Invalidation invalidation) {
    return stamp.pack(
        invalidation.environment(),
        invalidation.invalidAt(),
        invalidation.app(),
        HexFormat.of().parseHex(invalidation.token().value()));
  }

  @Override
  public Invalidation unpack(
      DeviceKey.Kind kind, DeviceId device, byte[] from, int start, int end) {
    String digest = HexFormat.of().formatHex(from, stamp.rest(from, start), end);
    return new Invalidation(
        device,
        new TokenDigest(digest),
        stamp.app(from, start),
        stamp.environment(from, start),
        stamp.time(from, start));
  }

  @Override
  public List<BundleId> apps() {
    return stamp.apps();
  }

  @Override
  public void restore(List<BundleId> apps) {
    stamp.restore(apps);
  }
}
