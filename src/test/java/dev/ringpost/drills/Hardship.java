package dev.ringpost.drills;

import java.util.Random;

/**
 * A kind of trouble that can come over any cluster at any time, any number of times. It is over
 * when it has happened: the cluster is whole again, if perhaps still busy.
 *
 * @param name what is broken
 * @param excuse what it is the excuse for
 * @param forgets how many good tokens each worker may take for dead by it
 * @param company what may happen at the same time
 */
record Hardship(
    String name, DrillCluster.Excuse excuse, int forgets, Company company, Action action) {

  /** The company of a hardship: what may happen at the same time. */
  enum Company {
    /** Nothing: it lasts longer than calls ring, or changes what the others count on. */
    NOTHING,
    /** What is of another kind. */
    OTHER_KINDS,
    /** What is of its own kind too, if that says so as well. */
    ANY_KIND
  }

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
    return of(name, DrillCluster.Excuse.REPEATS, action);
  }

  /** One by which nothing rings twice. */
  static Hardship harmless(String name, Action action) {
    return of(name, DrillCluster.Excuse.NONE, action);
  }

  /** One by which phones are not there for a while. */
  static Hardship missing(String name, Action action) {
    return of(name, DrillCluster.Excuse.MISSES, action);
  }

  /** One that lasts longer than calls ring, so that some ring nobody. */
  static Hardship outlasting(String name, DrillCluster.Excuse excuse, Action action) {
    return of(name, excuse.and(DrillCluster.Excuse.MISSES), action).in(Company.NOTHING);
  }

  private static Hardship of(String name, DrillCluster.Excuse excuse, Action action) {
    return new Hardship(name, excuse, 0, Company.OTHER_KINDS, action);
  }

  /** The same in another company. */
  Hardship in(Company other) {
    return new Hardship(name, excuse, forgets, other, action);
  }

  /** Whether both may happen at the same time. */
  boolean meets(Hardship other) {
    if (company == Company.NOTHING || other.company == Company.NOTHING) {
      return false;
    }
    boolean anyKind = company == Company.ANY_KIND && other.company == Company.ANY_KIND;
    return !kind().equals(other.kind()) || (anyKind && !name.equals(other.name));
  }

  /** Two at once; they are over when both are. */
  Hardship with(Hardship other) {
    return new Hardship(
        name + ", and " + other.name,
        excuse.and(other.excuse),
        forgets + other.forgets,
        Company.NOTHING,
        (cluster, random) -> {
          var others = new Random(random.nextLong());
          try (var both = new AtOnce()) {
            both.begin(() -> other.action.happen(cluster, others));
            action.happen(cluster, random);
          }
        });
  }
}
