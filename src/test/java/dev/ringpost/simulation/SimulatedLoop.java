package dev.ringpost.simulation;

import dev.ringpost.intake.SimulatedIntake;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** One consumer of a worker with its thread, which is busy while it waits for a broker. */
final class SimulatedLoop implements SimulatedIntake.Surroundings {

  /** The end of a thread whose process has died: it unwinds the stack. */
  private static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final World world;
  private final Facts facts;
  private final SimulatedKafka kafka;
  private final SimulatedWorker worker;
  private final SimulatedKafka.Group group;
  private final SimulatedIntake intake;
  private SimulatedKafka.Member member;
  private long noticedAt;
  private boolean busy;
  private boolean leaving;
  private boolean silentOnce;

  SimulatedLoop(
      World world,
      Facts facts,
      SimulatedKafka kafka,
      SimulatedWorker worker,
      SimulatedKafka.Group group,
      SimulatedIntake.Source source,
      SimulatedIntake.Handler handler,
      Runnable cutShort) {
    this.world = world;
    this.facts = facts;
    this.kafka = kafka;
    this.worker = worker;
    this.group = group;
    this.member = group.join();
    this.intake = new SimulatedIntake(this, source, Fleet.LADDER, handler, cutShort);
  }

  void turn() {
    worker.later(world.between(5, 50), this::turn);
    if (!busy && !leaving) {
      doing(
          () -> {
            join();
            intake.turn();
          });
    }
  }

  void leave() {
    if (busy) {
      worker.later(20, this::leave);
      return;
    }
    leaving = true;
    doing(
        () -> {
          intake.leave();
          member.leave();
        });
  }

  /** Its group gives it up; the partitions are another's from now on. */
  void givenUp() {
    member.leave();
  }

  /** Its group gives it up, which it notices so many milliseconds later. */
  void evicted(int noticedAfter) {
    noticedAt = world.nanoTime() + Duration.ofMillis(noticedAfter).toNanos();
    member.leave();
  }

  /** Whether what stands on a partition may ring, as far as it can know. */
  boolean mayRing(TopicPartition partition) {
    return intake.mayRing(partition);
  }

  private void doing(Runnable what) {
    busy = true;
    try {
      what.run();
    } catch (Died _) {
      // Nothing more happens on this thread.
    } finally {
      busy = false;
    }
  }

  private void join() {
    if (!intake.begin()) {
      intake.beginAnew();
      member.leave();
      member = group.join();
    }
    if (isAway()) {
      return;
    }
    if (!member.isIn()) {
      if (world.nanoTime() < noticedAt) {
        return;
      }
      intake.lose(member.has());
      member = group.join();
    }
    List<TopicPartition> owed = member.owed();
    if (!owed.isEmpty()) {
      intake.revoke(owed);
      member.gaveBack(owed);
    }
    List<TopicPartition> free = member.take();
    if (!free.isEmpty()) {
      silentOnce = world.happens(10);
      intake.assign(free);
    }
  }

  @Override
  public boolean isAway() {
    return kafka.isAway();
  }

  @Override
  public boolean isSilentOnce() {
    boolean silent = silentOnce;
    silentOnce = false;
    if (silent) {
      facts.met(Mishap.SILENT_COORDINATOR);
    }
    return silent;
  }

  @Override
  public List<ConsumerRecord<byte[], byte[]>> records(
      TopicPartition partition, long from, int max) {
    return kafka.records(partition, from, max);
  }

  @Override
  public long end(TopicPartition partition) {
    return kafka.end(partition);
  }

  @Override
  public Optional<OffsetAndMetadata> committed(TopicPartition partition) {
    return kafka.committed(partition);
  }

  @Override
  public boolean commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    return kafka.commit(member, offsets);
  }

  @Override
  public long nanoTime() {
    return world.nanoTime();
  }

  @Override
  public InstantSource clock() {
    return worker.clock();
  }

  @Override
  public void rest(long nanos) {
    world.pass(nanos);
    while (!worker.isDead() && worker.frozenNanos() > 0) {
      world.pass(worker.frozenNanos());
    }
    if (worker.isDead()) {
      throw new Died();
    }
  }
}
