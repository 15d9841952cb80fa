package dev.ringpost.directory.table;

import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.directory.DevicePacker;
import dev.ringpost.interleavings.Scenario;
import dev.ringpost.testing.Samples;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A phone is sold, and given back, while calls look it up: whoever finds it at its new owner finds
 * it at its former one no more, and at each moment somebody has it.
 */
public final class TokenChangesHands implements Scenario {

  private static final byte[] ALICE = "alice".getBytes(UTF_8);
  private static final byte[] BOB = "bob".getBytes(UTF_8);
  private static final byte[] PHONE = "phone".getBytes(UTF_8);

  @Override
  public void play() throws InterruptedException {
    var table = new OneOwnerTable();
    var packing = new DevicePacker();
    put(table, ALICE, registered(packing, 1));

    together(
        () -> put(table, BOB, registered(packing, 2)),
        () -> neverBoth(table, BOB, ALICE),
        () -> oneOfThem(table, ALICE, BOB));
    promise(shows(table, BOB) && !shows(table, ALICE), "sold, and still its former owner's");

    together(
        () -> put(table, BOB, null),
        () -> neverBoth(table, ALICE, BOB),
        () -> oneOfThem(table, BOB, ALICE));
    promise(shows(table, ALICE) && !shows(table, BOB), "given back, and still its former owner's");
  }

  /** Looks at who gets it, then at who has had it. */
  private static void neverBoth(OneOwnerTable table, byte[] new_, byte[] former) {
    boolean atNew = shows(table, new_);
    promise(!(atNew && shows(table, former)), "it rings for two");
  }

  private static void oneOfThem(OneOwnerTable table, byte[] former, byte[] new_) {
    boolean atFormer = shows(table, former);
    promise(atFormer || shows(table, new_), "it rings for nobody");
  }

  private static byte[] registered(DevicePacker packing, int second) {
    return packing.pack(Samples.device("phone", Samples.APP, Samples.NOW.plusSeconds(second)));
  }

  private static void put(OneOwnerTable table, byte[] user, byte @Nullable [] payload) {
    table.put(user, PHONE, 0, 0, payload);
  }

  private static boolean shows(OneOwnerTable table, byte[] user) {
    var shown = new AtomicBoolean();
    table.read(user, (_, _, _, _) -> shown.set(true));
    return shown.get();
  }
}
