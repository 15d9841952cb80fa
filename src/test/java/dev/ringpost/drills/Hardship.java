package dev.ringpost.drills;

import java.util.Random;

/**
 * A kind of trouble that can come over any cluster at any time, any number of times. It is over
 * when it has happened: the cluster is whole again, if perhaps still busy.
 *
 * @param name what is broken
 * @param excuse what it is the excuse for
 * @param forgets how many good tokens each worker may take for dead by it
 */
record Hardship(String name, DrillCluster.Excuse excuse, int forgets, Action action) {

  /** The way in which it happens. */
  interface Action {

    /**
     * Lets it happen, and returns when it is over.
     *
     * @param random decides what the hardship leaves open
     */
    void happen(DrillCluster cluster, Random random) throws Exception;
  }

  /** What its name begins with. */
  String kind() {
    return name.substring(0, name.indexOf(':'));
  }

  /** One by which answers or results can be lost. */
  static Hardship repeating(String name, Action action) {
    return new Hardship(name, DrillCluster.Excuse.REPEATS, 0, action);
  }

  /** One by which nothing rings twice. */
  static Hardship harmless(String name, Action action) {
    return new Hardship(name, DrillCluster.Excuse.NONE, 0, action);
  }

  /** One by which phones are not there for a while. */
  static Hardship missing(String name, Action action) {
    return new Hardship(name, DrillCluster.Excuse.MISSES, 0, action);
  }

  /** Two at once; they are over when both are. */
  Hardship with(Hardship other) {
    return new Hardship(
        name + ", and " + other.name,
        excuse.and(other.excuse),
        forgets + other.forgets,
        (cluster, random) -> {
          var others = new Random(random.nextLong());
          try (var both = new AtOnce()) {
            both.begin(() -> other.action.happen(cluster, others));
            action.happen(cluster, random);
          }
        });
  }
}
